// Tests a policy with one mail, on the master and with the evaluator that the nodes run:
//   POST /api/v1/policy/simulate
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/policy_view.h"
#include "master/api/resources.h"
#include "master/service/policy_simulation.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kBodyLimit = 40u << 20;  // a mail of 25 MB as a JSON string, and a document
constexpr std::size_t kRecipients = 1000;

Envelope envelopeOf(JsonReader& body) {
    Envelope envelope;
    const Json* object = body.object("envelope");
    if (object == nullptr) {
        body.fail("envelope", "is missing");
        return envelope;
    }
    JsonReader reader(*object, body.where("envelope"), JsonReader::Unknown::kRefuse);
    envelope.sender = reader.text("sender", "");
    envelope.recipients = reader.texts("recipients");
    envelope.clientAddress = reader.text("client_address", "");
    envelope.clientName = reader.text("client_name", "");
    envelope.helo = reader.text("helo", "");
    envelope.authUser = reader.text("auth_user", "");
    const auto direction = reader.text("direction", "inbound");
    if (direction != "inbound" && direction != "outbound")
        reader.fail("direction", "is not inbound or outbound");
    envelope.direction = direction == "outbound" ? Direction::kOutbound : Direction::kInbound;
    if (envelope.recipients.empty() || envelope.recipients.size() > kRecipients)
        reader.fail("recipients", "has not 1 to 1000 addresses");
    finish(reader);
    return envelope;
}

// The node whose levels count: by name or id; without one, the cluster's own policy.
SimulatedNode nodeOf(const ApiServices& services, const std::string& nameOrId) {
    if (nameOrId.empty()) return {};
    for (const auto& node : services.nodes.nodes())
        if (node.name == nameOrId || node.id.value == nameOrId) return {node.name, node.groups};
    refuse({{"/node", "is no node of this cluster"}});
}

std::shared_ptr<const Json> sourceOf(const ApiServices& services, JsonReader& reader) {
    if (const Json* document = reader.object("document")) return std::make_shared<const Json>(*document);
    const Json* source = reader.any("source");
    if (source == nullptr) return documentOf(services, "draft").document;
    if (source->is_number_unsigned())
        return services.policies.revision(source->get<std::uint64_t>())->document;
    if (!source->is_string()) refuse({{"/source", "is not \"draft\", \"published\" or a revision"}});
    return documentOf(services, source->get<std::string>()).document;
}

Reply simulate(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto document = sourceOf(services, reader);
    reader.any("source");
    const auto mail = reader.text("mail");
    const auto node = reader.text("node", "");
    const auto envelope = envelopeOf(reader);
    finish(reader);
    const auto answer = simulatePolicy(*document, nodeOf(services, node), envelope, mail);
    if (!answer) refuse(answer.error());
    return http::jsonReply(200, *answer);
}

}  // namespace

Routes simulationRoutes(ApiServices& services) {
    return {{"POST", "/api/v1/policy/simulate", kOperatorReaders, with(services, simulate),
             http::Body::kWhole, kBodyLimit}};
}

}  // namespace weir::api
