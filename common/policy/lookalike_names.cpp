#include <algorithm>

#include "common/policy/lookalike.h"
#include "common/policy/lookalike_skeleton.h"

namespace weir {
namespace {

constexpr std::size_t kMostWords = 24;      // of a display name
constexpr std::size_t kMostEdits = 2;       // of all words together
constexpr std::size_t kMostCompared = 500;  // entries, for one display name
constexpr std::size_t kShortestJoined = 7;  // characters of a name written without spaces

std::u32string joined(const std::vector<std::u32string>& words) {
    std::u32string all;
    for (const std::u32string& word : words) all += word;
    return all;
}

}  // namespace

LookalikeNames::LookalikeNames(std::span<const std::string> names) {
    std::unordered_map<std::u32string, std::size_t> uses;
    for (const std::string& name : names) {
        Entry entry{name, lookalikeWords(name, kMostWords)};
        if (entry.words.empty()) continue;
        for (const std::u32string& word : entry.words) ++uses[word];
        std::vector<std::u32string> turned = entry.words;
        joined_.emplace(joined(turned), static_cast<std::uint32_t>(entries_.size()));
        std::reverse(turned.begin(), turned.end());
        joined_.emplace(joined(turned), static_cast<std::uint32_t>(entries_.size()));
        entries_.push_back(std::move(entry));
    }
    // Each entry is looked for by its rarest word, the longest among equals.
    std::unordered_map<std::u32string, std::uint32_t> numbers;
    std::vector<std::u32string> words;
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
        const auto rarest =
            std::min_element(entries_[i].words.begin(), entries_[i].words.end(),
                             [&](const std::u32string& a, const std::u32string& b) {
                                 return std::pair(uses[a], b.size()) < std::pair(uses[b], a.size());
                             });
        const auto [number, fresh] = numbers.emplace(*rarest, static_cast<std::uint32_t>(words.size()));
        if (fresh) {
            words.push_back(*rarest);
            withWord_.emplace_back();
        }
        withWord_[number->second].push_back(i);
    }
    index_ = LookalikeIndex(std::move(words));
}

std::optional<Resemblance> LookalikeNames::find(std::string_view displayName) const {
    if (entries_.empty()) return std::nullopt;
    const std::vector<std::u32string> words = lookalikeWords(displayName, kMostWords);
    std::vector<std::uint32_t> candidates;
    for (const std::u32string& word : words) {
        for (const LookalikeIndex::Near& near : index_.near(word)) {
            const auto& entries = withWord_[near.word];
            candidates.insert(candidates.end(), entries.begin(), entries.end());
        }
    }
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    if (candidates.size() > kMostCompared) candidates.resize(kMostCompared);
    std::optional<Resemblance> best;
    for (const std::uint32_t candidate : candidates) {
        std::optional<Resemblance> one = compare(entries_[candidate], words);
        if (one && (!best || std::pair(one->edits, one->kind) < std::pair(best->edits, best->kind)))
            best = std::move(one);
    }
    if (best || words.size() > 1) return best;
    // "JaneDoe"
    const auto found = words.empty() ? joined_.end() : joined_.find(words.front());
    if (found == joined_.end() || words.front().size() < kShortestJoined) return std::nullopt;
    return Resemblance{Resemblance::Kind::kSame, entries_[found->second].text, 0};
}

// Each word of the entry has one of its own among `words`.
std::optional<Resemblance> LookalikeNames::compare(const Entry& entry,
                                                   const std::vector<std::u32string>& words) const {
    if (words.size() < entry.words.size() || (entry.words.size() == 1 && words.size() > 1))
        return std::nullopt;
    std::vector<bool> taken(words.size(), false);
    std::size_t edits = 0;
    for (const std::u32string& word : entry.words) {
        std::size_t least = kMostEdits + 1, which = 0;
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (taken[i]) continue;
            const std::size_t most = lookalikeEdits(word.size());
            const std::size_t distance = editDistance(word, words[i], most);
            if (distance <= most && distance < least) {
                least = distance;
                which = i;
            }
        }
        if (least > kMostEdits) return std::nullopt;
        taken[which] = true;
        edits += least;
    }
    if (edits > kMostEdits) return std::nullopt;
    Resemblance found{Resemblance::Kind::kSame, entry.text, edits};
    if (edits > 0) {
        found.kind = Resemblance::Kind::kEdits;
    } else if (words.size() > entry.words.size()) {
        found.kind = Resemblance::Kind::kContained;
    }
    return found;
}

}  // namespace weir
