// The nodes of the cluster:
//   GET    /api/v1/nodes
//   GET    /api/v1/nodes/{id}         with its notices
//   PATCH  /api/v1/nodes/{id}         name, groups, paused
//   DELETE /api/v1/nodes/{id}         revokes its certificate
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kBodyLimit = 16u << 10;

Json healthOf(const std::vector<HealthLine>& lines) {
    Json list = Json::array();
    for (const auto& line : lines)
        list.push_back({{"what", line.what}, {"ok", line.ok}, {"detail", line.detail}});
    return list;
}

Json view(const NodeView& node, const NodeCompleteness& complete) {
    const auto& last = node.last;
    Json refused = nullptr;
    if (last.refused) refused = {{"revision", last.refused->revision}, {"reason", last.refused->reason}};
    return {{"id", node.id.value},
            {"name", node.name},
            {"groups", node.groups},
            {"state", toString(node.state)},
            {"paused", node.pauseWanted},
            {"enrolled", timeJson(node.enrolled)},
            {"last_seen", timeJson(node.lastSeen)},
            {"since", timeJson(node.since)},
            {"version", last.version},
            {"capabilities", last.capabilities},
            {"address", node.address},
            {"applied_revision", last.applied.revision},
            {"refused", std::move(refused)},
            {"queue",
             {{"events", last.spool.events},
              {"bytes", last.spool.bytes},
              {"oldest", timeJson(last.spool.oldest)}}},
            {"disk",
             {{"free", last.disk.free},
              {"total", last.disk.total},
              {"quarantine_bytes", last.disk.quarantineBytes},
              {"quarantine_items", last.disk.quarantineItems}}},
            {"clock_skew_ms", node.clockSkewMillis},
            {"last_event", timeJson(complete.lastEvent)},
            {"gaps", complete.gaps},
            {"not_recorded", std::max(complete.notRecorded, last.spool.notRecorded)},
            {"folded", complete.folded},
            {"unreadable", complete.unreadable},
            {"mails_minute", last.mailsMinute},
            {"certificate_expires", timeJson(node.certificateExpires)},
            {"health", healthOf(last.health)}};
}

NodeId idOf(const Request& request) {
    return NodeId{request.pathParameter("id")};
}

NodeView nodeOf(const ApiServices& services, const NodeId& id) {
    auto node = services.nodes.node(id);
    if (!node) refuseMissing("such node");
    return std::move(*node);
}

Reply list(ApiServices& services, Request&) {
    std::map<NodeId, NodeCompleteness> complete;
    for (auto& one : services.events.completeness()) complete[one.node] = one;
    Json items = Json::array();
    for (const auto& node : services.nodes.nodes()) items.push_back(view(node, complete[node.id]));
    return http::jsonReply(200, page(std::move(items), ""));
}

Json detail(ApiServices& services, const NodeId& id) {
    const NodeView node = nodeOf(services, id);
    Json answer = view(node, services.events.completeness(id).value_or(NodeCompleteness{}));
    Json notices = Json::array();
    for (const auto& notice : services.nodes.notices(id))
        notices.push_back({{"time", timeJson(notice.time)}, {"kind", notice.kind}, {"text", notice.text}});
    answer["notices"] = std::move(notices);
    return answer;
}

Reply get(ApiServices& services, Request& request) {
    return http::jsonReply(200, detail(services, idOf(request)));
}

struct NodeChange {
    std::optional<std::string> name;
    std::optional<std::vector<std::string>> groups;
    std::optional<bool> paused;
};

NodeChange changeOf(const Json& body) {
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    NodeChange change;
    if (reader.has("name")) change.name = reader.text("name");
    if (reader.has("groups")) change.groups = reader.texts("groups");
    if (reader.has("paused")) change.paused = reader.boolean("paused", false);
    finish(reader);
    if (!change.name && !change.groups && !change.paused) refuse({{"", "expected name, groups or paused"}});
    return change;
}

Reply change(ApiServices& services, Request& request) {
    const auto wanted = changeOf(bodyOf(request));
    const auto id = idOf(request);
    const auto actor = actorOf(request);
    if (wanted.name) services.nodes.rename(actor, id, *wanted.name);
    if (wanted.groups) services.nodes.setGroups(actor, id, *wanted.groups);
    if (wanted.paused) services.nodes.setPaused(actor, id, *wanted.paused);
    return http::jsonReply(200, detail(services, id));
}

Reply remove(ApiServices& services, Request& request) {
    services.nodes.remove(actorOf(request), idOf(request));
    return http::emptyReply();
}

}  // namespace

Routes nodeRoutes(ApiServices& services) {
    return {
        {"GET", "/api/v1/nodes", kOperatorReaders, with(services, list)},
        {"GET", "/api/v1/nodes/{id}", kOperatorReaders, with(services, get)},
        {"PATCH", "/api/v1/nodes/{id}", kOperators, with(services, change), http::Body::kWhole, kBodyLimit},
        {"DELETE", "/api/v1/nodes/{id}", kOperators, with(services, remove)},
    };
}

}  // namespace weir::api
