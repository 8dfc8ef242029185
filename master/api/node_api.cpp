#include "master/api/node_api.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/base/control.h"
#include "common/base/digest.h"
#include "common/base/log.h"
#include "common/policy/policy.h"
#include "common/wire/compression.h"
#include "common/wire/shared_messages.h"
#include "common/wire/tls_identity.h"

namespace weir {
namespace {

using Steady = std::chrono::steady_clock;

constexpr auto kLook = std::chrono::milliseconds(200);    // at a closed connection, and at commands
constexpr auto kListingAgain = std::chrono::seconds(30);  // between two looks whether items are missing
constexpr std::size_t kContentPiece = 64u << 10;
constexpr std::size_t kNoLimit = std::size_t{1} << 40;

std::size_t limited(std::size_t limit) {
    return controlOff("limits") ? kNoLimit : limit;
}

// The body as it was before compression.
std::string plainBody(http::Request& request, std::size_t limit) {
    const std::string_view encoding = request.header("Content-Encoding");
    if (encoding.empty() || encoding == "identity") {
        if (request.body.size() > limited(limit))
            throw Error(ErrorCode::kLimit, "the body is larger than " + std::to_string(limit) + " bytes");
        return std::move(request.body);
    }
    if (encoding != "zstd")
        throw http::Refusal{
            http::problemReply(415, "unsupported-encoding", "bodies are plain or zstd-compressed")};
    auto plain = decompress(request.body, limited(limit));
    if (plain) return std::move(*plain);
    throw Error(plain.error().what.starts_with("more than") ? ErrorCode::kLimit : ErrorCode::kInvalid,
                "the body is " + plain.error().what);
}

template <class T>
T readOrRefuse(Expected<T> message) {
    if (message) return std::move(*message);
    throw Error(ErrorCode::kInvalid, message.error().text());
}

void requireProtocol(const ProtocolVersion& theirs) {
    if (compatible(kProtocolVersion, theirs)) return;
    throw http::Refusal{http::problemReply(
        426, "protocol",
        "this master speaks version " + toText(kProtocolVersion) +
            " of the node protocol and works with two minor versions around it; this node speaks " +
            toText(theirs))};
}

Json jsonBody(http::Request& request, std::size_t limit) {
    return readOrRefuse(parseJson(plainBody(request, limit), {.bytes = limited(limit)}));
}

http::Reply jsonText(const http::Request& request, std::string text) {
    http::Reply reply;
    reply.header("Content-Type", "application/json");
    if (text.size() > kCompressAbove && request.header("Accept-Encoding") == "zstd") {
        reply.header("Content-Encoding", "zstd");
        text = compress(text);
    }
    reply.body = std::move(text);
    return reply;
}

bool isUsual(const SyncAnswer& answer, const SyncRequest& request) {
    return !answer.policy && answer.commands.empty() && answer.paused == request.paused &&
           (request.name.empty() || answer.name == request.name);
}

}  // namespace

struct NodeApi::EffectivePolicy {
    NodeRegistry::Wanted of;
    OfferedPolicy policy;
};

NodeApi::NodeApi(NodeServices services, std::chrono::milliseconds syncWait)
    : services_(services), syncWait_(syncWait) {}

NodeApi::~NodeApi() = default;

void NodeApi::addTo(http::Router& router) {
    using http::Body;
    const auto handler = [this](http::Reply (NodeApi::*handle)(http::Request&)) {
        return [this, handle](http::Request& request) { return (this->*handle)(request); };
    };
    const std::vector<std::string> node = {"node"};
    const std::string command = "/node/v1/commands/{id}/";
    router.add(
        {{"POST", "/node/v1/enroll", {}, handler(&NodeApi::enroll), Body::kWhole, limited(64u << 10)},
         {"POST", "/node/v1/certificate", node, handler(&NodeApi::renew), Body::kWhole, limited(64u << 10)},
         {"POST", "/node/v1/sync", node, handler(&NodeApi::sync), Body::kWhole,
          limited(WireLimits::kSyncBytes)},
         {"POST", "/node/v1/events", node, handler(&NodeApi::events), Body::kWhole,
          limited(WireLimits::kBatchBytes)},
         {"POST", "/node/v1/shared", node, handler(&NodeApi::shared), Body::kWhole,
          limited(SharedMessageLimits::kBytes)},
         {"GET", "/node/v1/catalogs/{name}", node, handler(&NodeApi::catalog)},
         {"PUT", command + "result", node, handler(&NodeApi::result), Body::kWhole,
          limited(WireLimits::kResultBytes + (64u << 10))},
         {"PUT", command + "content", node, handler(&NodeApi::content), Body::kStream,
          limited(WireLimits::kContentBytes)}});
    router.setGuard([this](http::Request& request, const http::Route&) { return guard(request); });
}

void NodeApi::stop() {
    stopping_ = true;
    services_.nodes.wake();
    services_.shared.wake();
}

NodePeer NodeApi::peerOf(const http::Request& request) const {
    if (request.peerCertificate.empty())
        throw http::Refusal{
            http::problemReply(401, "unauthorized", "a node's certificate is needed; enroll first")};
    const auto facts = readCertificate(request.peerCertificate);
    if (!facts || facts->subject.role != CertificateRole::kNode)
        throw Error(ErrorCode::kDenied, "this is not the certificate of a node");
    if (facts->subject.cluster != services_.authority.clusterId())
        throw Error(ErrorCode::kDenied, "this certificate is of cluster " + facts->subject.cluster.value +
                                            ", and this master of cluster " +
                                            services_.authority.clusterId().value);
    return {facts->subject.node, facts->fingerprint};
}

std::optional<http::Reply> NodeApi::guard(http::Request& request) const {
    const NodePeer peer = peerOf(request);
    services_.nodes.authorize(peer, request.peerAddress);
    request.principal.name = peer.node.value;
    request.principal.role = "node";
    request.principal.via = "node";
    return std::nullopt;
}

void NodeApi::requireEpoch(std::uint64_t seenByNode) const {
    const std::uint64_t ours = services_.nodes.masterEpoch();
    if (seenByNode <= ours) return;
    throw Error(ErrorCode::kConflict, "this node obeys a master of epoch " + std::to_string(seenByNode) +
                                          "; this one has epoch " + std::to_string(ours) +
                                          " and is no longer in charge");
}

// ---- identity
// ---------------------------------------------------------------------------------------------------

http::Reply NodeApi::enroll(http::Request& request) {
    const EnrollRequest message = readOrRefuse(enrollRequestFromJson(jsonBody(request, 64u << 10)));
    requireProtocol(message.protocol);
    std::optional<NodePeer> peer;
    if (!request.peerCertificate.empty()) peer = peerOf(request);
    return jsonText(request, toJsonText(services_.nodes.enroll(message, request.peerAddress, peer)));
}

http::Reply NodeApi::renew(http::Request& request) {
    const RenewRequest message = readOrRefuse(renewRequestFromJson(jsonBody(request, 64u << 10)));
    requireProtocol(message.protocol);
    return jsonText(request, toJsonText(services_.nodes.renew(peerOf(request), message)));
}

// ---- sync
// -------------------------------------------------------------------------------------------------------

NodeApi::EffectivePtr NodeApi::effective(const NodeId& node, const NodeRegistry::Wanted& wanted) {
    const PublishedPtr published = services_.policies.published();
    if (!published) return nullptr;
    {
        auto state = state_.lock();
        const EffectivePtr& known = state->effective[node];
        if (known && known->policy.revision == published->revision && known->of.name == wanted.name &&
            known->of.groups == wanted.groups)
            return known;
    }
    auto made = std::make_shared<EffectivePolicy>();
    made->of = wanted;
    const Json document = effectivePolicy(*published->document, wanted.name, wanted.groups);
    made->policy = {published->revision, policyDigest(document), toText(document)};
    state_.lock()->effective[node] = made;
    return made;
}

std::vector<Command> NodeApi::commandsFor(const NodeId& node, const SyncRequest& request) {
    if (!services_.commands.mayHavePending(node)) return {};
    try {
        return services_.commands.pending(node, request.inHand);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kUnavailable) throw;
        return {};  // the database is away: nodes are served all the same
    }
}

