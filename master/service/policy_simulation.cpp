#include "master/service/policy_simulation.h"

#include <nlohmann/json.hpp>

#include "common/policy/policy_evaluator.h"

namespace weir {

namespace {

std::string changeText(const HeaderChange& change) {
    switch (change.kind) {
        case HeaderChange::Kind::kAdd:
            return "add " + change.name + ": " + change.value;
        case HeaderChange::Kind::kReplace:
            return "replace " + change.name + ": " + change.value;
        case HeaderChange::Kind::kRemove:
            return "remove " + change.name;
        case HeaderChange::Kind::kTagSubject:
            return "tag subject " + change.value;
    }
    return {};
}

Json outcomeJson(const std::string& recipient, const Outcome& outcome) {
    const auto& verdict = outcome.verdict;
    Json changes = Json::array();
    for (const auto& change : outcome.changes) changes.push_back(changeText(change));
    return {{"recipient", recipient},        {"verdict", toString(verdict.kind)},
            {"rule", verdict.rule},          {"reason", verdict.reason},
            {"queue", verdict.queue},        {"code", verdict.code},
            {"status", verdict.status},      {"text", verdict.text},
            {"changes", std::move(changes)}, {"copies", outcome.copyQueues},
            {"rules", outcome.matchedRules}};
}

}  // namespace

tl::expected<Json, PolicyProblems> simulatePolicy(const Json& document, const SimulatedNode& node,
                                                  const Envelope& envelope, std::string_view mail) {
    if (auto parsed = parsePolicy(document); !parsed) return tl::unexpected(parsed.error());
    const auto compiled = compilePolicy(effectivePolicy(document, node.name, node.groups), 0);
    if (!compiled) return tl::unexpected(compiled.error());
    const Message message(mail);
    Facts facts(envelope, message, {});
    Json trace;
    const Evaluation evaluation = evaluate(**compiled, facts, &trace);
    Json outcomes = Json::array();
    for (std::size_t i = 0; i < evaluation.outcomes.size() && i < envelope.recipients.size(); ++i)
        outcomes.push_back(outcomeJson(envelope.recipients[i], evaluation.outcomes[i]));
    Json notes = Json::array();
    if ((*compiled)->asksVirus()) notes.push_back("virus facts are known only on a node");
    for (const auto& defect : message.defects()) notes.push_back("mail: " + defect);
    return Json{{"outcomes", std::move(outcomes)}, {"trace", std::move(trace)}, {"notes", std::move(notes)}};
}

}  // namespace weir
