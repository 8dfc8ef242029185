#include "master/http/session_auth.h"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::http;

namespace {

SessionAuth sample() {
    return SessionAuth(
        [](std::string_view secret) -> std::optional<Principal> {
            if (secret != "good") return std::nullopt;
            return Principal{"ann", "operator", "session", "c5rf", "s1"};
        },
        [](std::string_view secret) -> std::optional<Principal> {
            if (secret != "token") return std::nullopt;
            return Principal{"ci", "auditor", "token", "", "t1"};
        });
}

int statusOf(const std::string& method, std::vector<std::pair<std::string, std::string>> headers,
             std::string* who = nullptr) {
    Request request;
    request.method = method;
    request.headers = std::move(headers);
    const auto refused = sample()(request, Route{});
    if (who != nullptr) *who = request.principal.name;
    return refused ? refused->status : 200;
}

}  // namespace

TEST_CASE("a session reads without and changes only with its CSRF value") {
    std::string who;
    CHECK(statusOf("GET", {{"Cookie", "weir_session=good"}}, &who) == 200);
    CHECK(who == "ann");
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
        INFO(method);
        CHECK(statusOf(method, {{"Cookie", "weir_session=good"}}) == 403);
        CHECK(statusOf(method, {{"Cookie", "weir_session=good"}, {"X-Weir-CSRF", "wrong"}}) == 403);
        CHECK(statusOf(method, {{"Cookie", "weir_session=good"}, {"x-weir-csrf", "c5rf"}}) == 200);
    }
}

TEST_CASE("a bearer token needs no CSRF value and must be valid even beside a cookie") {
    std::string who;
    CHECK(statusOf("POST", {{"Authorization", "bearer token"}}, &who) == 200);
    CHECK(who == "ci");
    CHECK(statusOf("GET", {{"Authorization", "Bearer wrong"}, {"Cookie", "weir_session=good"}}) == 401);
    CHECK(statusOf("GET", {{"Authorization", "Basic YTpi"}}) == 401);
    CHECK(statusOf("GET", {{"Authorization", "Bearer "}}) == 401);
    CHECK(statusOf("GET", {{"Authorization", "Bearer " + std::string(5000, 'x')}}) == 401);
}

TEST_CASE("nobody and a session that has ended are refused") {
    CHECK(statusOf("GET", {}) == 401);
    CHECK(statusOf("GET", {{"Cookie", "weir_session=old"}}) == 401);
    CHECK(statusOf("GET", {{"Cookie", "weir_session=token"}}) == 401);
    CHECK(statusOf("GET", {{"Authorization", "Bearer good"}}) == 401);
}

TEST_CASE("the cookie is out of reach for scripts, other sites and plain HTTP") {
    const auto cookie = sessionCookie("abc", 60);
    for (const char* flag :
         {"weir_session=abc;", "HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age=60"})
        CHECK(cookie.find(flag) != std::string::npos);
    CHECK(endedSessionCookie().find("Max-Age=0") != std::string::npos);
}