SyncAnswer NodeApi::answerNow(const NodeId& node, const SyncRequest& request,
                              const NodeRegistry::Wanted& wanted) {
    SyncAnswer answer;
    answer.masterEpoch = services_.nodes.masterEpoch();
    answer.cluster = services_.authority.clusterId();
    answer.time = now();
    answer.name = wanted.name;
    answer.groups = wanted.groups;
    answer.paused = wanted.paused;
    answer.releaseKey = toBase64Url(services_.authority.releaseKey());
    if (const EffectivePtr current = effective(node, wanted)) {
        const OfferedPolicy& offer = current->policy;
        const bool applied =
            request.applied.revision == offer.revision && request.applied.digest == offer.digest;
        const bool refused = request.refused && request.refused->revision == offer.revision &&
                             request.refused->digest == offer.digest;
        if (!applied && !refused) answer.policy = offer;
    }
    answer.commands = commandsFor(node, request);
    answer.catalogs = services_.catalogs.offers();
    return answer;
}

// A node that could not take what it was told of is not told again and again.
bool NodeApi::lacksNewCatalog(const NodeId& node, const SyncRequest& request, const SyncAnswer& answer,
                              std::uint64_t version) {
    const auto has = [&](const CatalogOffer& offer) {
        return std::find(request.catalogs.begin(), request.catalogs.end(),
                         CatalogDigest{offer.name, offer.digest}) != request.catalogs.end();
    };
    if (std::all_of(answer.catalogs.begin(), answer.catalogs.end(), has)) return false;
    auto state = state_.lock();
    const auto told = state->catalogsTold.find(node);
    return told == state->catalogsTold.end() || told->second != version;
}

