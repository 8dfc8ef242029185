// Which expressions of a set can match a text at all, told by the literal pieces ("atoms") that any match of
// them must hold: one scan for all atoms. Immutable; candidates() from any thread.
#pragma once

#include <re2/filtered_re2.h>

#include <memory>
#include <string_view>
#include <vector>

#include "common/policy/phrase_scanner.h"
#include "common/policy/regex_engine.h"

namespace weir {

class AtomFilter {
  public:
    // Throws Error(kInternal) for an expression that checkRegex() does not accept.
    explicit AtomFilter(const RegexPatterns& patterns);

    // Patterns that it says nothing about: they have no atom, or one outside ASCII.
    const std::vector<std::uint32_t>& without() const { return without_; }
    // The others.
    const std::vector<std::uint32_t>& with() const { return with_; }

    struct Candidate {
        std::uint32_t pattern;
        const RE2* regex;
    };
    // Of with(), in no order, each once. What is not among them does not match.
    std::vector<Candidate> candidates(std::string_view text) const;

  private:
    static constexpr int kShortestAtom = 3;  // shorter ones are in every text
    static constexpr int kUsual = 4;         // an atom of more expressions than this is in most texts

    void chooseAtoms(std::vector<std::string> atoms);
    std::vector<int> usualAtoms(const std::vector<std::string>& atoms) const;
    std::vector<int> newlyUnfiltered(const std::vector<int>& found) const;

    re2::FilteredRE2 filtered_;
    std::vector<std::uint32_t> patterns_;  // of each expression in filtered_
    std::vector<bool> unfiltered_;         // whether that one has no atom
    std::vector<std::uint32_t> without_, with_;
    std::vector<int> assumed_;  // atoms that are taken for found without a look; sorted
    std::vector<int> numbers_;  // of the atoms that are looked for
    std::unique_ptr<PhraseScanner> atoms_;
};

}  // namespace weir
