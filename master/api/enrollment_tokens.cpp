// One-time tokens that let a node in:
//   GET    /api/v1/enrollment-tokens
//   POST   /api/v1/enrollment-tokens        the token is in this answer and nowhere else
//   DELETE /api/v1/enrollment-tokens/{id}
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kBodyLimit = 16u << 10;
constexpr int kShortest = 5, kLongest = 60, kDefault = 30;  // minutes

Reply list(ApiServices& services, Request&) {
    const NodeNames names(services.nodes);
    Json items = Json::array();
    for (const auto& token : services.nodes.tokens())
        items.push_back(
            {{"id", token.id},
             {"created", timeJson(token.created)},
             {"created_by", token.createdBy},
             {"expires", timeJson(token.expires)},
             {"name", textOrNull(token.name)},
             {"groups", token.groups},
             {"used_at", timeJson(token.usedAt)},
             {"used_by_node", token.usedBy.empty() ? Json(nullptr) : Json(names.name(token.usedBy))}});
    return http::jsonReply(200, page(std::move(items), ""));
}

Reply create(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto minutes = static_cast<int>(reader.integer("minutes", kShortest, kLongest, kDefault));
    const auto groups = reader.texts("groups");
    const auto name = reader.text("name", "");
    finish(reader);
    const auto made = services.nodes.createToken(actorOf(request), minutes, groups, name);
    return http::jsonReply(
        201, {{"id", made.id},
              {"token", made.token},
              {"expires", timeJson(made.expires)},
              {"command", "weir-slave enroll --master " + services.advertise + " --token " + made.token}});
}

Reply remove(ApiServices& services, Request& request) {
    services.nodes.deleteToken(actorOf(request), request.pathParameter("id"));
    return http::emptyReply();
}

}  // namespace

Routes enrollmentTokenRoutes(ApiServices& services) {
    return {
        {"GET", "/api/v1/enrollment-tokens", kOperatorReaders, with(services, list)},
        {"POST", "/api/v1/enrollment-tokens", kOperators, with(services, create), http::Body::kWhole,
         kBodyLimit},
        {"DELETE", "/api/v1/enrollment-tokens/{id}", kOperators, with(services, remove)},
    };
}

}  // namespace weir::api
