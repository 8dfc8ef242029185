#include "common/policy/rule_run.h"

#include <algorithm>

#include "common/policy/policy_parser.h"
#include "common/policy/rule_effects.h"

namespace weir {
namespace {

bool decides(const FactFailure& failure) {
    return failure.choice.choice == OnFailure::kTempfail || failure.choice.choice == OnFailure::kQuarantine;
}

}  // namespace

RuleRun::RuleRun(const PolicyProgram& program, Facts& facts, bool witnesses)
    : program_(program),
      facts_(facts),
      outbound_(facts.envelope().direction == Direction::kOutbound),
      bits_(program, facts, witnesses),
      once_(program.steps.size()),
      found_(program.steps.size()),
      scored_(program.tables.size()) {}

Truth RuleRun::truthOf(std::uint32_t index) {
    const ConditionNode& node = program_.nodes[index];
    if (node.kind == Condition::Kind::kTest) return truthOfTest(node);
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

Truth RuleRun::truthOfTest(const ConditionNode& node) {
    if (node.group == FactGroup::kMessage) return bits_.of(node.predicate);
    const auto truth = [](bool holds) { return holds ? Truth::kTrue : Truth::kFalse; };
    if (node.group == FactGroup::kRun) {
        const auto& [low, high] = program_.scoreRanges.at(node.predicate);
        const std::uint64_t score = kScoreZero + static_cast<std::uint64_t>(score_);
        return truth(score >= low && score <= high);
    }
    if (skipped_.test(static_cast<std::size_t>(node.group)))
        return truth(program_.heldByAbsence[node.predicate]);
    // The first that takes long: whatever else this mail's rules may ask begins beside it.
    if (!expected_ && node.cost >= FieldCost::kNetwork && facts_.source() != nullptr) {
        expected_ = true;
        facts_.source()->expect((outbound_ ? program_.askedOutbound : program_.askedInbound) & ~skipped_);
    }
    const Truth found = bits_.of(node.predicate);
    addFailureScores(node.predicate);
    return found;
}

void RuleRun::addFailureScores(PredicateId predicate) {
    const std::uint32_t table = program_.tableOf[predicate];
    if (scored_[table]) return;
    scored_[table] = true;
    for (const FactFailure& one : bits_.failures(predicate)) {
        if (one.choice.choice != OnFailure::kScore) continue;
        score_ += one.choice.score;
        remarks_.push_back("score " + scoreText(one.choice.score) + ": " + one.why);
    }
}

Truth RuleRun::matches(std::size_t index) {
    return found_[index] ? *found_[index] : evaluate(index);
}

Truth RuleRun::evaluate(std::size_t index) {
    const RuleStep& step = program_.steps[index];
    if (step.condition == RuleStep::kAlways) return Truth::kTrue;
    if (step.changes) return truthOf(step.condition);
    if (!once_[index]) once_[index] = truthOf(step.condition);
    return *once_[index];
}

void RuleRun::add(const Verdict& verdict, Outcome& outcome, bool& decided) {
    if (decided && outcome.verdict.kind >= verdict.kind) return;
    decided = true;
    outcome.verdict = verdict;
}

void RuleRun::worstFailure(std::uint32_t index, const FactFailure*& worst) const {
    const ConditionNode& node = program_.nodes[index];
    for (std::uint32_t i = node.first; i < node.first + node.count; ++i)
        worstFailure(program_.children[i], worst);
    if (node.kind != Condition::Kind::kTest || node.group == FactGroup::kRun || !bits_.known(node.predicate))
        return;
    for (const FactFailure& one : bits_.failures(node.predicate)) {
        const bool worse = worst == nullptr || (worst->choice.choice == OnFailure::kQuarantine &&
                                                one.choice.choice == OnFailure::kTempfail);
        if (decides(one) && worse) worst = &one;
    }
}

Verdict RuleRun::failure(const ProgramRule& rule, std::uint32_t node) const {
    const FactFailure* worst = nullptr;
    worstFailure(node, worst);
    Verdict verdict;
    verdict.rule = rule.id;
    verdict.reason = worst == nullptr ? "" : worst->why;
    if (worst != nullptr && worst->choice.choice == OnFailure::kQuarantine) {
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
    skipped_.reset();
    scored_.assign(scored_.size(), false);
    found_.assign(found_.size(), std::nullopt);
    remarks_.clear();
    score_ = 0;
    for (std::size_t i = 0; i < program_.steps.size(); ++i) {
        if (!applies(program_.steps[i])) continue;
        const Truth truth = evaluate(i);
        found_[i] = truth;
        if (truth == Truth::kFalse) continue;
        const ProgramRule& rule = program_.rules[program_.steps[i].rule];
        if (truth == Truth::kUnknown) {
            add(failure(rule, *rule.condition), outcome, decided);
            continue;
        }
        outcome.matchedRules.push_back(rule.id);
        RuleEffects effects(program_, rule, facts_, bits_, score_);
        for (const Action& action : rule.actions)
            if (auto verdict = effects.apply(action, outcome)) add(*verdict, outcome, decided);
        score_ = effects.score();
        skipped_ |= effects.skipped();
        const std::vector<std::string>& said = effects.remarks();
        remarks_.insert(remarks_.end(), said.begin(), said.end());
        if (rule.stop) break;
    }
    finish(outcome);
    return outcome;
}

void RuleRun::finish(Outcome& outcome) const {
    outcome.score = score_;
    const VerdictKind kind = outcome.verdict.kind;
    if (kind != VerdictKind::kDeliver) {
        outcome.changes.clear();
        outcome.bodyOrders.clear();
        outcome.redirect.clear();
    }
    // The sender comes again: a copy or a notice of each attempt would be one too many.
    if (kind == VerdictKind::kTempfail) {
        outcome.copyQueues.clear();
        outcome.copies.clear();
        outcome.notices.clear();
        outcome.alerts.clear();
    }
    const auto sortUnique = [](auto& all) {
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
    };
    sortUnique(outcome.copyQueues);
    sortUnique(outcome.copies);
    sortUnique(outcome.notices);
    if (kind == VerdictKind::kQuarantine) std::erase(outcome.copyQueues, outcome.verdict.queue);
}

}  // namespace weir
