// All weighted dictionaries that are counted in one field.
//
// Built by one thread: add() for each comparison, then finish() once. Immutable after that; match() from any
// thread. One scan for the phrases of all dictionaries, one for the expressions; only what is there is then
// counted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/policy/dictionary_entry.h"
#include "common/policy/engine_builder.h"
#include "common/policy/phrase_scanner.h"

namespace weir {

class DictionaryTable {
  public:
    static constexpr std::size_t kMostCounted = 1000;  // of one entry in one text

    // `entries` are canonical (list_entry.h). `test` names the comparison; it holds when the weighted sum
    // lies between low and high.
    void add(std::uint32_t test, const std::vector<std::string>& entries, std::uint64_t low,
             std::uint64_t high);
    void finish(EngineBuilder& engines, EngineBuilder::Deadline deadline);
    bool empty() const { return tests_.empty(); }

    struct Hit {
        std::uint32_t test;
        std::string
            shown;  // "12: 3 × wire transfer, 1 × {iban}": the sum and what it is made of, at most a few
    };
    // `folded` and `text` are the two forms of one value (match_text.h).
    std::vector<Hit> match(std::string_view folded, std::string_view text) const;

  private:
    struct Counted {
        std::uint32_t entry;
        int weight;
    };
    struct Test {
        std::uint32_t id;
        std::uint64_t low, high;
        std::vector<Counted> entries;
    };
    using Counts = std::vector<std::uint64_t>;  // by entry

    std::uint32_t entryOf(const DictionaryEntry& entry);
    void countPhrases(std::string_view folded, Counts& counts) const;
    void countRegexes(std::string_view text, Counts& counts) const;
    void countIdentifiers(std::string_view text, Counts& counts) const;
    std::string shown(const Test& test, const Counts& counts, std::uint64_t sum) const;

    std::vector<DictionaryEntry> entries_;  // each once, whatever its weights
    std::map<std::string, std::uint32_t> numbers_;
    std::vector<Test> tests_;
    std::vector<std::uint32_t> phraseEntries_, regexEntries_, identifierEntries_;  // by pattern number
    std::vector<Identifier> identifiers_;
    std::unique_ptr<PhraseScanner> phrases_;
    std::shared_ptr<const RegexSet> regexes_;
};

}  // namespace weir
