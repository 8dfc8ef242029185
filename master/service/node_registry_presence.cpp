// Who is there: what syncs bring, and what becomes of a node that stops bringing it.
#include "common/base/log.h"
#include "master/service/node_registry_state.h"

namespace weir {
namespace {

constexpr auto kTurn = std::chrono::milliseconds(200);
constexpr auto kSaveEvery = std::chrono::seconds(30);
constexpr std::int64_t kSkewTold = 5000;  // ms between the clocks that an operator should know of
constexpr std::size_t kPendingNotices = 1000;

}  // namespace

NodeRegistry::~NodeRegistry() {
    worker_->stop();
    try {
        {
            auto nodes = state_->nodes.lock();
            for (auto& [id, known] : *nodes) known.urgent = known.unsaved;
        }
        writePending();
    } catch (const Error& error) {
        logWarning("nodes.not-saved", {{"reason", error.what()}});
    }
}

NodeRegistry::Wanted NodeRegistry::synced(const NodeId& id, const SyncRequest& request,
                                          const std::string& address) {
    const TimePoint time = now();
    std::string back, skewed;
    Wanted wanted;
    {
        auto nodes = state_->nodes.lock();
        Known& known = nodes->at(id);
        wanted = {known.row.name, known.row.groups, known.row.paused};
        if (known.presence != NodeState::kUp) {
            const bool first = known.presence == NodeState::kNever;
            if (first || known.presence == NodeState::kDown)
                back =
                    first ? "up for the first time"
                          : "back after " + std::to_string((time - known.row.lastSeen).count() / 1000) + " s";
            known.presence = NodeState::kUp;
            known.since = time;
            known.urgent = true;
        }
        known.urgent = known.urgent || known.last.applied.revision != request.applied.revision ||
                       known.last.refused != request.refused || known.last.paused != request.paused;
        known.skewMillis = (request.time - time).count();
        const bool isSkewed = std::abs(known.skewMillis) >= kSkewTold;
        if (isSkewed && !known.skewed)
            skewed = "its clock is " + std::to_string(known.skewMillis / 1000) + " s from the master's";
        known.skewed = isSkewed;
        known.contact = Known::Steady::now();
        known.closed.reset();
        known.row.lastSeen = time;
        known.row.address = address;
        known.last = request;
        known.unsaved = true;
    }
    if (!back.empty()) notice(id, "up", back);
    if (!skewed.empty()) notice(id, "clock", skewed);
    return wanted;
}

NodeRegistry::Wanted NodeRegistry::wanted(const NodeId& id) const {
    auto nodes = state_->nodes.lock();
    const db::NodeRow& row = nodes->at(id).row;
    return {row.name, row.groups, row.paused};
}

void NodeRegistry::connectionClosed(const NodeId& id) {
    auto nodes = state_->nodes.lock();
    const auto found = nodes->find(id);
    if (found != nodes->end()) found->second.closed = Known::Steady::now();
}

void NodeRegistry::eventsTaken(const NodeId& id) {
    auto nodes = state_->nodes.lock();
    const auto found = nodes->find(id);
    if (found == nodes->end()) return;
    found->second.row.lastEvent = now();
    found->second.unsaved = true;
}

void NodeRegistry::notice(const NodeId& id, const std::string& kind, const std::string& text) {
    const auto fields = {LogField("node", nameOf(id)), LogField("text", text)};
    log(kind == "down" || kind == "refused" ? LogLevel::kWarning : LogLevel::kInfo, "node." + kind, fields);
    auto notices = state_->notices.lock();
    if (notices->size() >= kPendingNotices)
        notices->pop_front();  // the database is away: the log has them all
    notices->push_back({id, {now(), kind, text}});
}

std::chrono::milliseconds NodeRegistry::turn() {
    watchPresence();
    if (database_.available()) writePending();
    return kTurn;
}

void NodeRegistry::watchPresence() {
    std::vector<std::pair<NodeId, std::string>> gone;
    const auto current = Known::Steady::now();
    {
        auto nodes = state_->nodes.lock();
        for (auto& [id, known] : *nodes) {
            if (known.removed() || known.presence == NodeState::kNever || known.presence == NodeState::kDown)
                continue;
            const auto silent = current - known.contact;
            const bool closed = known.closed && current - *known.closed >= times_.closed;
            if (closed || silent >= times_.down) {
                known.presence = NodeState::kDown;
                known.since = now();
                known.urgent = known.unsaved = true;
                gone.emplace_back(id,
                                  closed ? "down: its connection closed and did not come back"
                                         : "down: nothing heard from it since " + toText(known.row.lastSeen));
            } else if (silent >= times_.late && known.presence == NodeState::kUp) {
                known.presence = NodeState::kLate;
                known.since = now();
            }
        }
    }
    for (const auto& [id, text] : gone) notice(id, "down", text);
}

void NodeRegistry::writePending() {
    // Not while a change is on its way: the row copied here must not overwrite what that writes.
    const std::lock_guard lock(state_->changes);
    std::vector<db::NodeRow> syncs, certificates;
    std::deque<State::PendingNotice> notices;
    const auto current = Known::Steady::now();
    {
        auto nodes = state_->nodes.lock();
        for (const auto& [id, known] : *nodes) {
            if (known.certificateUnsaved) certificates.push_back(known.row);
            if (!known.unsaved || (!known.urgent && current - known.saved < kSaveEvery)) continue;
            syncs.push_back(known.row);
            syncs.back().lastSync = toJsonText(known.last);
        }
    }
    notices.swap(*state_->notices.lock());
    if (syncs.empty() && certificates.empty() && notices.empty()) return;
    try {
        database_.transaction([&](db::Connection& connection) {
            for (const db::NodeRow& row : certificates) db::useNextCertificate(connection, row);
            for (const db::NodeRow& row : syncs) db::storeSync(connection, row);
            for (const auto& pending : notices) db::insertNotice(connection, pending.node, pending.row);
        });
    } catch (const Error&) {
        auto waiting = state_->notices.lock();
        waiting->insert(waiting->begin(), notices.begin(), notices.end());
        throw;
    }
    auto nodes = state_->nodes.lock();
    for (const db::NodeRow& row : certificates) {
        Known& known = nodes->at(row.id);
        if (known.row.fingerprint == row.fingerprint) known.certificateUnsaved = false;
    }
    for (const db::NodeRow& row : syncs) {
        Known& known = nodes->at(row.id);
        known.saved = current;
        known.urgent = false;
        known.unsaved = known.row.lastSeen != row.lastSeen || known.row.lastEvent != row.lastEvent;
    }
}

}  // namespace weir
