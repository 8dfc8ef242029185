// API tokens of scripts:
//   GET    /api/v1/tokens
//   POST   /api/v1/tokens             the token is in this answer and nowhere else
//   DELETE /api/v1/tokens/{id}
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kBodyLimit = 4096;

Json view(const ApiToken& token) {
    return {{"id", token.id},
            {"name", token.name},
            {"role", token.role},
            {"created", timeJson(token.created)},
            {"expires", timeJson(token.expires)},
            {"last_used", timeJson(token.lastUsed)},
            {"created_by", token.createdBy}};
}

Reply list(ApiServices& services, Request&) {
    Json items = Json::array();
    for (const auto& token : services.accounts.tokens()) items.push_back(view(token));
    return http::jsonReply(200, page(std::move(items), ""));
}

Reply create(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto name = reader.text("name"), role = reader.text("role");
    const auto days = static_cast<int>(reader.integer("days", 1, 365));
    finish(reader);
    const auto token = accepted(services.accounts.createToken(name, role, days, actorOf(request)));
    Json answer = view(token);
    answer["token"] = token.secret;
    return http::jsonReply(201, answer);
}

Reply remove(ApiServices& services, Request& request) {
    services.accounts.removeToken(request.pathParameter("id"), actorOf(request));
    return http::emptyReply();
}

}  // namespace

Routes tokenRoutes(ApiServices& services) {
    return {
        {"GET", "/api/v1/tokens", kAdminReaders, with(services, list)},
        {"POST", "/api/v1/tokens", kAdmins, with(services, create), http::Body::kWhole, kBodyLimit},
        {"DELETE", "/api/v1/tokens/{id}", kAdmins, with(services, remove)},
    };
}

}  // namespace weir::api
