// What the actions of one matched rule do to the outcome of one recipient.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/policy/policy_program.h"
#include "common/policy/predicate_bits.h"
#include "common/policy/rule_macros.h"

namespace weir {

class RuleEffects {
  public:
    // `score`: what the mail has so far. All references must outlive it; one thread.
    RuleEffects(const PolicyProgram& program, const ProgramRule& rule, Facts& facts,
                const PredicateBits& bits, Score score)
        : program_(program), rule_(rule), facts_(facts), bits_(bits), score_(score) {}

    // Adds to the outcome; a verdict where the action gives one.
    std::optional<Verdict> apply(const Action& action, Outcome& outcome);

    Score score() const { return score_; }
    const FactGroups& skipped() const { return skipped_; }
    const std::vector<std::string>& remarks() const { return remarks_; }

  private:
    Verdict verdict(VerdictKind kind, const Action& action) const;
    Verdict replied(VerdictKind kind, const Action& action, std::string reason) const;
    std::optional<Verdict> greylist(const Action& action);
    std::optional<Verdict> limitRate(const Action& action);
    void strip(const Action& action, Outcome& outcome);
    void disclaimer(const Action& action, Outcome& outcome);
    void notify(const Action& action, Outcome& outcome);
    std::vector<std::uint32_t> matchedAttachments() const;
    void collectOwners(std::uint32_t node, std::vector<std::uint32_t>& owners) const;
    MacroSource source(const std::string& queue) const {
        return {facts_, bits_.recipient(), rule_.id, rule_.name, queue, score_};
    }
    std::string expanded(const std::string& text, MacroPlace place, const std::string& queue = {}) const;

    const PolicyProgram& program_;
    const ProgramRule& rule_;
    Facts& facts_;
    const PredicateBits& bits_;
    Score score_;
    FactGroups skipped_;
    std::vector<std::string> remarks_;
};

}  // namespace weir
