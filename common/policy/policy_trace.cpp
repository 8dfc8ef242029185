#include "common/policy/policy_trace.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace weir {
namespace {

Json jsonOf(Truth truth) {
    return truth == Truth::kUnknown ? Json(nullptr) : Json(truth == Truth::kTrue);
}

}  // namespace

PolicyTrace::PolicyTrace(const PolicyProgram& program) : program_(program) {}
PolicyTrace::~PolicyTrace() = default;

// From what the children gave, so that nothing is asked of the mail that the rules did not ask.
Json PolicyTrace::group(const ConditionNode& node, RuleRun& run) const {
    // Written in the order of the document; the program has the cheapest first.
    std::vector<std::uint32_t> children(program_.children.begin() + node.first,
                                        program_.children.begin() + node.first + node.count);
    std::sort(children.begin(), children.end());
    const bool all = node.kind == Condition::Kind::kAll;
    Json inside = Json::array();
    bool decided = false;
    bool unknown = false;
    for (std::uint32_t one : children) {
        inside.push_back(condition(one, run));
        const Json& matched = inside.back()["matched"];
        unknown = unknown || matched.is_null();
        decided = decided || matched == !all;
    }
    if (node.kind == Condition::Kind::kNot) {
        Json matched = unknown ? Json(nullptr) : Json(!decided);
        return {{"not", std::move(inside[0])}, {"matched", std::move(matched)}};
    }
    Json matched = decided ? Json(!all) : unknown ? Json(nullptr) : Json(all);
    return {{all ? "all" : "any", std::move(inside)}, {"matched", std::move(matched)}};
}

Json PolicyTrace::condition(std::uint32_t index, RuleRun& run) const {
    const ConditionNode& node = program_.nodes[index];
    if (node.kind != Condition::Kind::kTest) return group(node, run);
    Json test = {{"test", program_.predicateText[node.predicate]}, {"matched", nullptr}};
    const bool dear = node.cost >= FieldCost::kParsing || node.group == FactGroup::kRates;
    if (node.group == FactGroup::kRun) return test;  // known only while the rules ran: see the remarks
    if (dear && !run.bits().known(node.predicate)) {
        test["unknown"] = "not asked: the rest of the rule decided, or a rule before skips it";
        return test;
    }
    const Truth truth = run.bits().of(node.predicate);
    test["matched"] = jsonOf(truth);
    if (const std::string note = run.bits().note(node.predicate); !note.empty()) test["unknown"] = note;
    if (const auto* witness = run.bits().witness(node.predicate);
        witness != nullptr && truth == Truth::kTrue) {
        test["value"] = witness->value;
        if (!witness->entry.empty()) test["entry"] = witness->entry;
    }
    return test;
}

void PolicyTrace::add(const std::string& recipient, RuleRun& run, const Outcome& outcome) {
    Json rules = Json::array();
    const ProgramRule* stoppedBy = nullptr;
    std::size_t step = 0;  // of the next enabled rule
    for (const ProgramRule& rule : program_.rules) {
        Json one = {{"rule", rule.id}, {"name", rule.name}, {"matched", false}};
        if (!rule.enabled) {
            one["skipped"] = "the rule is off";
        } else if (!run.applies(program_.steps[step])) {
            one["skipped"] = std::string("the rule is for ") + toString(*rule.direction) + " mail";
        } else if (stoppedBy != nullptr) {
            one["skipped"] = "the rule \"" + stoppedBy->id + "\" stopped the run";
        } else {
            const Truth truth = run.matches(step);
            one["matched"] = jsonOf(truth);
            if (rule.condition) one["condition"] = condition(*rule.condition, run);
            if (truth == Truth::kTrue && rule.stop) stoppedBy = &rule;
        }
        rules.push_back(std::move(one));
        step += rule.enabled;
    }
    if (!recipients_) recipients_ = std::make_unique<Json>(Json::array());
    recipients_->push_back({{"recipient", recipient},
                            {"verdict", toString(outcome.verdict.kind)},
                            {"rule", outcome.verdict.rule},
                            {"score", static_cast<double>(outcome.score) / 1000},
                            {"remarks", run.remarks()},
                            {"rules", std::move(rules)}});
}

void PolicyTrace::addAlike(const std::string& recipient, const std::string& first) {
    recipients_->push_back({{"recipient", recipient}, {"same_as", first}});
}

Json PolicyTrace::take(RuleRun& run) {
    return {{"recipients", recipients_ ? std::move(*recipients_) : Json::array()},
            {"notes", run.bits().notes()}};
}

}  // namespace weir
