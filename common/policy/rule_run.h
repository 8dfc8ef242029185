// The rules of one policy run over one mail, for one recipient after the other.
//
// What does not look at the recipient is worked out once. One thread, one mail.
#pragma once

#include <optional>
#include <vector>

#include "common/policy/predicate_bits.h"

namespace weir {

class RuleRun {
  public:
    RuleRun(const PolicyProgram& program, Facts& facts, bool witnesses);

    PredicateBits& bits() { return bits_; }

    // For the recipient last set in bits().
    Outcome outcome();

    // Three-valued logic (Kleene): what is unknown decides only where the rest does not.
    Truth truthOf(std::uint32_t node);
    Truth matches(std::size_t step);
    bool applies(const RuleStep& step) const { return outbound_ ? step.outbound : step.inbound; }

  private:
    static void add(const Verdict& verdict, Outcome& outcome, bool& decided);
    Verdict failure(const ProgramRule& rule) const;

    const PolicyProgram& program_;
    const bool outbound_;
    PredicateBits bits_;
    std::vector<std::optional<Truth>> once_;  // by step: of those that do not look at the recipient
};

}  // namespace weir
