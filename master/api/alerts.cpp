// What rules raised for the operator:
//   GET  /api/v1/alerts               ?state= &rule= &node= &q= &cursor= &limit=
//   POST /api/v1/alerts/acknowledge
#include "master/service/alerts.h"

#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kBodyLimit = 64u << 10;
constexpr std::size_t kTogether = 500;

Json view(const Alert& alert, const NodeNames& names) {
    Json nodes = Json::array();
    for (const auto& node : alert.nodes) nodes.push_back(names.name(node));
    return {{"id", alert.id},
            {"rule", alert.rule},
            {"text", alert.text},
            {"mails", alert.mails},
            {"first", timeJson(alert.first)},
            {"last", timeJson(alert.last)},
            {"nodes", std::move(nodes)},
            {"acknowledged", timeJson(alert.acknowledged)},
            {"acknowledged_by", textOrNull(alert.acknowledgedBy)}};
}

Reply list(ApiServices& services, Request& request) {
    const NodeNames names(services.nodes);
    AlertQuery query;
    query.state = textOf(request, "state");
    query.rule = textOf(request, "rule");
    query.node = names.find(textOf(request, "node"));
    query.text = textOf(request, "q");
    query.cursor = textOf(request, "cursor");
    query.limit = limitOf(request);
    const auto found = services.alerts.find(query);
    Json items = Json::array();
    for (const auto& alert : found.alerts) items.push_back(view(alert, names));
    Json answer = page(std::move(items), found.next);
    answer["open"] = services.alerts.open();
    return http::jsonReply(200, answer);
}

Reply acknowledge(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto ids = reader.texts("ids");
    if (ids.empty() || ids.size() > kTogether) reader.fail("ids", "has not 1 to 500 alerts");
    finish(reader);
    Json results = Json::array();
    for (const auto& one : services.alerts.acknowledge(actorOf(request), ids))
        results.push_back({{"id", one.id}, {"ok", one.ok}, {"detail", one.detail}});
    return http::jsonReply(200, {{"results", std::move(results)}});
}

}  // namespace

Routes alertRoutes(ApiServices& services) {
    return {
        {"GET", "/api/v1/alerts", kEveryone, with(services, list)},
        {"POST", "/api/v1/alerts/acknowledge", kOperators, with(services, acknowledge), http::Body::kWhole,
         kBodyLimit},
    };
}

}  // namespace weir::api
