// Who is logged in:
//   GET    /api/v1/session            who calls, and the CSRF value
//   POST   /api/v1/session            log in
//   DELETE /api/v1/session            log out
//   POST   /api/v1/first-login        the one-time link makes the first admin
//   PUT    /api/v1/session/password   one's own password
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr long kCookieSeconds = 7 * 24 * 3600;
constexpr std::size_t kBodyLimit = 4096;

Json view(const ApiServices& services, const http::Principal& who) {
    return {{"user", who.name},
            {"role", who.role},
            {"csrf", who.csrf},
            {"via", who.via},
            {"version", WEIR_VERSION},
            {"cluster", {{"id", services.cluster.value}, {"name", services.clusterName}}}};
}

Reply loggedIn(const ApiServices& services, const Session& session, int status) {
    Reply reply = http::jsonReply(
        status, view(services, {session.user, session.role, "session", session.csrf, session.id}));
    return reply.header("Set-Cookie", http::sessionCookie(session.secret, kCookieSeconds));
}

// The same words for an unknown user and a wrong password.
Reply refusedLogin(const LoginRefused& refused) {
    if (!refused.retryAfter)
        return http::problemReply(401, "unauthorized", "the user or the password is wrong");
    const auto seconds = std::to_string(refused.retryAfter->count());
    Reply reply = http::problemReply(429, "locked-out",
                                     "too many wrong passwords; try again in " + seconds + " seconds");
    return reply.header("Retry-After", seconds);
}

// A session that was there before the login must not survive it with another's rights.
void endOld(ApiServices& services, const Request& request) {
    const auto old = request.cookie(http::kSessionCookie);
    if (old.empty()) return;
    if (const auto session = services.accounts.findSession(old)) services.accounts.logOut(session->id);
}

Reply get(ApiServices& services, Request& request) {
    if (const auto who = services.auth.identify(request)) return http::jsonReply(200, view(services, *who));
    Json body = Json::parse(http::problemReply(401, "unauthorized", "log in first").body);
    body["first_login"] = !services.accounts.anyUser();
    Reply reply = http::jsonReply(401, body);
    reply.header("Content-Type", "application/problem+json");
    return reply.header("WWW-Authenticate", "Bearer realm=\"weir\"");
}

Reply logIn(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto user = reader.text("user"), password = reader.text("password");
    finish(reader);
    const auto session = services.accounts.logIn(user, password, request.peerAddress);
    if (!session) return refusedLogin(session.error());
    endOld(services, request);
    return loggedIn(services, *session, 200);
}

Reply logOut(ApiServices& services, Request& request) {
    if (request.principal.via != "session")
        return http::problemReply(409, "conflict", "an API token is not logged in; delete the token instead");
    services.accounts.logOut(request.principal.sessionId);
    Reply reply = http::emptyReply();
    return reply.header("Set-Cookie", http::endedSessionCookie());
}

Reply firstLogin(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto token = reader.text("token"), user = reader.text("user"), password = reader.text("password");
    finish(reader);
    const auto session = services.accounts.firstLogin(token, user, password, request.peerAddress);
    if (!session) refuse({session.error()}, session.error().where == "/token" ? 401 : 422);
    endOld(services, request);
    return loggedIn(services, *session, 200);
}

Reply changePassword(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto current = reader.text("current"), fresh = reader.text("new");
    finish(reader);
    if (request.principal.via != "session")
        return http::problemReply(409, "conflict", "an API token has no password");
    const auto& user = request.principal.name;
    if (const auto right = services.accounts.checkPassword(user, current, request.peerAddress); !right) {
        if (right.error().retryAfter) return refusedLogin(right.error());
        return http::problemReply(403, "forbidden", "the current password is wrong");
    }
    const auto changed =
        services.accounts.changeOwnPassword(user, fresh, request.principal.sessionId, actorOf(request));
    if (!changed) refuse({changed.error()});
    return http::emptyReply();
}

}  // namespace

Routes sessionRoutes(ApiServices& services) {
    using http::Body;
    return {
        {"GET", "/api/v1/session", {}, with(services, get)},
        {"POST", "/api/v1/session", {}, with(services, logIn), Body::kWhole, kBodyLimit},
        {"DELETE", "/api/v1/session", kEveryone, with(services, logOut)},
        {"POST", "/api/v1/first-login", {}, with(services, firstLogin), Body::kWhole, kBodyLimit},
        {"PUT", "/api/v1/session/password", kEveryone, with(services, changePassword), Body::kWhole,
         kBodyLimit},
    };
}

}  // namespace weir::api
