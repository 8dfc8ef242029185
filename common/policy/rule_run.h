// The rules of one policy run over one mail, for one recipient after the other.
//
// What does not look at the recipient is worked out once. One thread, one mail.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/policy/predicate_bits.h"

namespace weir {

class RuleRun {
  public:
    RuleRun(const PolicyProgram& program, Facts& facts, bool witnesses);

    PredicateBits& bits() { return bits_; }

    // For the recipient last set in bits().
    Outcome outcome();
    // What happened in the last outcome() that no condition shows: "greylisted: …", "score 2.5 (rule x)".
    const std::vector<std::string>& remarks() const { return remarks_; }

    // Three-valued logic (Kleene): what is unknown decides only where the rest does not.
    Truth truthOf(std::uint32_t node);
    // As it was found in the last outcome(); computed now where no outcome came as far.
    Truth matches(std::size_t step);
    bool applies(const RuleStep& step) const { return outbound_ ? step.outbound : step.inbound; }

  private:
    Truth truthOfTest(const ConditionNode& node);
    Truth evaluate(std::size_t step);
    void addFailureScores(PredicateId predicate);
    void worstFailure(std::uint32_t node, const FactFailure*& worst) const;
    Verdict failure(const ProgramRule& rule, std::uint32_t node) const;
    static void add(const Verdict& verdict, Outcome& outcome, bool& decided);
    void finish(Outcome& outcome) const;

    const PolicyProgram& program_;
    Facts& facts_;
    const bool outbound_;
    PredicateBits bits_;
    std::vector<std::optional<Truth>> once_;   // by step: of those that do not look at the recipient
    std::vector<std::optional<Truth>> found_;  // by step: in the last outcome
    std::vector<std::string> remarks_;
    FactGroups skipped_;        // for this recipient, by the rules so far
    std::vector<bool> scored_;  // by table: its failure was added to the score
    Score score_ = 0;
    bool expected_ = false;
};

}  // namespace weir
