// First login, sessions, lockout, users and the audit of all of it, on both databases.
#include <catch2/catch.hpp>

#include "master/service/accounts.h"
#include "tests/component/api_case.h"

using namespace weir;
using namespace weir::test;
using nlohmann::json;

TEST_CASE("the one-time link makes the first admin, once") {
    onEachMaster([](ApiCase& it) {
        const auto before = it.ask(it.nobody, "GET", "/session");
        CHECK(before.status == 401);
        CHECK(json::parse(before.body)["first_login"] == true);
        const auto token = Accounts(it.database()).newFirstLoginToken();
        const auto first = [&](const std::string& secret, const std::string& user,
                               const std::string& password) {
            return it.ask(it.nobody, "POST", "/first-login",
                          {{"token", secret}, {"user", user}, {"password", password}});
        };
        CHECK(first("wrong", "anna", kPassword).status == 401);
        CHECK(first(token, "anna", "short").status == 422);
        CHECK(first(token, "an na", kPassword).status == 422);
        const auto made = first(token, "anna", kPassword);
        REQUIRE(made.status == 200);
        const auto session = json::parse(made.body);
        CHECK(session["role"] == "admin");
        CHECK(session["cluster"]["id"].get<std::string>().size() == 36);
        const auto cookie = made.field("Set-Cookie");
        for (const char* flag : {"HttpOnly", "Secure", "SameSite=Strict"})
            CHECK(cookie.find(flag) != std::string::npos);
        CHECK(first(token, "eve", kPassword).status == 401);
        CHECK_THROWS_AS(Accounts(it.database()).newFirstLoginToken(), Error);
        CHECK(json::parse(it.ask(it.nobody, "GET", "/session").body)["first_login"] == false);
        const auto entries = it.json(it.logIn("anna", kPassword), "/audit?action=user.create")["items"];
        REQUIRE(entries.size() == 1);
        CHECK(entries[0]["actor"] == "anna");
        CHECK(entries[0]["before"].is_null());
        CHECK(entries[0].dump().find(kPassword) == std::string::npos);
    });
}

TEST_CASE("a login gets a new session and ends the one that was in the browser") {
    ApiCase it;
    const auto old = it.session("operator");
    const auto again = it.ask({"", {old.headers[0]}}, "POST", "/session",
                              {{"user", "operator-user"}, {"password", kPassword}});
    REQUIRE(again.status == 200);
    const auto cookie = again.field("Set-Cookie");
    CHECK(cookie.find(old.headers[0].second) == std::string::npos);
    CHECK(it.ask(old, "GET", "/overview").status == 401);
    // A cookie that an attacker chose stays worthless.
    const Caller planted{"", {{"Cookie", "weir_session=" + std::string(64, 'a')}}};
    const auto fixed =
        it.ask(planted, "POST", "/session", {{"user", "operator-user"}, {"password", kPassword}});
    CHECK(fixed.field("Set-Cookie").find(std::string(64, 'a')) == std::string::npos);
    CHECK(it.ask(planted, "GET", "/overview").status == 401);
}

TEST_CASE("logging out ends the session") {
    ApiCase it;
    const auto caller = it.session("auditor");
    CHECK(it.ask(caller, "GET", "/overview").status == 200);
    const auto out = it.ask(caller, "DELETE", "/session");
    CHECK(out.status == 204);
    CHECK(out.field("Set-Cookie").find("Max-Age=0") != std::string::npos);
    CHECK(it.ask(caller, "GET", "/overview").status == 401);
    CHECK(it.ask(it.admin(), "DELETE", "/session").status == 409);
}

TEST_CASE("an unknown user and a wrong password are told the same, and enough of them lock out") {
    onEachMaster([](ApiCase& it) {
        it.session("operator");
        const auto guess = [&](const std::string& user) {
            return it.ask(it.nobody, "POST", "/session", {{"user", user}, {"password", "wrong password"}});
        };
        const auto known = guess("operator-user"), unknown = guess("nobody-here");
        CHECK(known.status == 401);
        CHECK(unknown.status == 401);
        CHECK(known.body == unknown.body);
        for (int i = 0; i < 4; ++i) CHECK(guess("operator-user").status == 401);
        const auto locked = guess("operator-user");
        CHECK(locked.status == 429);
        CHECK(std::stoi(locked.field("Retry-After")) >= 1);
        const auto right =
            it.ask(it.nobody, "POST", "/session", {{"user", "operator-user"}, {"password", kPassword}});
        CHECK(right.status == 429);
        const auto users = it.json(it.admin(), "/users")["items"];
        CHECK(users.size() == 1);
        for (const auto& user : users) CHECK(user["locked"] == (user["name"] == "operator-user"));
        CHECK(it.ask(it.admin(), "PATCH", "/users/operator-user", {{"unlock", true}}).status == 200);
        it.logIn("operator-user", kPassword);
    });
}

