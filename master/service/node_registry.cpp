#include "master/service/node_registry.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "master/db/command_table.h"
#include "master/service/audit.h"
#include "master/service/node_registry_state.h"

namespace weir {
namespace {

SyncRequest syncFromText(const std::string& text) {
    const auto json = parseJson(text);
    if (!json) return {};
    auto sync = syncRequestFromJson(*json);
    return sync ? std::move(*sync) : SyncRequest{};
}

// A cluster id of another CA means that somebody mixed up two masters' storage: nothing good can follow.
void claimDatabase(db::Connection& connection, const ClusterId& cluster) {
    const std::string found = db::clusterValue(connection, "cluster");
    if (found == cluster.value) return;
    if (!found.empty())
        throw Error(ErrorCode::kInvalid, "the database belongs to cluster " + found +
                                             ", but the CA folder of this master to cluster " +
                                             cluster.value);
    db::setClusterValue(connection, "cluster", cluster.value);
    db::setClusterValue(connection, "master_epoch", "1");
}

}  // namespace

const char* toString(NodeState state) {
    switch (state) {
        case NodeState::kNever:
            return "never";
        case NodeState::kUp:
            return "up";
        case NodeState::kLate:
            return "late";
        case NodeState::kDown:
            return "down";
        case NodeState::kPaused:
            return "paused";
    }
    return "unknown";
}

void requireNodeName(const std::string& name, const char* what) {
    if (isNodeName(name)) return;
    throw Error(ErrorCode::kInvalid, std::string(what) +
                                         " must be 1 to 64 of a-z, A-Z, 0-9, '.', '_', '-' and begin with a "
                                         "letter or digit");
}

void requireGroups(const std::vector<std::string>& groups) {
    if (groups.size() > WireLimits::kGroups)
        throw Error(ErrorCode::kInvalid,
                    "a node is in at most " + std::to_string(WireLimits::kGroups) + " groups");
    for (const std::string& group : groups) requireNodeName(group, "the name of a group");
}

NodeRegistry::NodeRegistry(db::Database& database, CertificateAuthority& authority, PresenceTimes times)
    : database_(database), authority_(authority), times_(times), state_(std::make_unique<State>()) {
    load();
    worker_ = std::make_unique<Worker>("node presence", [this] { return turn(); });
}

void NodeRegistry::load() {
    std::vector<db::NodeRow> rows;
    std::map<NodeId, db::NoticeRow> presence;
    database_.transaction([&](db::Connection& connection) {
        presence.clear();
        claimDatabase(connection, authority_.clusterId());
        state_->epoch = std::stoull("0" + db::clusterValue(connection, "master_epoch"));
        rows = db::allNodes(connection);
        for (const db::NodeRow& row : rows)
            for (const db::NoticeRow& notice : db::noticesOf(connection, row.id, 50))
                if (notice.kind == "up" || notice.kind == "down") {
                    presence.emplace(row.id, notice);
                    break;
                }
    });
    auto nodes = state_->nodes.lock();
    for (db::NodeRow& row : rows) {
        Known known;
        known.contact = known.saved = Known::Steady::now();
        known.last = syncFromText(row.lastSync);
        known.since = row.enrolled;
        if (toMillis(row.lastSeen) != 0) {
            // One that was down stays down without a second notice; the others have as long as ever to come.
            const auto notice = presence.find(row.id);
            const bool down = notice != presence.end() && notice->second.kind == "down";
            known.presence = down ? NodeState::kDown : NodeState::kLate;
            known.since = down ? notice->second.time : row.lastSeen;
        }
        known.row = std::move(row);
        const NodeId id = known.row.id;
        nodes->insert_or_assign(id, std::move(known));
    }
}

std::uint64_t NodeRegistry::masterEpoch() const {
    return state_->epoch;
}

std::uint64_t NodeRegistry::promote() {
    const std::lock_guard lock(state_->changes);
    const std::uint64_t next = state_->epoch + 1;
    database_.transaction([&](db::Connection& connection) {
        db::setClusterValue(connection, "master_epoch", std::to_string(next));
    });
    state_->epoch = next;
    wake();
    return next;
}

NodeView NodeRegistry::viewOf(const Known& known) {
    NodeView view;
    view.id = known.row.id;
    view.name = known.row.name;
    view.groups = known.row.groups;
    view.pauseWanted = known.row.paused;
    const bool obeys = known.presence == NodeState::kUp && known.row.paused && known.last.paused;
    view.state = obeys ? NodeState::kPaused : known.presence;
    view.enrolled = known.row.enrolled;
    view.lastSeen = known.row.lastSeen;
    view.since = known.since;
    view.address = known.row.address;
    view.clockSkewMillis = known.skewMillis;
    view.lastEvent = known.row.lastEvent;
    view.certificateExpires = known.row.certificateExpires;
    view.last = known.last;
    return view;
}

std::vector<NodeView> NodeRegistry::nodes() const {
    std::vector<NodeView> views;
    auto nodes = state_->nodes.lock();
    for (const auto& [id, known] : *nodes)
        if (!known.removed()) views.push_back(viewOf(known));
    std::sort(views.begin(), views.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return views;
}

std::optional<NodeView> NodeRegistry::node(const NodeId& id) const {
    auto nodes = state_->nodes.lock();
    const auto found = nodes->find(id);
    if (found == nodes->end() || found->second.removed()) return std::nullopt;
    return viewOf(found->second);
}

std::string NodeRegistry::nameOf(const NodeId& id) const {
    auto nodes = state_->nodes.lock();
    const auto found = nodes->find(id);
    return found == nodes->end() ? id.value : found->second.row.name;
}

std::vector<NodeNotice> NodeRegistry::notices(const NodeId& id, int limit) const {
    // The worker holds this while notices move from memory to the table: each is seen once.
    const std::lock_guard lock(state_->changes);
    std::vector<NodeNotice> notices;
    {
        auto waiting = state_->notices.lock();
        for (const auto& pending : *waiting)
            if (pending.node == id)
                notices.insert(notices.begin(), {pending.row.time, pending.row.kind, pending.row.text});
    }
    database_.read([&](db::Connection& connection) {
        for (db::NoticeRow& row : db::noticesOf(connection, id, limit))
            notices.push_back({row.time, std::move(row.kind), std::move(row.text)});
    });
    if (notices.size() > static_cast<std::size_t>(limit)) notices.resize(static_cast<std::size_t>(limit));
    return notices;
}

db::NodeRow NodeRegistry::rowOf(const NodeId& id) const {
    auto nodes = state_->nodes.lock();
    const auto found = nodes->find(id);
    if (found == nodes->end() || found->second.removed())
        throw Error(ErrorCode::kNotFound, "there is no node " + id.value);
    return found->second.row;
}

bool NodeRegistry::nameTaken(const std::string& name, const NodeId& except) const {
    auto nodes = state_->nodes.lock();
    for (const auto& [id, known] : *nodes)
        if (id != except && !known.removed() && known.row.name == name) return true;
    return false;
}

// The caller holds state_->changes.
void NodeRegistry::change(const Actor& actor, const db::NodeRow& row, const std::string& action,
                          const Json& before, const Json& after,
                          const std::function<void(db::Connection&)>& also) {
    database_.transaction([&](db::Connection& connection) {
        db::updateNode(connection, row);
        Audit::record(connection, actor, action, "node " + row.name, before, after);
        if (also) also(connection);
    });
    {
        auto nodes = state_->nodes.lock();
        db::NodeRow& known = nodes->at(row.id).row;
        known.name = row.name;
        known.groups = row.groups;
        known.paused = row.paused;
        known.removed = row.removed;
    }
    wake();
}

void NodeRegistry::rename(const Actor& actor, const NodeId& id, const std::string& name) {
    requireNodeName(name, "the name of a node");
    const std::lock_guard lock(state_->changes);
    db::NodeRow row = rowOf(id);
    if (row.name == name) return;
    if (nameTaken(name, id)) throw Error(ErrorCode::kConflict, "another node is called " + name);
    const std::string before = std::exchange(row.name, name);
    change(actor, row, "node.rename", {{"name", before}}, {{"name", name}}, {});
    notice(id, "renamed", "renamed from " + before + " to " + name + " by " + actor.name);
}

void NodeRegistry::setGroups(const Actor& actor, const NodeId& id, const std::vector<std::string>& groups) {
    requireGroups(groups);
    const std::lock_guard lock(state_->changes);
    db::NodeRow row = rowOf(id);
    const auto before = std::exchange(row.groups, groups);
    if (before == groups) return;
    change(actor, row, "node.groups", {{"groups", before}}, {{"groups", groups}}, {});
}

void NodeRegistry::setPaused(const Actor& actor, const NodeId& id, bool paused) {
    const std::lock_guard lock(state_->changes);
    db::NodeRow row = rowOf(id);
    if (row.paused == paused) return;
    row.paused = paused;
    change(actor, row, paused ? "node.pause" : "node.resume", {{"paused", !paused}}, {{"paused", paused}},
           {});
    notice(id, paused ? "paused" : "resumed", (paused ? "paused by " : "resumed by ") + actor.name);
}

void NodeRegistry::remove(const Actor& actor, const NodeId& id) {
    const std::lock_guard lock(state_->changes);
    db::NodeRow row = rowOf(id);
    row.removed = now();
    const Json before = {{"id", id.value}, {"name", row.name}, {"certificate", row.fingerprint}};
    change(actor, row, "node.remove", before, nullptr, [&](db::Connection& connection) {
        db::failCommands(connection, id, row.removed, "the node was removed");
    });
    notice(id, "removed", "removed by " + actor.name);
}

// ---- waiting syncs
// --------------------------------------------------------------------------------------------

std::uint64_t NodeRegistry::waitForNews(std::uint64_t seen, std::chrono::milliseconds poll) {
    std::unique_lock lock(state_->wakeMutex);
    state_->woken.wait_for(lock, poll, [&] { return state_->wakes != seen; });
    return state_->wakes;
}

std::uint64_t NodeRegistry::news() const {
    const std::lock_guard lock(state_->wakeMutex);
    return state_->wakes;
}

void NodeRegistry::wake() {
    {
        const std::lock_guard lock(state_->wakeMutex);
        ++state_->wakes;
    }
    state_->woken.notify_all();
}

}  // namespace weir
