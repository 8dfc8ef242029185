// The people with an account:
//   GET    /api/v1/users
//   POST   /api/v1/users
//   PATCH  /api/v1/users/{name}       role, password, unlock
//   DELETE /api/v1/users/{name}
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kBodyLimit = 4096;

Json view(const User& user) {
    return {{"name", user.name},
            {"role", user.role},
            {"created", timeJson(user.created)},
            {"last_login", timeJson(user.lastLogin)},
            {"locked", user.locked}};
}

Reply list(ApiServices& services, Request&) {
    Json items = Json::array();
    for (const auto& user : services.accounts.users()) items.push_back(view(user));
    return http::jsonReply(200, page(std::move(items), ""));
}

Reply create(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto name = reader.text("name"), role = reader.text("role"), password = reader.text("password");
    finish(reader);
    return http::jsonReply(
        201, view(accepted(services.accounts.createUser(name, role, password, actorOf(request)))));
}

Reply change(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    Accounts::UserChange change;
    if (reader.has("role")) change.role = reader.text("role");
    if (reader.has("password")) change.password = reader.text("password");
    change.unlock = reader.boolean("unlock", false);
    finish(reader);
    if (!change.role && !change.password && !change.unlock)
        refuse({{"", "expected role, password or unlock"}});
    return http::jsonReply(200, view(accepted(services.accounts.changeUser(request.pathParameter("name"),
                                                                           change, actorOf(request)))));
}

Reply remove(ApiServices& services, Request& request) {
    services.accounts.removeUser(request.pathParameter("name"), actorOf(request));
    return http::emptyReply();
}

}  // namespace

Routes userRoutes(ApiServices& services) {
    using http::Body;
    return {
        {"GET", "/api/v1/users", kAdminReaders, with(services, list)},
        {"POST", "/api/v1/users", kAdmins, with(services, create), Body::kWhole, kBodyLimit},
        {"PATCH", "/api/v1/users/{name}", kAdmins, with(services, change), Body::kWhole, kBodyLimit},
        {"DELETE", "/api/v1/users/{name}", kAdmins, with(services, remove)},
    };
}

}  // namespace weir::api