TEST_CASE("users are made, changed and removed, but never the last admin") {
    onEachMaster([](ApiCase& it) {
        const auto& admin = it.admin();
        const auto post = [&](const json& body) { return it.ask(admin, "POST", "/users", body); };
        CHECK(post({{"name", "ben"}, {"role", "admin"}, {"password", kPassword}}).status == 201);
        CHECK(post({{"name", "ben"}, {"role", "admin"}, {"password", kPassword}}).status == 409);
        CHECK(post({{"name", "cleo"}, {"role", "root"}, {"password", kPassword}}).status == 422);
        CHECK(post({{"name", "cleo"}, {"role", "auditor"}, {"password", "aaaaaaaaaaaaaaa"}}).status == 422);
        CHECK(post({{"name", "../x"}, {"role", "auditor"}, {"password", kPassword}}).status == 422);
        const auto extra =
            post({{"name", "cleo"}, {"role", "auditor"}, {"password", kPassword}, {"admin", true}});
        CHECK(extra.status == 422);
        CHECK(extra.body.find("admin") != std::string::npos);
        CHECK(it.ask(admin, "PATCH", "/users/ben", {{"role", "auditor"}}).status == 409);
        CHECK(it.ask(admin, "DELETE", "/users/ben").status == 409);
        CHECK(post({{"name", "cleo"}, {"role", "admin"}, {"password", kPassword}}).status == 201);
        const auto cleo = it.logIn("cleo", kPassword);
        CHECK(it.ask(cleo, "GET", "/users").status == 200);
        CHECK(it.ask(admin, "PATCH", "/users/cleo", {{"role", "quarantine"}}).status == 200);
        CHECK(it.ask(cleo, "GET", "/users").status == 403);
        CHECK(it.ask(admin, "PATCH", "/users/cleo", {{"password", "another long password"}}).status == 200);
        CHECK(it.ask(cleo, "GET", "/overview").status == 401);
        const auto fresh = it.logIn("cleo", "another long password");
        CHECK(it.ask(admin, "DELETE", "/users/cleo").status == 204);
        CHECK(it.ask(fresh, "GET", "/overview").status == 401);
        CHECK(it.ask(admin, "DELETE", "/users/cleo").status == 404);
        const auto audit = it.json(admin, "/audit?action=user.&object=cleo")["items"];
        REQUIRE(audit.size() == 4);
        CHECK(audit[0]["action"] == "user.remove");
        CHECK(audit[2]["before"]["role"] == "admin");
        CHECK(audit[2]["after"]["role"] == "quarantine");
        CHECK(audit.dump().find("long password") == std::string::npos);
    });
}

TEST_CASE("one's own password needs the old one and ends one's other sessions") {
    ApiCase it;
    const auto one = it.session("operator");
    const auto two = it.logIn("operator-user", kPassword);
    const auto put = [&](const std::string& current, const std::string& fresh) {
        return it.ask(one, "PUT", "/session/password", {{"current", current}, {"new", fresh}}).status;
    };
    CHECK(put("not it at all", "a whole new password") == 403);
    CHECK(put(kPassword, "short") == 422);
    CHECK(put(kPassword, "a whole new password") == 204);
    CHECK(it.ask(one, "GET", "/overview").status == 200);
    CHECK(it.ask(two, "GET", "/overview").status == 401);
    it.logIn("operator-user", "a whole new password");
}

TEST_CASE("the audit pages backwards and filters") {
    onEachMaster([](ApiCase& it) {
        for (int i = 0; i < 5; ++i)
            CHECK(it.ask(it.admin(), "POST", "/tokens",
                         {{"name", "t" + std::to_string(i)}, {"role", "auditor"}, {"days", 1}})
                      .status == 201);
        const auto& admin = it.admin();
        const auto page = it.json(admin, "/audit?action=token.create&actor=admin-token&limit=2");
        REQUIRE(page["items"].size() == 2);
        CHECK(page["items"][0]["object"] == "token t4");
        const auto next = it.json(admin, "/audit?action=token.create&actor=admin-token&limit=2&cursor=" +
                                             page["next"].get<std::string>());
        CHECK(next["items"][0]["object"] == "token t2");
        CHECK(it.json(admin, "/audit?object=t3")["items"].size() == 1);
        CHECK(it.json(admin, "/audit?object=%25")["items"].empty());
        CHECK(it.json(admin, "/audit?from=2999-01-01T00:00:00Z")["items"].empty());
        CHECK(it.ask(admin, "GET", "/audit?from=yesterday").status == 400);
        CHECK(it.ask(admin, "GET", "/audit?limit=501").status == 400);
        CHECK(it.ask(admin, "GET", "/audit?cursor=%27%20or%201").status == 400);
    });
}
