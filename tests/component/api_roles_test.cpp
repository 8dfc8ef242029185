// Who may call what: every route of the printed table, every role, and nobody.
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/component/api_case.h"

using namespace weir;
using namespace weir::test;

namespace {

struct Line {
    std::string method, path, roles;
};

std::vector<Line> consoleRoutes() {
    std::istringstream text(routesText());
    std::vector<Line> lines;
    bool console = false;
    for (std::string line; std::getline(text, line);) {
        if (line.starts_with("#")) {
            console = line.find("console") != std::string::npos;
            continue;
        }
        if (!console) continue;
        std::istringstream words(line);
        Line one;
        words >> one.method >> one.path;
        std::getline(words, one.roles);
        lines.push_back(one);
    }
    return lines;
}

// A path with something in the place of each variable that is there for nobody.
std::string somePath(std::string pattern) {
    for (auto open = pattern.find('{'); open != std::string::npos; open = pattern.find('{'))
        pattern.replace(open, pattern.find('}') - open + 1, "0");
    return pattern;
}

}  // namespace

TEST_CASE("each route answers the roles of its table and refuses all others") {
    ApiCase it;
    const auto routes = consoleRoutes();
    REQUIRE(routes.size() > 45);
    for (const auto& route : routes) {
        INFO(route.method << " " << route.path << " for" << route.roles);
        const auto path = somePath(route.path);
        const bool open = route.roles.find("open") != std::string::npos;
        if (!open) CHECK(it.ask(it.nobody, route.method, path).status == 401);
        for (const std::string role : {"admin", "operator", "quarantine", "auditor"}) {
            INFO("as " << role);
            // A body that no handler takes: what is allowed gets past the roles and fails there, changing
            // nothing.
            const bool listed = open || (route.roles + " ").find(" " + role + " ") != std::string::npos;
            const auto answer =
                it.askText(it.role(role), route.method, path, route.method == "GET" ? "" : "[]");
            if (listed)
                CHECK((answer.status != 403 || open));
            else
                CHECK(answer.status == 403);
            CHECK(answer.status != 500);
        }
    }
}

TEST_CASE("no session changes anything without its CSRF value, and every session has its own") {
    ApiCase it;
    const auto& operatorUser = it.session("operator");
    const auto& adminUser = it.session("admin");
    const Caller bare{"bare", {operatorUser.headers[0]}};
    for (const auto& route : consoleRoutes()) {
        if (route.method == "GET" || route.roles.find("open") != std::string::npos) continue;
        INFO(route.method << " " << route.path);
        const auto answer = it.askText(bare, route.method, somePath(route.path), "[]");
        CHECK(answer.status == 403);
        CHECK(answer.body.find("csrf") != std::string::npos);
    }
    const Caller crossed{"crossed", {operatorUser.headers[0], adminUser.headers[1]}};
    CHECK(it.ask(crossed, "DELETE", "/policy/draft").status == 403);
    CHECK(it.ask(operatorUser, "DELETE", "/policy/draft").status == 204);
}

TEST_CASE("a token does what its role may, until it is deleted") {
    ApiCase it;
    const auto made =
        it.ask(it.admin(), "POST", "/tokens", {{"name", "ci"}, {"role", "auditor"}, {"days", 1}});
    REQUIRE(made.status == 201);
    const auto token = nlohmann::json::parse(made.body);
    const Caller ci{"ci", {{"Authorization", "Bearer " + token["token"].get<std::string>()}}};
    CHECK(it.json(ci, "/session")["via"] == "token");
    CHECK(it.ask(ci, "GET", "/users").status == 200);
    CHECK(it.ask(ci, "POST", "/users", {{"name", "x"}, {"role", "admin"}, {"password", kPassword}}).status ==
          403);
    CHECK(it.ask(ci, "POST", "/tokens", {{"name", "y"}, {"role", "admin"}, {"days", 1}}).status == 403);
    CHECK(it.ask(ci, "GET", "/tokens").body.find(token["token"].get<std::string>()) == std::string::npos);
    CHECK(it.ask(it.admin(), "DELETE", "/tokens/" + token["id"].get<std::string>()).status == 204);
    CHECK(it.ask(ci, "GET", "/users").status == 401);
    CHECK(it.ask(it.admin(), "DELETE", "/tokens/" + token["id"].get<std::string>()).status == 404);
}
