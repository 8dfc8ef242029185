#include "common/policy/rule_run.h"

#include <algorithm>

#include "common/policy/policy_parser.h"

namespace weir {

RuleRun::RuleRun(const PolicyProgram& program, Facts& facts, bool witnesses)
    : program_(program),
      outbound_(facts.envelope().direction == Direction::kOutbound),
      bits_(program, facts, witnesses),
      once_(program.steps.size()) {}

Truth RuleRun::truthOf(std::uint32_t index) {
    const ConditionNode& node = program_.nodes[index];
    if (node.kind == Condition::Kind::kTest) return bits_.of(node.predicate);
    if (node.kind == Condition::Kind::kNot) {
        const Truth inner = truthOf(program_.children[node.first]);
        if (inner == Truth::kUnknown) return inner;
        return inner == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
    }
    const Truth decides = node.kind == Condition::Kind::kAll ? Truth::kFalse : Truth::kTrue;
    bool unknown = false;
    for (std::uint32_t i = node.first; i < node.first + node.count; ++i) {
        const Truth one = truthOf(program_.children[i]);
        if (one == decides) return decides;
        unknown = unknown || one == Truth::kUnknown;
    }
    if (unknown) return Truth::kUnknown;
    return decides == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

Truth RuleRun::matches(std::size_t index) {
    const RuleStep& step = program_.steps[index];
    if (step.condition == RuleStep::kAlways) return Truth::kTrue;
    if (step.perRecipient) return truthOf(step.condition);
    if (!once_[index]) once_[index] = truthOf(step.condition);
    return *once_[index];
}

void RuleRun::add(const Verdict& verdict, Outcome& outcome, bool& decided) {
    if (decided && outcome.verdict.kind >= verdict.kind) return;
    decided = true;
    outcome.verdict = verdict;
}

Verdict RuleRun::failure(const ProgramRule& rule) const {
    Verdict verdict;
    verdict.rule = rule.id;
    verdict.reason = bits_.virusNote();
    if (program_.sections.antivirus.onFailure == OnFailure::kQuarantine) {
        verdict.kind = VerdictKind::kQuarantine;
        verdict.queue = kUnscannedQueue;
        return verdict;
    }
    verdict.kind = VerdictKind::kTempfail;
    verdict.code = 451;
    verdict.status = "4.7.1";
    verdict.text = "The mail could not be checked, try again later";
    return verdict;
}

Outcome RuleRun::outcome() {
    Outcome outcome;
    bool decided = false;
    for (std::size_t i = 0; i < program_.steps.size(); ++i) {
        if (!applies(program_.steps[i])) continue;
        const Truth truth = matches(i);
        if (truth == Truth::kFalse) continue;
        const ProgramRule& rule = program_.rules[program_.steps[i].rule];
        if (truth == Truth::kUnknown) {
            add(failure(rule), outcome, decided);
            continue;
        }
        outcome.matchedRules.push_back(rule.id);
        if (rule.verdict) add(*rule.verdict, outcome, decided);
        outcome.changes.insert(outcome.changes.end(), rule.changes.begin(), rule.changes.end());
        outcome.copyQueues.insert(outcome.copyQueues.end(), rule.copyQueues.begin(), rule.copyQueues.end());
        if (rule.stop) break;
    }
    const VerdictKind kind = outcome.verdict.kind;
    if (kind != VerdictKind::kDeliver) outcome.changes.clear();
    // The sender comes again: a copy of each attempt would be one too many.
    if (kind == VerdictKind::kTempfail) outcome.copyQueues.clear();
    std::vector<std::string>& copies = outcome.copyQueues;
    std::sort(copies.begin(), copies.end());
    copies.erase(std::unique(copies.begin(), copies.end()), copies.end());
    if (kind == VerdictKind::kQuarantine) std::erase(copies, outcome.verdict.queue);
    return outcome;
}

}  // namespace weir
