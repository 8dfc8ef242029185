// What the master asks of nodes.
//
// Durable commands (release, delete, list-items) are rows: they are sent with the node's sync answers until
// the node answers them, across restarts of both. Transient ones (fetch, simulate) live in memory while
// somebody waits. The node does each command once: by its id, and by the state of the item when it is sent
// again. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/guarded.h"
#include "common/base/ids.h"
#include "common/base/json.h"
#include "common/wire/messages.h"
#include "master/db/database.h"

namespace weir {

class NodeRegistry;

// Takes the bytes of a fetched mail piece by piece; false or an exception ends the transfer. Called on
// another thread than fetch()'s caller, one call at a time, and never after fetch() returned.
using ContentSink = std::function<bool(std::string_view)>;

class CommandQueue {
  public:
    using Deadline = std::chrono::steady_clock::time_point;

    CommandQueue(db::Database& database, NodeRegistry& nodes);

    // Durable; part of the caller's transaction. The node gets it within a quarter of a second of the commit.
    CommandId add(db::Connection& connection, const NodeId& node, const std::string& kind,
                  const Json& arguments);

    // The same in a transaction of its own.
    CommandId add(const NodeId& node, const std::string& kind, const Json& arguments);

    // Transient. Throws Error: kNotFound (no such node), kUnavailable (node away: text says since when),
    // kTimeout (no answer until the deadline, or no progress for 30 s), else what the node answered.
    Json request(const NodeId& node, const std::string& kind, const Json& arguments, Deadline deadline);
    // The bytes of an item as they were received; `deadline` is for the first byte. The count of bytes given
    // to sink.
    std::uint64_t fetch(const NodeId& node, const ItemId& item, const ContentSink& sink, Deadline deadline);

    // ---- for the node's side (node_api)
    // ----------------------------------------------------------------------- What to put into a sync answer:
    // open commands of this node that it does not have in hand.
    std::vector<Command> pending(const NodeId& node, const std::vector<CommandId>& inHand);
    // True when pending() may have something new: cheap, asked several times a second.
    bool mayHavePending(const NodeId& node);

    struct Answered {
        bool known =
            false;  // false: no such open command of this node (answered before, or somebody gave up)
        bool durable = false;
        std::string kind;
        std::string arguments;  // JSON text
    };
    // What the node was asked with this id, without ending it.
    Answered asked(const NodeId& node, const CommandId& id);
    // The node's result of one of its commands. Idempotent. A durable one is committed when this returns.
    Answered complete(const NodeId& node, const CommandId& id, const CommandResult& result);
    // The node streams the content of a fetch: gives pieces from `read` (empty: end) to the waiting sink.
    // Throws Error kNotFound when nobody waits for it (any more).
    void content(const NodeId& node, const CommandId& id, const std::function<std::string_view()>& read);
    // A durable command for the console: state is "waiting", "done" or "failed".
    struct View {
        CommandId id;
        NodeId node;
        std::string kind, arguments, state, detail;
        TimePoint created, ended;
    };
    std::vector<View> recent(const NodeId& node, int limit);
    // Rows answered before `before` go. Called by retention; the count.
    std::uint64_t prune(TimePoint before);

  private:
    struct Waiting;
    using WaitingPtr = std::shared_ptr<Waiting>;
    using Steady = std::chrono::steady_clock;
    struct State {
        std::map<CommandId, WaitingPtr> transients;
        // Nodes whose rows are to be read until then: what was added may not be committed yet.
        std::map<NodeId, Steady::time_point> readUntil;
    };

    WaitingPtr start(const NodeId& node, const std::string& kind, const Json& arguments);
    WaitingPtr find(const NodeId& node, const CommandId& id);
    // Waits for `ready` (asked with the command's mutex held), or throws what requests throw.
    template <class Ready>
    void await(Waiting& waiting, std::unique_lock<std::mutex>& lock, Deadline deadline, Ready ready);
    void requireThere(const NodeId& node) const;
    void readSoon(const NodeId& node);

    db::Database& database_;
    NodeRegistry& nodes_;
    Guarded<State> state_;
};

}  // namespace weir
