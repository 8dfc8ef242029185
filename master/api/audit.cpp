// Who changed what:
//   GET /api/v1/audit                 ?actor= &action= &object= &from= &to= &cursor= &limit=
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

Json parsed(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json::parse(text, nullptr, false);
}

Json view(const AuditEntry& entry) {
    return {{"id", entry.id},
            {"time", timeJson(entry.time)},
            {"actor", entry.actor.name},
            {"role", entry.actor.role},
            {"via", entry.actor.via},
            {"address", entry.actor.address},
            {"action", entry.action},
            {"object", entry.object},
            {"before", parsed(entry.before)},
            {"after", parsed(entry.after)}};
}

Reply list(ApiServices& services, Request& request) {
    AuditQuery query;
    query.actor = textOf(request, "actor");
    query.action = textOf(request, "action");
    query.object = textOf(request, "object");
    query.from = timeOf(request, "from");
    query.to = timeOf(request, "to");
    query.cursor = textOf(request, "cursor");
    query.limit = limitOf(request);
    if (!query.cursor.empty() && !isUuid(query.cursor)) refuse({{"cursor", "is none of this list"}}, 400);
    const auto found = services.audit.find(query);
    Json items = Json::array();
    for (const auto& entry : found.entries) items.push_back(view(entry));
    return http::jsonReply(200, page(std::move(items), found.next));
}

}  // namespace

Routes auditRoutes(ApiServices& services) {
    return {{"GET", "/api/v1/audit", kAdminReaders, with(services, list)}};
}

}  // namespace weir::api
