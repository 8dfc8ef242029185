// User lists over the API: entries, what is refused and why, limits beside every answer, audit, restart.
#include <catch2/catch.hpp>

#include "tests/component/api_case.h"

using namespace weir;
using namespace weir::test;
using nlohmann::json;

namespace {

json entry(const std::string& owner, const std::string& kind, const std::string& sender) {
    return {{"owner", owner}, {"kind", kind}, {"sender", sender}};
}

json post(ApiCase& it, const std::string& path, const json& body, int status = 200,
          const std::string& role = "quarantine") {
    const auto answer = it.ask(it.role(role), "POST", "/user-lists" + path, body);
    INFO(answer.body);
    CHECK(answer.status == status);
    return json::parse(answer.body);
}

}  // namespace

TEST_CASE("entries are added, listed, changed and removed, and every answer says how full the lists are") {
    onEachMaster([](ApiCase& it) {
        auto answer =
            post(it, "",
                 {{"entries",
                   {entry("Ann@A.example", "allow", "shop@B.example"),
                    entry("@a.example", "block", "@c.example"), entry("ann", "block", "@c.example")}}});
        REQUIRE(answer["results"].size() == 3);
        CHECK(answer["results"][0]["outcome"] == "added");
        CHECK(answer["results"][0]["owner"] == "ann@a.example");
        CHECK(answer["results"][2]["ok"] == false);
        CHECK(answer["results"][2]["line"] == 3);
        CHECK(answer["results"][2]["detail"].get<std::string>().find("owner") != std::string::npos);
        CHECK(answer["entries"] == 2);
        CHECK(answer["owners"] == json({{"ann@a.example", 1}, {"@a.example", 1}}));
        CHECK(answer["limits"] == json({{"entries", 200'000}, {"entries_of_owner", 1000}}));

        const auto page = it.json(it.role("auditor"), "/user-lists?owner=ANN%40a.example");
        REQUIRE(page["items"].size() == 1);
        CHECK(page["items"][0]["sender"] == "shop@b.example");
        CHECK(page["items"][0]["added_by"] == "quarantine-token");
        CHECK(page["owners"] == json({{"ann@a.example", 1}}));
        CHECK(page["entries"] == 2);
        CHECK(page["limits"]["entries_of_owner"] == 1000);
        CHECK(it.json(it.admin(), "/user-lists?q=c.ex")["items"].size() == 1);
        CHECK(it.json(it.admin(), "/user-lists?kind=allow")["items"].size() == 1);
        CHECK(it.json(it.admin(), "/user-lists?sender=%40C.example")["items"].size() == 1);
        const auto first = it.json(it.admin(), "/user-lists?limit=1");
        CHECK(first["items"][0]["owner"] == "@a.example");
        const auto next =
            it.json(it.admin(), "/user-lists?limit=1&cursor=" + first["next"].get<std::string>());
        CHECK(next["items"][0]["owner"] == "ann@a.example");
        CHECK(next["next"].is_null());

        answer = post(it, "", {{"entries", {entry("ann@a.example", "block", "shop@b.example")}}});
        CHECK(answer["results"][0]["outcome"] == "changed");
        answer = post(it, "/remove",
                      {{"entries",
                        {{{"owner", "ann@a.example"}, {"sender", "shop@b.example"}},
                         {{"owner", "ann@a.example"}, {"sender", "x@b.example"}}}}});
        CHECK(answer["results"][0]["outcome"] == "removed");
        CHECK(answer["results"][1]["ok"] == false);
        CHECK(answer["owners"]["ann@a.example"] == 0);

        const auto audit = it.json(it.admin(), "/audit?action=user-list.")["items"];
        REQUIRE(audit.size() == 3);
        CHECK(audit[0]["action"] == "user-list.remove");
        CHECK(audit[0]["before"][0]["kind"] == "block");
        CHECK(audit[1]["before"][0]["kind"] == "allow");
        CHECK(audit[2]["after"].size() == 2);
    });
}

TEST_CASE("the page says whether a rule of the published policy asks for the lists") {
    ApiCase it;
    const auto publish = [&](const json& condition, bool enabled) {
        json document = samplePolicy("lists");
        document["rules"][0]["when"] = condition;
        document["rules"][0]["enabled"] = enabled;
        const auto draft = it.ask(it.admin(), "GET", "/policy/draft");
        const auto put = it.ask(it.admin(), "PUT", "/policy/draft", {{"document", document}},
                                {{"If-Match", draft.field("ETag")}});
        REQUIRE(put.status == 200);
        REQUIRE(it.ask(it.admin(), "POST", "/policy/publish", {{"comment", "x"}},
                       {{"If-Match", put.field("ETag")}})
                    .status == 201);
        return it.json(it.admin(), "/user-lists")["acted_on"].get<bool>();
    };
    CHECK(publish({{"subject", {{"contains", "user-list"}}}}, true) == false);
    const json nested = {
        {"all", {{{"not", {{"user-list", {{"is", "allowed"}}}}}}, {{"subject", {{"contains", "x"}}}}}}};
    CHECK(publish(nested, true) == true);
    CHECK(publish(nested, false) == false);
}

TEST_CASE("lines are imported, and the wrong ones told with their number") {
    onEachMaster([](ApiCase& it) {
        const auto answer =
            post(it, "/import", {{"text", "# mine\nann@a.example allow x@b.example\nnonsense\n"}});
        REQUIRE(answer["results"].size() == 2);
        CHECK(answer["results"][0]["line"] == 2);
        CHECK(answer["results"][1]["line"] == 3);
        CHECK(answer["results"][1]["outcome"] == "refused");
        CHECK(answer["entries"] == 1);
        it.restart();
        CHECK(it.json(it.admin(), "/user-lists")["items"].size() == 1);
        std::string tooMany;
        for (int i = 0; i < 10'001; ++i) tooMany += "a b c\n";
        CHECK(post(it, "/import", {{"text", tooMany}}, 422)["detail"].get<std::string>().find("10000") !=
              std::string::npos);
        CHECK(it.json(it.admin(), "/user-lists")["entries"] == 1);
    });
}

TEST_CASE("what is no request for the user lists is refused with the place") {
    ApiCase it;
    post(it, "", json::object(), 422);
    post(it, "", {{"entries", json::array()}}, 422);
    post(it, "", {{"entries", json::array_t(501, entry("a@b.example", "allow", "c@d.example"))}}, 422);
    post(it, "", {{"entries", {"text"}}}, 422);
    CHECK(post(it, "", {{"entries", {{{"owner", "a@b.example"}}}}}, 422)["detail"].get<std::string>().find(
              "/entries/0/") != std::string::npos);
    post(it, "/remove", {{"entries", {entry("a@b.example", "allow", "c@d.example")}}}, 422);
    post(it, "/import", {{"text", 7}}, 422);
    post(it, "", {{"entries", {entry("a@b.example", "allow", "c@d.example")}}}, 403, "auditor");
    CHECK(it.ask(it.admin(), "GET", "/user-lists?kind=maybe").status == 400);
    CHECK(it.ask(it.admin(), "GET", "/user-lists?cursor=x").status == 400);
    CHECK(it.json(it.admin(), "/user-lists")["entries"] == 0);
}
