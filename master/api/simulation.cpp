// Tests a policy with one mail: on the master, with the evaluator that the nodes run, or on a node, with the
// scanners, the resolver and the directory that its mails are asked about:
//   POST /api/v1/policy/simulate
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/wire/messages.h"
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
constexpr auto kPatience =
    std::chrono::seconds(60);  // with a node: scanners and DNS have time-outs of their own

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

Json envelopeJson(const Envelope& envelope) {
    return {{"sender", envelope.sender},
            {"recipients", envelope.recipients},
            {"client_address", envelope.clientAddress},
            {"client_name", envelope.clientName},
            {"helo", envelope.helo},
            {"auth_user", envelope.authUser},
            {"direction", toString(envelope.direction)}};
}

// The node whose levels count: by name or id; without one, the cluster's own policy.
std::optional<NodeView> nodeOf(const ApiServices& services, const std::string& nameOrId) {
    if (nameOrId.empty()) return std::nullopt;
    for (const auto& node : services.nodes.nodes())
        if (node.name == nameOrId || node.id.value == nameOrId) return node;
    refuse({{"/node", "is no node of this cluster"}});
}

// What the node itself finds out about the mail, with what the document says for it.
Json askNode(ApiServices& services, const NodeView& node, const Json& document, const Envelope& envelope,
             const std::string& mail) {
    if (const auto parsed = parsePolicy(document); !parsed) refuse(parsed.error());
    const Json arguments = {{"mail", mail},
                            {"envelope", envelopeJson(envelope)},
                            {"document", effectivePolicy(document, node.name, node.groups)}};
    if (toText(arguments).size() > WireLimits::kResultBytes)
        refuse({{"/mail", "is, with the policy, more than a command to a node holds (4 MiB)"}}, 413);
    Json answer = services.commands.request(node.id, "simulate", arguments,
                                            std::chrono::steady_clock::now() + kPatience);
    for (const char* part : {"outcomes", "notes"})
        if (!answer.contains(part) || !answer[part].is_array())
            throw Error(ErrorCode::kUnavailable, node.name + " answered without " + part);
    answer["node"] = node.name;
    return answer;
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
    const auto nodeName = reader.text("node", "");
    const auto onNode = reader.boolean("on_node", false);
    const auto envelope = envelopeOf(reader);
    if (onNode && nodeName.empty()) reader.fail("node", "is missing: on which node?");
    finish(reader);
    const auto node = nodeOf(services, nodeName);
    if (onNode) return http::jsonReply(200, askNode(services, *node, *document, envelope, mail));
    auto answer = simulatePolicy(*document, node ? SimulatedNode{node->name, node->groups} : SimulatedNode{},
                                 envelope, mail);
    if (!answer) refuse(answer.error());
    (*answer)["node"] = nullptr;
    return http::jsonReply(200, *answer);
}

}  // namespace

Routes simulationRoutes(ApiServices& services) {
    return {{"POST", "/api/v1/policy/simulate", kOperatorReaders, with(services, simulate),
             http::Body::kWhole, kBodyLimit}};
}

}  // namespace weir::api
