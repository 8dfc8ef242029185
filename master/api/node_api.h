// /node/v1: the master's side of the node protocol (common/wire/PROTOCOL.md).
//
// Who calls is read from the certificate of the connection, never from a body: role "node", Principal::name =
// node id. A node reaches its own state, events and commands, and nothing else. Only POST enroll is open to
// callers without a certificate. Bodies are bounded before and after decompression.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "common/base/guarded.h"
#include "common/base/ids.h"
#include "common/wire/messages.h"
#include "master/http/router.h"
#include "master/service/catalog_shelf.h"
#include "master/service/certificate_authority.h"
#include "master/service/command_queue.h"
#include "master/service/event_ingest.h"
#include "master/service/node_registry.h"
#include "master/service/policy_desk.h"
#include "master/service/quarantine_desk.h"
#include "master/service/shared_state.h"

namespace weir {

struct NodeServices {
    NodeRegistry& nodes;
    CommandQueue& commands;
    EventIngest& events;
    PolicyDesk& policies;
    QuarantineDesk& quarantine;
    CertificateAuthority& authority;
    SharedState& shared;
    const CatalogShelf& catalogs;
};

class NodeApi {
  public:
    // The services must outlive it. `syncWait`: how long a sync with nothing to say is kept.
    explicit NodeApi(NodeServices services, std::chrono::milliseconds syncWait = std::chrono::seconds(5));
    ~NodeApi();

    // Adds the routes and sets the guard; the router belongs to the node port alone. The server behind it
    // needs TlsOptions{clientCaFile = authority.certificateFile(), tls13Only = true}, about six threads a
    // node (sync, reports, commands, two for shared, catalogs), and connectionsPerAddress for all nodes
    // behind one NAT address.
    void addTo(http::Router& router);

    // Answers all who wait now, and every later one at once. Call it before Server::stop().
    void stop();

  private:
    struct EffectivePolicy;
    using EffectivePtr = std::shared_ptr<const EffectivePolicy>;
    struct State {
        std::map<NodeId, EffectivePtr> effective;
        std::map<NodeId, std::uint64_t> catalogsTold;  // CatalogShelf::version() of the last answer
        std::map<NodeId, std::chrono::steady_clock::time_point> listingAsked;
    };

    std::optional<http::Reply> guard(http::Request& request) const;
    http::Reply enroll(http::Request& request);
    http::Reply renew(http::Request& request);
    http::Reply sync(http::Request& request);
    http::Reply events(http::Request& request);
    http::Reply shared(http::Request& request);
    http::Reply catalog(http::Request& request);
    http::Reply result(http::Request& request);
    http::Reply content(http::Request& request);

    NodePeer peerOf(const http::Request& request) const;
    void requireEpoch(std::uint64_t seenByNode) const;
    SyncAnswer answerNow(const NodeId& node, const SyncRequest& request, const NodeRegistry::Wanted& wanted);
    EffectivePtr effective(const NodeId& node, const NodeRegistry::Wanted& wanted);
    std::vector<Command> commandsFor(const NodeId& node, const SyncRequest& request);
    bool lacksNewCatalog(const NodeId& node, const SyncRequest& request, const SyncAnswer& answer,
                         std::uint64_t version);
    void askForListing(const NodeId& node);
    void learnFailure(const NodeId& node, const CommandQueue::Answered& asked, const CommandResult& result);

    NodeServices services_;
    const std::chrono::milliseconds syncWait_;
    std::atomic<bool> stopping_{false};
    Guarded<State> state_;
};

}  // namespace weir
