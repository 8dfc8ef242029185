#include "slave/filter/simulation.h"

#include <nlohmann/json.hpp>

#include "common/mail/message.h"
#include "common/policy/facts.h"
#include "slave/scan/clamd.h"

namespace weir {
namespace {

Error invalid(const Problem& wrong) {
    return Error(ErrorCode::kInvalid, wrong.text());
}

Envelope envelopeFrom(const Json* object) {
    Envelope envelope;
    static const Json kEmpty = Json::object();
    JsonReader reader(object == nullptr ? kEmpty : *object, "/envelope", JsonReader::Unknown::kIgnore);
    envelope.sender = reader.text("sender", "");
    envelope.recipients = reader.texts("recipients");
    envelope.clientAddress = reader.text("client_address", "");
    envelope.clientName = reader.text("client_name", "unknown");
    envelope.helo = reader.text("helo", "");
    envelope.authUser = reader.text("auth_user", "");
    envelope.direction =
        reader.text("direction", "inbound") == "outbound" ? Direction::kOutbound : Direction::kInbound;
    if (const auto& wrong = reader.finish()) throw invalid(*wrong);
    if (envelope.recipients.empty())
        throw invalid({"/envelope/recipients", "expected at least one recipient"});
    return envelope;
}

CompiledPolicyPtr policyFrom(const ActivePolicy& active, const Json* document) {
    if (document == nullptr) {
        const CompiledPolicyPtr policy = active.get();
        if (!policy) throw Error(ErrorCode::kNotFound, "this node has no policy yet");
        return policy;
    }
    const auto compiled = compilePolicy(*document, 0);
    if (!compiled)
        throw invalid(compiled.error().empty() ? Problem{"/document", "refused"} : compiled.error().front());
    return *compiled;
}

Json toJson(const std::string& recipient, const Outcome& outcome) {
    static constexpr const char* kChanges[] = {"add", "replace", "remove", "tag subject"};
    Json changes = Json::array();
    for (const HeaderChange& change : outcome.changes) {
        std::string text = std::string(kChanges[static_cast<int>(change.kind)]) + " " + change.name;
        changes.push_back(change.value.empty() ? text : text + ": " + change.value);
    }
    const Verdict& verdict = outcome.verdict;
    return {{"recipient", recipient},        {"verdict", toString(verdict.kind)},
            {"rule", verdict.rule},          {"reason", verdict.reason},
            {"queue", verdict.queue},        {"code", verdict.code},
            {"status", verdict.status},      {"text", verdict.text},
            {"rules", outcome.matchedRules}, {"copies", outcome.copyQueues},
            {"changes", std::move(changes)}};
}

}  // namespace

Json simulateMail(const ActivePolicy& active, const Json& arguments) {
    JsonReader reader(arguments, "", JsonReader::Unknown::kIgnore);
    const std::string bytes = reader.text("mail");
    const Envelope envelope = envelopeFrom(reader.object("envelope"));
    const CompiledPolicyPtr policy = policyFrom(active, reader.object("document"));
    if (const auto& wrong = reader.finish()) throw invalid(*wrong);

    const Message message(bytes);
    Facts facts(envelope, message, [&] { return scanWithClamd(policy->antivirus(), bytes); });
    Json trace;
    const Evaluation evaluation = evaluate(*policy, facts, &trace);
    Json answer{{"outcomes", Json::array()}, {"trace", std::move(trace)}, {"notes", message.defects()}};
    for (std::size_t i = 0; i < evaluation.outcomes.size(); ++i) {
        answer["outcomes"].push_back(toJson(envelope.recipients[i], evaluation.outcomes[i]));
    }
    return answer;
}

}  // namespace weir