http::Reply NodeApi::sync(http::Request& request) {
    const SyncRequest message = readOrRefuse(syncRequestFromJson(jsonBody(request, WireLimits::kSyncBytes)));
    requireProtocol(message.protocol);
    requireEpoch(message.masterEpoch);
    const NodePeer peer = peerOf(request);
    const auto deadline = Steady::now() + syncWait_;
    std::uint64_t seen = services_.nodes.news();
    const NodeRegistry::Wanted begun = services_.nodes.synced(peer.node, message, request.peerAddress);
    askForListing(peer.node);
    for (;;) {
        const NodeRegistry::Wanted wanted = services_.nodes.wanted(peer.node);
        const std::uint64_t catalogs = services_.catalogs.version();  // before the offers: never too new
        const SyncAnswer answer = answerNow(peer.node, message, wanted);
        const bool answerIt = message.urgent || stopping_ || !isUsual(answer, message) ||
                              lacksNewCatalog(peer.node, message, answer, catalogs) || !(wanted == begun) ||
                              Steady::now() >= deadline;
        if (answerIt) {
            state_.lock()->catalogsTold[peer.node] = catalogs;
            return jsonText(request, toJsonText(answer));
        }
        seen = services_.nodes.waitForNews(
            seen, std::min<std::chrono::milliseconds>(
                      kLook, std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now())));
        services_.nodes.authorize(peer, request.peerAddress);
        if (request.peerGone && request.peerGone()) {
            services_.nodes.connectionClosed(peer.node);
            throw Error(ErrorCode::kUnavailable, "the node closed its connection");
        }
    }
}

// A node whose items this database does not know lists them once more.
void NodeApi::askForListing(const NodeId& node) {
    {
        auto state = state_.lock();
        auto& asked = state->listingAsked[node];
        if (asked != Steady::time_point{} && Steady::now() - asked < kListingAgain) return;
        asked = Steady::now();
    }
    try {
        if (!services_.quarantine.needsListing(node)) return;
        for (const CommandQueue::View& command : services_.commands.recent(node, 200))
            if (command.kind == "list-items" && command.state == "waiting") return;
        services_.commands.add(node, "list-items", Json::object());
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kUnavailable) throw;
    }
}

// ---- events and commands
// ------------------------------------------------------------------------------------------

http::Reply NodeApi::events(http::Request& request) {
    EventsRequest message = readOrRefuse(eventsRequestFromText(plainBody(request, WireLimits::kBatchBytes)));
    requireProtocol(message.protocol);
    requireEpoch(message.masterEpoch);
    const NodeId node{request.principal.name};
    EventsAnswer answer;
    answer.acked = services_.events.take({node, message.spool, std::move(message.events)});
    answer.masterEpoch = services_.nodes.masterEpoch();
    services_.nodes.eventsTaken(node);
    return jsonText(request, toJsonText(answer));
}

