#include "slave/filter/simulation.h"

#include <nlohmann/json.hpp>

#include "common/mail/message.h"
#include "common/policy/outcome_json.h"
#include "slave/filter/inspection.h"

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

}  // namespace

Json simulateMail(const ActivePolicy& active, Services& services, const Json& arguments) {
    JsonReader reader(arguments, "", JsonReader::Unknown::kIgnore);
    const std::string bytes = reader.text("mail");
    const Envelope envelope = envelopeFrom(reader.object("envelope"));
    const CompiledPolicyPtr policy = policyFrom(active, reader.object("document"));
    if (const auto& wrong = reader.finish()) throw invalid(*wrong);

    const Message message(bytes);
    Json trace;
    const Inspected inspected =
        inspectMail(envelope, message, policy, services, now(), OutsideFacts::Use::kTry, &trace);
    Json answer{{"outcomes", Json::array()}, {"trace", std::move(trace)}, {"notes", message.defects()}};
    for (const std::string& why : inspected.failures) answer["notes"].push_back("no answer: " + why);
    if (!inspected.authentication.empty())
        answer["notes"].push_back("authentication: " + inspected.authentication);
    for (std::size_t i = 0; i < inspected.outcomes.size(); ++i)
        answer["outcomes"].push_back(outcomeJson(envelope.recipients[i], inspected.outcomes[i]));
    return answer;
}

}  // namespace weir
