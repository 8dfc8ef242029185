// What was published:
//   GET  /api/v1/policy/revisions             newest first, ?cursor= &limit=
//   GET  /api/v1/policy/revisions/{number}    with its document
//   POST /api/v1/policy/rollback              an old content as the next number
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/policy_view.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kSmallLimit = 16u << 10;

Reply list(ApiServices& services, Request& request) {
    const auto cursor = textOf(request, "cursor");
    const int limit = limitOf(request);
    auto found = services.policies.revisions(cursor.empty() ? 0 : numberOf(cursor, "cursor"), limit + 1);
    std::string next;
    if (found.size() > static_cast<std::size_t>(limit)) {
        found.pop_back();
        next = std::to_string(found.back().revision);
    }
    Json items = Json::array();
    for (const auto& one : found)
        items.push_back({{"revision", one.revision},
                         {"digest", one.digest},
                         {"published", timeJson(one.published)},
                         {"published_by", one.publishedBy},
                         {"comment", one.comment},
                         {"rules", one.rules}});
    return http::jsonReply(200, page(std::move(items), next));
}

Reply get(ApiServices& services, Request& request) {
    const auto policy = services.policies.revision(numberOf(request.pathParameter("number"), "number"));
    Json answer = publishedView(*policy);
    answer["document"] = *policy->document;
    answer["rules"] = policy->document->contains("rules") ? (*policy->document)["rules"].size() : 0;
    return http::jsonReply(200, answer);
}

Reply rollBack(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto number = reader.integer("revision", 1, INT64_MAX);
    const auto comment = reader.text("comment", "");
    finish(reader);
    const auto policy = services.policies.rollBack(static_cast<Revision>(number), comment, actorOf(request));
    services.nodes.wake();
    return http::jsonReply(201, publishedView(*policy));
}

}  // namespace

Routes revisionRoutes(ApiServices& services) {
    return {
        {"GET", "/api/v1/policy/revisions", kOperatorReaders, with(services, list)},
        {"GET", "/api/v1/policy/revisions/{number}", kOperatorReaders, with(services, get)},
        {"POST", "/api/v1/policy/rollback", kOperators, with(services, rollBack), http::Body::kWhole,
         kSmallLimit},
    };
}

}  // namespace weir::api