http::Reply NodeApi::shared(http::Request& request) {
    const SharedRequest message =
        readOrRefuse(sharedRequestFromJson(jsonBody(request, SharedMessageLimits::kBytes)));
    requireProtocol(message.protocol);
    requireEpoch(message.masterEpoch);
    const NodePeer peer = peerOf(request);
    const Column column = columnOf(peer.node, message.life);
    services_.shared.merge(peer.node, column, message.changes, now());
    SharedAnswer answer;
    answer.masterEpoch = services_.nodes.masterEpoch();
    answer.state = services_.shared.state();
    if (!message.cursor) return jsonText(request, toJsonText(answer));
    // A place in the list of another life is none in this one.
    answer.cursor = message.state == answer.state ? *message.cursor : 0;
    const auto deadline = Steady::now() + syncWait_;
    for (;;) {
        SharedState::Page page = services_.shared.since(column, answer.cursor);
        answer.cursor = page.cursor;
        answer.more = page.more;
        const bool answerIt = !page.changes.empty() || page.more || message.urgent ||
                              !message.changes.empty() || stopping_ || Steady::now() >= deadline;
        answer.changes = std::move(page.changes);
        if (answerIt) return jsonText(request, toJsonText(answer));
        services_.shared.waitBeyond(answer.cursor, std::min(deadline, Steady::now() + kLook));
        services_.nodes.authorize(peer, request.peerAddress);
        if (request.peerGone && request.peerGone())
            throw Error(ErrorCode::kUnavailable, "the node closed its connection");
    }
}

http::Reply NodeApi::catalog(http::Request& request) {
    const std::string name(request.pathParameter("name"));
    const auto bytes = services_.catalogs.bytes(name);
    if (!bytes) throw Error(ErrorCode::kNotFound, "this master has no catalog " + name.substr(0, 64));
    http::Reply reply;
    reply.header("Content-Type", "application/octet-stream");
    // In pieces, so that many nodes share one copy.
    reply.stream = [bytes](const http::BodySink& sink) {
        for (std::size_t at = 0; at < bytes->size(); at += kContentPiece)
            sink(std::string_view(*bytes).substr(at, kContentPiece));
    };
    return reply;
}

// Before the command ends: a death in between makes the node answer again, and this is repeatable.
void NodeApi::learnFailure(const NodeId& node, const CommandQueue::Answered& asked,
                           const CommandResult& result) {
    if (result.ok || !asked.known || !asked.durable || asked.kind == "list-items") return;
    const auto arguments = parseJson(asked.arguments);
    if (arguments && arguments->contains("item"))
        services_.quarantine.commandFailed(node, ItemId{arguments->at("item").get<std::string>()}, asked.kind,
                                           result.detail);
}

http::Reply NodeApi::result(http::Request& request) {
    const CommandResult message =
        readOrRefuse(commandResultFromJson(jsonBody(request, WireLimits::kResultBytes + (64u << 10))));
    requireProtocol(message.protocol);
    const NodeId node{request.principal.name};
    const CommandId id{request.pathParameter("id")};
    const CommandQueue::Answered asked = services_.commands.asked(node, id);
    learnFailure(node, asked, message);
    if (message.ok && asked.durable && asked.kind == "list-items") services_.quarantine.indexListed(node);
    services_.commands.complete(node, id, message);
    // Answered before, or given up meanwhile: for the node it is done all the same.
    return http::emptyReply(204);
}

http::Reply NodeApi::content(http::Request& request) {
    const NodeId node{request.principal.name};
    const CommandId id{request.pathParameter("id")};
    if (!request.source) throw Error(ErrorCode::kInvalid, "the content is missing");
    const auto declared = request.source->declaredLength();
    if (!declared) throw Error(ErrorCode::kInvalid, "content needs a Content-Length");
    if (*declared > limited(WireLimits::kContentBytes))
        throw Error(ErrorCode::kLimit, "the content is too large");
    std::string piece(kContentPiece, '\0');
    std::uint64_t left = *declared;
    services_.commands.content(node, id, [&]() -> std::string_view {
        const std::size_t size = left == 0 ? 0 : request.source->read(piece.data(), piece.size());
        if (size == 0 && left != 0) throw Error(ErrorCode::kInvalid, "the content ended too early");
        left -= std::min<std::uint64_t>(left, size);
        return {piece.data(), size};
    });
    return http::emptyReply(204);
}

}  // namespace weir
