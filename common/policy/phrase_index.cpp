#include "common/policy/phrase_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace weir {
namespace {

constexpr unsigned kWidths[] = {8, 4, 2, 1};

template <unsigned Width>
std::uint64_t windowAt(const char* p) {
    std::uint64_t window = 0;
    std::memcpy(&window, p, Width);
    return window;
}

std::uint64_t windowAt(const char* p, unsigned width) {
    std::uint64_t window = 0;
    std::memcpy(&window, p, width);
    return window;
}

// Fibonacci hashing: the upper bits are well mixed.
std::uint64_t mixed(std::uint64_t window) {
    return (window ^ (window >> 29)) * 0x9E3779B97F4A7C15ull;
}

// Windows worth a try: both ends, the middle and the quarters.
std::array<std::uint32_t, 5> offsetsOf(std::size_t length, unsigned width) {
    const auto last = static_cast<std::uint32_t>(length - width);
    return {0, last, last / 2, last / 4, last - last / 4};
}

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

    // How many phrases could be found by each hash, so that each phrase takes the rarest of its windows.
    std::vector<std::uint32_t> shared(size);
    for (std::uint32_t i : members)
        for (std::uint32_t offset : offsetsOf(phrases_[i].size(), table.width))
            ++shared[mixed(windowAt(phrases_[i].data() + offset, table.width)) >> table.shift];
    for (std::uint32_t i : members) {
        Candidate best;
        std::uint32_t fewest = UINT32_MAX;
        for (std::uint32_t offset : offsetsOf(phrases_[i].size(), table.width)) {
            const std::uint64_t window = windowAt(phrases_[i].data() + offset, table.width);
            const std::uint32_t others = shared[mixed(window) >> table.shift];
            if (others >= fewest) continue;
            fewest = others;
            best = {window, i, offset};
        }
        table.candidates.push_back(best);
    }

    const auto slotOf = [&](const Candidate& one) { return mixed(one.window) >> table.shift; };
    std::sort(table.candidates.begin(), table.candidates.end(),
              [&](const Candidate& a, const Candidate& b) { return slotOf(a) < slotOf(b); });
    table.slots.assign(size + 1, 0);
    table.filter.assign(std::max<std::size_t>(1, size * 8 / 64), 0);
    for (const Candidate& one : table.candidates) {
        ++table.slots[slotOf(one) + 1];
        const std::uint64_t bit = mixed(one.window) >> (table.shift - 3);
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
            const std::uint64_t window = windowAt<Width>(text.data() + at);
            const std::uint64_t hash = mixed(window);
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
