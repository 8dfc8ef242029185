#include "master/service/policy_simulation.h"

#include <nlohmann/json.hpp>

#include "common/policy/outcome_json.h"
#include "common/policy/policy_evaluator.h"

namespace weir {

tl::expected<Json, PolicyProblems> simulatePolicy(const Json& document, const SimulatedNode& node,
                                                  const Envelope& envelope, std::string_view mail) {
    if (auto parsed = parsePolicy(document); !parsed) return tl::unexpected(parsed.error());
    const auto compiled = compilePolicy(effectivePolicy(document, node.name, node.groups), 0);
    if (!compiled) return tl::unexpected(compiled.error());
    const Message message(mail);
    DirectReader reader;
    Facts facts(envelope, message, reader);
    Json trace;
    const Evaluation evaluation = evaluate(**compiled, facts, &trace);
    Json outcomes = Json::array();
    for (std::size_t i = 0; i < evaluation.outcomes.size() && i < envelope.recipients.size(); ++i)
        outcomes.push_back(outcomeJson(envelope.recipients[i], evaluation.outcomes[i]));
    Json notes = Json::array();
    for (const auto& defect : message.defects()) notes.push_back("mail: " + defect);
    return Json{{"outcomes", std::move(outcomes)}, {"trace", std::move(trace)}, {"notes", std::move(notes)}};
}

}  // namespace weir
