#include "common/policy/lookalike_index.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr std::size_t kBeginning = 12;  // characters of a word that are varied
constexpr std::size_t kMostEdits = 2;
constexpr std::size_t kMostCompared = 2000;
constexpr std::size_t kLongestWord = 255;  // characters; longer words are near to nothing

std::uint32_t hashOf(std::u32string_view text, std::size_t without, std::size_t andWithout) {
    std::uint32_t hash = 2166136261u;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == without || i == andWithout) continue;
        hash = (hash ^ static_cast<std::uint32_t>(text[i])) * 16777619u;
        hash ^= hash >> 15;
    }
    return hash;
}

// Hashes of the beginning with up to `edits` characters left out.
std::vector<std::uint32_t> leavingsOf(std::u32string_view word, std::size_t edits) {
    const std::u32string_view beginning = word.substr(0, kBeginning);
    constexpr std::size_t kNone = SIZE_MAX;
    std::vector<std::uint32_t> hashes = {hashOf(beginning, kNone, kNone)};
    for (std::size_t i = 0; edits > 0 && i < beginning.size(); ++i) {
        hashes.push_back(hashOf(beginning, i, kNone));
        for (std::size_t k = i + 1; edits > 1 && k < beginning.size(); ++k)
            hashes.push_back(hashOf(beginning, i, k));
    }
    return hashes;
}

}  // namespace

std::size_t editDistance(std::u32string_view a, std::u32string_view b, std::size_t most) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > most || b.size() > kLongestWord) return most + 1;
    std::array<std::array<std::size_t, kLongestWord + 1>, 3> rows;
    std::size_t *before = rows[0].data(), *last = rows[1].data(), *row = rows[2].data();
    for (std::size_t k = 0; k <= b.size(); ++k) last[k] = k;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        // Only cells within `most` of the diagonal can matter.
        const std::size_t from = i > most ? i - most : 1, to = std::min(b.size(), i + most);
        row[from - 1] = from == 1 ? i : most + 1;
        std::size_t least = row[from - 1];
        for (std::size_t k = from; k <= to; ++k) {
            const std::size_t above = k < i + most ? last[k] + 1 : most + 1;
            row[k] = std::min({row[k - 1] + 1, above, last[k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1)});
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                row[k] = std::min(row[k], before[k - 2] + 1);
            least = std::min(least, row[k]);
        }
        if (least > most) return most + 1;
        std::swap(before, last);
        std::swap(last, row);
    }
    return std::min(last[b.size()], most + 1);
}

LookalikeIndex::LookalikeIndex(std::vector<std::u32string> words) : words_(std::move(words)) {
    for (std::uint32_t i = 0; i < words_.size(); ++i) {
        for (const std::uint32_t hash : leavingsOf(words_[i], lookalikeEdits(words_[i].size()))) {
            leavings_.push_back(std::uint64_t{hash} << 32 | i);
        }
    }
    std::sort(leavings_.begin(), leavings_.end());
    leavings_.shrink_to_fit();
}

std::vector<LookalikeIndex::Near> LookalikeIndex::near(std::u32string_view text) const {
    std::vector<std::uint32_t> candidates;
    for (const std::uint32_t hash : leavingsOf(text, kMostEdits)) {
        auto at = std::lower_bound(leavings_.begin(), leavings_.end(), std::uint64_t{hash} << 32);
        for (; at != leavings_.end() && *at >> 32 == hash; ++at) {
            candidates.push_back(static_cast<std::uint32_t>(*at & 0xFFFFFFFFu));
        }
    }
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    if (candidates.size() > kMostCompared) candidates.resize(kMostCompared);
    std::vector<Near> found;
    for (const std::uint32_t word : candidates) {
        const std::size_t most = lookalikeEdits(words_[word].size());
        const std::size_t distance = editDistance(text, words_[word], most);
        if (distance <= most) found.push_back({word, distance});
    }
    return found;
}

}  // namespace weir
