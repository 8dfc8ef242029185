#include "common/policy/phrase_index.h"

#include <algorithm>
#include <bit>

#include "common/policy/phrase_windows.h"

namespace weir {
namespace {

constexpr unsigned kWidths[] = {8, 4, 2, 1};
constexpr unsigned kTried = 5;  // places of a phrase

unsigned widthOf(std::size_t length) {
    for (unsigned width : kWidths)
        if (length >= width) return width;
    return 1;
}

}  // namespace

PhraseIndex::PhraseIndex(const std::vector<std::string>& phrases) : phrases_(phrases) {
    for (unsigned width : kWidths) {
        std::vector<std::uint32_t> members;
        for (std::uint32_t i = 0; i < phrases.size(); ++i)
            if (widthOf(phrases[i].size()) == width) members.push_back(i);
        if (members.empty()) continue;
        Table& table = tables_.emplace_back();
        table.width = width;
        build(table, members);
    }
}

void PhraseIndex::build(Table& table, const std::vector<std::uint32_t>& members) {
    const unsigned bits = std::max(10u, static_cast<unsigned>(std::bit_width(members.size() * 2)));
    table.shift = 64 - bits;
    const std::size_t size = std::size_t{1} << bits;
    const std::vector<std::uint32_t> offsets = rarestWindows(phrases_, members, table.width, kTried);
    for (std::size_t i = 0; i < members.size(); ++i) {
        const char* phrase = phrases_[members[i]].data();
        table.candidates.push_back({windowAt(phrase + offsets[i], table.width), members[i], offsets[i]});
    }

    const auto slotOf = [&](const Candidate& one) { return mixedWindow(one.window) >> table.shift; };
    std::sort(table.candidates.begin(), table.candidates.end(),
              [&](const Candidate& a, const Candidate& b) { return slotOf(a) < slotOf(b); });
    table.slots.assign(size + 1, 0);
    table.filter.assign(std::max<std::size_t>(1, size * 8 / 64), 0);
    for (const Candidate& one : table.candidates) {
        ++table.slots[slotOf(one) + 1];
        const std::uint64_t bit = mixedWindow(one.window) >> (table.shift - 3);
        table.filter[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    for (std::size_t i = 1; i <= size; ++i) table.slots[i] += table.slots[i - 1];
}

void PhraseIndex::scan(std::string_view text, HitSink& sink) const {
    for (const Table& table : tables_)
        if (text.size() >= table.width) scanTable(table, text, sink);
}

void PhraseIndex::scanTable(const Table& table, std::string_view text, HitSink& sink) const {
    const auto scanWidth = [&]<unsigned Width>() {
        const std::size_t last = text.size() - Width;
        for (std::size_t at = 0; at <= last; ++at) {
            const std::uint64_t window = windowAt(text.data() + at, Width);
            const std::uint64_t hash = mixedWindow(window);
            const std::uint64_t bit = hash >> (table.shift - 3);
            if (!(table.filter[bit / 64] >> (bit % 64) & 1)) continue;
            const std::uint64_t slot = hash >> table.shift;
            for (std::uint32_t i = table.slots[slot]; i < table.slots[slot + 1]; ++i) {
                const Candidate& one = table.candidates[i];
                if (one.window != window || one.offset > at) continue;
                const std::string& phrase = phrases_[one.phrase];
                if (text.substr(at - one.offset, phrase.size()) == phrase) sink.hit(one.phrase);
            }
        }
    };
    switch (table.width) {
        case 8:
            return scanWidth.template operator()<8>();
        case 4:
            return scanWidth.template operator()<4>();
        case 2:
            return scanWidth.template operator()<2>();
        default:
            return scanWidth.template operator()<1>();
    }
}

}  // namespace weir
