// The nodes of the cluster: enrollment tokens, who may connect, who is there and in which state.
//
// What syncs need is in memory and answers when the database is away; what must last is in the tables nodes,
// enrollment_tokens, node_notices and cluster_state, written before memory changes. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/guarded.h"
#include "common/base/ids.h"
#include "common/base/worker.h"
#include "common/wire/messages.h"
#include "master/db/database.h"
#include "master/db/node_table.h"
#include "master/db/token_table.h"
#include "master/service/certificate_authority.h"

namespace weir {

struct Actor;  // master/service/audit.h

enum class NodeState { kNever, kUp, kLate, kDown, kPaused };
const char* toString(NodeState state);  // "never", "up", "late", "down", "paused"

// One node as the console shows it. Times are the epoch (0) when unknown.
struct NodeView {
    NodeId id;
    std::string name;
    std::vector<std::string> groups;
    NodeState state = NodeState::kNever;  // kPaused only while the node is there and obeys
    bool pauseWanted = false;
    TimePoint enrolled, lastSeen, since;  // since: in this state
    std::string address;                  // of its last connection
    std::int64_t clockSkewMillis = 0;     // node minus master
    TimePoint lastEvent;                  // when it last delivered events
    TimePoint certificateExpires;
    SyncRequest last;  // its last sync: version, capabilities, applied, refused, spool, disk, health
};

struct NodeNotice {
    TimePoint time;
    std::string kind;  // enrolled, up, down, refused, paused, resumed, renamed, removed, renewed, clock
    std::string text;  // for people
};

struct EnrollmentToken {
    std::string id;
    TimePoint created, expires;
    std::string createdBy, name;
    std::vector<std::string> groups;
    TimePoint usedAt;  // the epoch (0): not used
    NodeId usedBy;
};

struct NewEnrollmentToken {
    std::string id;
    std::string token;  // the pasted line; shown once, only its hash is kept
    TimePoint expires;
};

struct PresenceTimes {
    std::chrono::milliseconds late = std::chrono::seconds(8);
    std::chrono::milliseconds down = std::chrono::seconds(15);
    std::chrono::milliseconds closed = std::chrono::milliseconds(2500);  // connection closed and not back
};

// Who is at the other end of a connection, from its certificate.
struct NodePeer {
    NodeId node;
    std::string fingerprint;
};

class NodeRegistry {
  public:
    // Reads the nodes. `authority` signs certificates and pins tokens.
    NodeRegistry(db::Database& database, CertificateAuthority& authority, PresenceTimes times = {});
    ~NodeRegistry();

    // The epoch of this master: nodes obey the highest they have seen. Raised by promote(), when a master is
    // restored from a backup or takes over.
    std::uint64_t masterEpoch() const;
    std::uint64_t promote();

    // ---- for the console (each change is one transaction with its audit row)
    // -----------------------------------
    std::vector<NodeView> nodes() const;  // by name
    std::optional<NodeView> node(const NodeId& id) const;
    std::vector<NodeNotice> notices(const NodeId& id, int limit = 100) const;  // newest first

    // `minutes` 1..60. Throws Error kInvalid.
    NewEnrollmentToken createToken(const Actor& actor, int minutes, const std::vector<std::string>& groups,
                                   const std::string& name);
    std::vector<EnrollmentToken> tokens() const;                  // newest first
    void deleteToken(const Actor& actor, const std::string& id);  // throws kNotFound

    // Throw Error kNotFound, kConflict (name taken), kInvalid.
    void rename(const Actor& actor, const NodeId& id, const std::string& name);
    void setGroups(const Actor& actor, const NodeId& id, const std::vector<std::string>& groups);
    void setPaused(const Actor& actor, const NodeId& id, bool paused);
    // Revokes its certificate: its waiting sync ends and every later request is refused at once.
    void remove(const Actor& actor, const NodeId& id);

    // ---- for the node's side (node_api, command_queue)
    // -------------------------------------------------------- A token for a certificate. `peer` is set when
    // the connection brought an older certificate of this cluster: the node then keeps its id. Refusals are
    // Errors kDenied whose text names the reason.
    EnrollAnswer enroll(const EnrollRequest& request, const std::string& address,
                        const std::optional<NodePeer>& peer);
    RenewAnswer renew(const NodePeer& peer, const RenewRequest& request);
    // Throws Error kDenied unless the peer is a node of this cluster that was not removed and shows the
    // certificate that is registered.
    void authorize(const NodePeer& peer, const std::string& address);

    // A sync has begun: presence, per-node state. The node's current name, groups and pause.
    struct Wanted {
        std::string name;
        std::vector<std::string> groups;
        bool paused = false;
        bool operator==(const Wanted&) const = default;
    };
    Wanted synced(const NodeId& id, const SyncRequest& request, const std::string& address);
    Wanted wanted(const NodeId& id) const;  // now; of a node that is known
    // The connection of a waiting sync closed before it was answered.
    void connectionClosed(const NodeId& id);
    void eventsTaken(const NodeId& id);
    // Adds a line to the node's story.
    void notice(const NodeId& id, const std::string& kind, const std::string& text);

    // Waits until wake() or until `poll` has passed; the number of wakes so far, to pass in next time.
    std::uint64_t waitForNews(std::uint64_t seen, std::chrono::milliseconds poll);
    std::uint64_t news() const;
    // Ends the wait of all syncs, so that they look again (after a publish, a command, a removal).
    void wake();

    // Its name, also of a removed one; the id of one that was never here.
    std::string nameOf(const NodeId& id) const;

  private:
    struct Known;
    struct State;

    void load();
    static NodeView viewOf(const Known& known);
    db::NodeRow rowOf(const NodeId& id) const;  // throws kNotFound
    bool isKnown(const NodeId& id) const;       // also a removed one
    bool nameTaken(const std::string& name, const NodeId& except) const;
    std::string freeName(const std::string& wish, const NodeId& except) const;
    // Writes the row with its audit entry, then memory; then wakes.
    void change(const Actor& actor, const db::NodeRow& row, const std::string& action, const Json& before,
                const Json& after, const std::function<void(db::Connection&)>& also);

    db::TokenRow usableToken(db::Connection& connection, const EnrollRequest& request) const;
    EnrollAnswer enrollChecked(const EnrollRequest& request, const std::string& address,
                               const std::optional<NodePeer>& peer);
    void refuse(const NodeId& node, const std::string& address, const std::string& reason);

    // The worker: presence, then what it and the syncs left to be written.
    std::chrono::milliseconds turn();
    void watchPresence();
    void writePending();

    db::Database& database_;
    CertificateAuthority& authority_;
    const PresenceTimes times_;
    std::unique_ptr<State> state_;
    std::unique_ptr<Worker> worker_;
};

}  // namespace weir
