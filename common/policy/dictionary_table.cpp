#include "common/policy/dictionary_table.h"

#include <re2/re2.h>

#include <algorithm>

#include "common/policy/identifier_finder.h"
#include "common/policy/regex_pattern.h"

namespace weir {
namespace {

// Entries that a scan found, each once.
class FoundSink final : public HitSink {
  public:
    explicit FoundSink(std::vector<std::uint32_t>& found) : found_(found) {}
    void hit(std::uint32_t pattern) override {
        if (std::find(found_.begin(), found_.end(), pattern) == found_.end()) found_.push_back(pattern);
    }

  private:
    std::vector<std::uint32_t>& found_;
};

std::size_t countRegex(std::string_view text, const std::string& pattern) {
    const RE2 regex(pattern, regexOptions(true));
    re2::StringPiece rest(text.data(), text.size());
    std::size_t count = 0;
    re2::StringPiece found;
    std::size_t at = 0;
    while (count < DictionaryTable::kMostCounted && at <= text.size() &&
           regex.Match(rest, at, text.size(), RE2::UNANCHORED, &found, 1)) {
        ++count;
        const auto end = static_cast<std::size_t>(found.data() - text.data()) + found.size();
        at = end > at ? end : at + 1;  // an expression may find nothing at all
    }
    return count;
}

}  // namespace

std::uint32_t DictionaryTable::entryOf(const DictionaryEntry& entry) {
    DictionaryEntry plain = entry;
    plain.weight = 1;
    const auto [known, added] =
        numbers_.try_emplace(dictionaryEntryText(plain), static_cast<std::uint32_t>(entries_.size()));
    if (added) entries_.push_back(std::move(plain));
    return known->second;
}

void DictionaryTable::add(std::uint32_t test, const std::vector<std::string>& entries, std::uint64_t low,
                          std::uint64_t high) {
    Test& made = tests_.emplace_back(Test{test, low, high, {}});
    for (const std::string& one : entries) {
        const auto entry = parseDictionaryEntry(one);
        if (!entry) throw Error(ErrorCode::kInternal, "dictionary entry was not checked: " + one);
        made.entries.push_back({entryOf(*entry), entry->weight});
    }
}

void DictionaryTable::finish(EngineBuilder& engines, EngineBuilder::Deadline deadline) {
    std::vector<std::string> phrases, regexes;
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
        const DictionaryEntry& entry = entries_[i];
        if (entry.kind == DictionaryEntry::Kind::kPhrase) {
            phrases.push_back(entry.text);
            phraseEntries_.push_back(i);
        } else if (entry.kind == DictionaryEntry::Kind::kRegex) {
            regexes.push_back(entry.text);
            regexEntries_.push_back(i);
        } else {
            identifiers_.push_back(entry.identifier);
            identifierEntries_.push_back(i);
        }
    }
    if (!phrases.empty()) phrases_ = std::make_unique<PhraseScanner>(std::move(phrases));
    if (!regexes.empty()) regexes_ = engines.build({std::move(regexes), true}, deadline);
    numbers_.clear();
}

void DictionaryTable::countPhrases(std::string_view folded, Counts& counts) const {
    std::vector<std::uint32_t> found;
    FoundSink sink(found);
    phrases_->scan(folded, sink);
    for (std::uint32_t pattern : found)
        counts[phraseEntries_[pattern]] = countPhrase(folded, phrases_->phrase(pattern), kMostCounted);
}

void DictionaryTable::countRegexes(std::string_view text, Counts& counts) const {
    std::vector<std::uint32_t> found;
    FoundSink sink(found);
    regexes_->scan(text, sink);
    for (std::uint32_t pattern : found)
        counts[regexEntries_[pattern]] = countRegex(text, regexes_->patterns().texts[pattern]);
}

void DictionaryTable::countIdentifiers(std::string_view text, Counts& counts) const {
    const std::vector<IdentifierMatches> found =
        findIdentifiers(text, identifiers_, {.matches = kMostCounted});
    for (std::size_t i = 0; i < found.size(); ++i) counts[identifierEntries_[i]] = found[i].count;
}

std::string DictionaryTable::shown(const Test& test, const Counts& counts, std::uint64_t sum) const {
    constexpr std::size_t kShown = 5;
    std::string text = std::to_string(sum);
    std::size_t parts = 0;
    for (const Counted& one : test.entries) {
        if (counts[one.entry] == 0 || parts >= kShown) continue;
        DictionaryEntry weighted = entries_[one.entry];
        weighted.weight = one.weight;
        text += (parts++ == 0 ? ": " : ", ") + std::to_string(counts[one.entry]) + " × " +
                dictionaryEntryText(weighted);
    }
    return text;
}

std::vector<DictionaryTable::Hit> DictionaryTable::match(std::string_view folded,
                                                         std::string_view text) const {
    Counts counts(entries_.size(), 0);
    if (phrases_) countPhrases(folded, counts);
    if (regexes_) countRegexes(text, counts);
    if (!identifiers_.empty()) countIdentifiers(text, counts);
    std::vector<Hit> hits;
    for (const Test& test : tests_) {
        std::uint64_t sum = 0;
        for (const Counted& one : test.entries)
            sum += counts[one.entry] * static_cast<std::uint64_t>(one.weight);
        if (sum >= test.low && sum <= test.high) hits.push_back({test.id, shown(test, counts, sum)});
    }
    return hits;
}

}  // namespace weir
