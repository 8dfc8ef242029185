#include "master/service/command_queue.h"

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>

#include "common/base/log.h"
#include "master/db/command_table.h"
#include "master/service/node_registry.h"

namespace weir {
namespace {

// How long after add() a transaction may still be on its way, retries included.
constexpr auto kUncommitted = std::chrono::seconds(60);
constexpr auto kLook = std::chrono::milliseconds(250);
constexpr auto kNoProgress = std::chrono::seconds(30);
constexpr auto kReadAgain = std::chrono::minutes(5);

bool isThere(const NodeView& node) {
    return node.state == NodeState::kUp || node.state == NodeState::kPaused;
}

ErrorCode codeFromText(const std::string& word) {
    for (const ErrorCode code : {ErrorCode::kInvalid, ErrorCode::kNotFound, ErrorCode::kConflict,
                                 ErrorCode::kDenied, ErrorCode::kUnavailable, ErrorCode::kTimeout,
                                 ErrorCode::kNoSpace, ErrorCode::kIo, ErrorCode::kLimit})
        if (word == toString(code)) return code;
    return ErrorCode::kInternal;
}

}  // namespace

// A transient command and who waits for it. The first five members do not change or are atomic; the others
// are under the mutex, which is held while a piece is given to the sink.
struct CommandQueue::Waiting {
    CommandId id;
    NodeId node;
    std::string kind, arguments;
    std::atomic<bool> sent{false};
    std::mutex mutex;
    std::condition_variable changed;
    bool ended = false;      // answered, streamed to the end, or broken off
    bool streaming = false;  // the node's content is coming
    std::optional<CommandResult> result;
    std::string broken;  // why the stream did not get to its end
    ContentSink sink;    // empty: nobody takes content (any more)
    std::uint64_t bytes = 0;
    Steady::time_point progress;
};

CommandQueue::CommandQueue(db::Database& database, NodeRegistry& nodes) : database_(database), nodes_(nodes) {
    std::vector<NodeId> open;
    database_.read([&](db::Connection& connection) { open = db::nodesWithCommands(connection); });
    auto state = state_.lock();
    for (const NodeId& node : open) state->readUntil[node] = Steady::now() + kReadAgain;
}

// ---- the console's side
// -----------------------------------------------------------------------------------------

CommandId CommandQueue::add(db::Connection& connection, const NodeId& node, const std::string& kind,
                            const Json& arguments) {
    db::CommandRow row;
    row.id.value = newTimeUuid();
    row.node = node;
    row.kind = kind;
    row.arguments = toText(arguments);
    row.created = now();
    db::insertCommand(connection, row);
    readSoon(node);
    return row.id;
}

CommandId CommandQueue::add(const NodeId& node, const std::string& kind, const Json& arguments) {
    CommandId id;
    database_.transaction([&](db::Connection& connection) { id = add(connection, node, kind, arguments); });
    return id;
}

void CommandQueue::readSoon(const NodeId& node) {
    state_.lock()->readUntil[node] = Steady::now() + kUncommitted;
    nodes_.wake();
}

void CommandQueue::requireThere(const NodeId& node) const {
    const auto view = nodes_.node(node);
    if (!view) throw Error(ErrorCode::kNotFound, "there is no node " + node.value);
    if (isThere(*view) || view->state == NodeState::kLate) return;
    const bool seen = toMillis(view->lastSeen) != 0;
    throw Error(ErrorCode::kUnavailable, "node " + view->name + " is away; it was last seen " +
                                             (seen ? toText(view->lastSeen) : std::string("never")));
}

CommandQueue::WaitingPtr CommandQueue::start(const NodeId& node, const std::string& kind,
                                             const Json& arguments) {
    requireThere(node);
    auto waiting = std::make_shared<Waiting>();
    waiting->id.value = newTimeUuid();
    waiting->node = node;
    waiting->kind = kind;
    waiting->arguments = toText(arguments);
    waiting->progress = Steady::now();
    return waiting;
}

template <class Ready>
void CommandQueue::await(Waiting& waiting, std::unique_lock<std::mutex>& lock, Deadline deadline,
                         Ready ready) {
    while (!ready()) {
        if (Steady::now() >= deadline) {
            const std::string name = nodes_.nameOf(waiting.node);
            throw Error(ErrorCode::kTimeout, waiting.sent
                                                 ? "node " + name + " did not answer in time"
                                                 : "node " + name + " did not ask for its commands in time");
        }
        waiting.changed.wait_until(lock, std::min(deadline, Steady::now() + kLook));
        if (ready()) return;
        lock.unlock();
        requireThere(waiting.node);
        lock.lock();
    }
}

namespace {

// Takes the command out of the queue however its caller leaves.
template <class Leave>
struct OnLeave {
    Leave leave;
    ~OnLeave() { leave(); }
};
template <class Leave>
OnLeave(Leave) -> OnLeave<Leave>;

}  // namespace

Json CommandQueue::request(const NodeId& node, const std::string& kind, const Json& arguments,
                           Deadline deadline) {
    const WaitingPtr waiting = start(node, kind, arguments);
    state_.lock()->transients[waiting->id] = waiting;
    const OnLeave forget{[&] { state_.lock()->transients.erase(waiting->id); }};
    nodes_.wake();
    std::unique_lock lock(waiting->mutex);
    await(*waiting, lock, deadline, [&] { return waiting->result.has_value(); });
    if (!waiting->result->ok) throw Error(codeFromText(waiting->result->code), waiting->result->detail);
    return parseJson(waiting->result->result).value_or(Json::object());
}

std::uint64_t CommandQueue::fetch(const NodeId& node, const ItemId& item, const ContentSink& sink,
                                  Deadline deadline) {
    const WaitingPtr waiting = start(node, "fetch", {{"item", item.value}});
    waiting->sink = sink;
    state_.lock()->transients[waiting->id] = waiting;
    const OnLeave forget{[&] {
        state_.lock()->transients.erase(waiting->id);
        const std::lock_guard lock(waiting->mutex);  // waits for a piece that is being given
        waiting->sink = nullptr;
    }};
    nodes_.wake();
    std::unique_lock lock(waiting->mutex);
    const auto begun = [&] { return waiting->streaming || waiting->ended || waiting->result; };
    await(*waiting, lock, deadline, begun);
    while (!waiting->ended && !waiting->result) {
        const auto idle = waiting->progress + kNoProgress;
        if (Steady::now() >= idle) throw Error(ErrorCode::kTimeout, "the node stopped sending the mail");
        waiting->changed.wait_until(lock, std::min(idle, Steady::now() + kLook));
    }
    if (!waiting->broken.empty()) throw Error(ErrorCode::kUnavailable, waiting->broken);
    if (waiting->ended) return waiting->bytes;
    throw Error(codeFromText(waiting->result->code), waiting->result->detail);
}

std::vector<CommandQueue::View> CommandQueue::recent(const NodeId& node, int limit) {
    std::vector<View> views;
    database_.read([&](db::Connection& connection) {
        views.clear();
        for (const db::CommandRow& row : db::recentCommands(connection, node, limit))
            views.push_back(
                {row.id, row.node, row.kind, row.arguments, row.state, row.detail, row.created, row.ended});
    });
    return views;
}

std::uint64_t CommandQueue::prune(TimePoint before) {
    std::uint64_t count = 0;
    database_.transaction(
        [&](db::Connection& connection) { count = db::deleteEndedCommands(connection, before); });
    return count;
}

// ---- the node's side
// --------------------------------------------------------------------------------------------

bool CommandQueue::mayHavePending(const NodeId& node) {
    auto state = state_.lock();
    if (state->readUntil.contains(node)) return true;
    return std::any_of(state->transients.begin(), state->transients.end(),
                       [&](const auto& entry) { return entry.second->node == node && !entry.second->sent; });
}

std::vector<Command> CommandQueue::pending(const NodeId& node, const std::vector<CommandId>& inHand) {
    std::vector<Command> commands;
    bool readRows = false;
    {
        auto state = state_.lock();
        for (const auto& [id, waiting] : state->transients) {
            if (waiting->node != node || commands.size() >= WireLimits::kCommands) continue;
            if (waiting->sent.exchange(true)) continue;
            commands.push_back({id, waiting->kind, waiting->arguments});
        }
        readRows = state->readUntil.contains(node);
    }
    if (!readRows) return commands;
    std::vector<db::CommandRow> rows;
    database_.read([&](db::Connection& connection) {
        rows = db::waitingCommands(connection, node, static_cast<int>(WireLimits::kCommands));
    });
    for (db::CommandRow& row : rows) {
        const bool has = std::find(inHand.begin(), inHand.end(), row.id) != inHand.end();
        if (!has && commands.size() < WireLimits::kCommands)
            commands.push_back({row.id, row.kind, std::move(row.arguments)});
    }
    auto state = state_.lock();
    const auto until = state->readUntil.find(node);
    if (until == state->readUntil.end()) return commands;
    // As long as there are rows, they are looked at: an answer may be lost on the way.
    if (!rows.empty())
        until->second = std::max(until->second, Steady::now() + kUncommitted);
    else if (until->second <= Steady::now())
        state->readUntil.erase(until);
    return commands;
}

CommandQueue::WaitingPtr CommandQueue::find(const NodeId& node, const CommandId& id) {
    auto state = state_.lock();
    const auto found = state->transients.find(id);
    // Another node's command is treated like none.
    return found == state->transients.end() || found->second->node != node ? nullptr : found->second;
}

CommandQueue::Answered CommandQueue::asked(const NodeId& node, const CommandId& id) {
    if (const WaitingPtr waiting = find(node, id)) return {true, false, waiting->kind, waiting->arguments};
    Answered answered;
    database_.read([&](db::Connection& connection) {
        answered = {};
        const auto row = db::commandById(connection, id);
        if (row && row->node == node) answered = {row->state == "waiting", true, row->kind, row->arguments};
    });
    return answered;
}

CommandQueue::Answered CommandQueue::complete(const NodeId& node, const CommandId& id,
                                              const CommandResult& result) {
    if (const WaitingPtr waiting = find(node, id)) {
        {
            const std::lock_guard lock(waiting->mutex);
            if (!waiting->ended && !waiting->result) waiting->result = result;
        }
        waiting->changed.notify_all();
        return {true, false, waiting->kind, waiting->arguments};
    }
    Answered answered;
    database_.transaction([&](db::Connection& connection) {
        answered = {};
        auto row = db::commandById(connection, id);
        if (!row || row->node != node) return;
        row->state = result.ok ? "done" : "failed";
        row->ended = now();
        row->detail = result.detail.substr(0, WireLimits::kTextBytes);
        row->result = result.result;
        answered.known = db::endCommand(connection, *row);
        answered.durable = true;
        answered.kind = row->kind;
        answered.arguments = row->arguments;
    });
    if (answered.known)
        log(result.ok ? LogLevel::kInfo : LogLevel::kWarning, "command.answered",
            {{"node", nodes_.nameOf(node)},
             {"kind", answered.kind},
             {"id", id.value},
             {"ok", result.ok},
             {"detail", result.detail}});
    return answered;
}

void CommandQueue::content(const NodeId& node, const CommandId& id,
                           const std::function<std::string_view()>& read) {
    const WaitingPtr waiting = find(node, id);
    const auto gone = [] { return Error(ErrorCode::kNotFound, "nobody waits for this content any more"); };
    if (!waiting) throw gone();
    {
        const std::lock_guard lock(waiting->mutex);
        if (waiting->streaming || waiting->ended || !waiting->sink) throw gone();
        waiting->streaming = true;
        waiting->progress = Steady::now();
    }
    waiting->changed.notify_all();
    std::string broken;
    try {
        for (std::string_view piece = read(); !piece.empty(); piece = read()) {
            const std::lock_guard lock(waiting->mutex);
            if (!waiting->sink || !waiting->sink(piece)) throw gone();
            waiting->bytes += piece.size();
            waiting->progress = Steady::now();
        }
    } catch (const std::exception& error) {
        broken = error.what();
    }
    {
        const std::lock_guard lock(waiting->mutex);
        waiting->broken = broken;
        waiting->ended = true;
    }
    waiting->changed.notify_all();
    if (!broken.empty()) throw Error(ErrorCode::kUnavailable, broken);
}

}  // namespace weir
