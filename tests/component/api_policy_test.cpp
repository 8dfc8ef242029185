// The policy over HTTP: draft, races, publish, roll back, simulate; on both databases.
#include <catch2/catch.hpp>
#include <thread>

#include "tests/component/api_case.h"

using namespace weir;
using namespace weir::test;
using nlohmann::json;

namespace {

HttpAnswer put(ApiCase& it, const std::string& etag, const json& document) {
    return it.ask(it.role("operator"), "PUT", "/policy/draft", {{"document", document}},
                  {{"If-Match", etag}});
}

std::string draftTag(ApiCase& it) {
    return it.ask(it.role("operator"), "GET", "/policy/draft").field("ETag");
}

HttpAnswer publish(ApiCase& it, const std::string& etag, const std::string& comment = "why") {
    return it.ask(it.role("operator"), "POST", "/policy/publish", {{"comment", comment}},
                  {{"If-Match", etag}});
}

}  // namespace

TEST_CASE("a draft becomes a revision, and the old content can come back") {
    onEachMaster([](ApiCase& it) {
        const auto& who = it.role("operator");
        const auto first = it.json(who, "/policy");
        CHECK(first["revision"] == 1);
        CHECK(first["published_by"] == "system");
        const auto before = it.json(who, "/policy/draft");
        CHECK(before["changed"] == false);
        CHECK(before["document"] == first["document"]);

        const auto stored = put(it, draftTag(it), samplePolicy("second"));
        REQUIRE(stored.status == 200);
        CHECK(stored.field("ETag") == draftTag(it));
        CHECK(json::parse(stored.body)["changed"] == true);
        CHECK(json::parse(stored.body)["changed_by"] == "operator-token");
        const auto diff = it.json(who, "/policy/diff");
        CHECK(diff["from"] == 1);
        CHECK(diff["changes"].size() == 2);

        const auto done = publish(it, draftTag(it), "second it is");
        REQUIRE(done.status == 201);
        CHECK(json::parse(done.body)["revision"] == 2);
        CHECK(it.json(who, "/policy")["comment"] == "second it is");
        CHECK(it.json(who, "/policy/draft")["changed"] == false);
        CHECK(publish(it, draftTag(it)).status == 409);

        const auto back = it.ask(who, "POST", "/policy/rollback", {{"revision", 1}});
        REQUIRE(back.status == 201);
        CHECK(it.json(who, "/policy")["document"] == first["document"]);
        CHECK(it.ask(who, "POST", "/policy/rollback", {{"revision", 99}}).status == 404);
        CHECK(it.ask(who, "POST", "/policy/rollback", {{"revision", 1}}).status == 409);

        const auto list = it.json(who, "/policy/revisions?limit=2");
        REQUIRE(list["items"].size() == 2);
        CHECK(list["items"][0]["revision"] == 3);
        CHECK(it.json(who, "/policy/revisions?cursor=" + list["next"].get<std::string>())["items"].size() ==
              1);
        CHECK(it.json(who, "/policy/revisions/2")["document"]["rules"][0]["id"] == "second");
        CHECK(it.ask(who, "GET", "/policy/revisions/x").status == 400);
        const auto audit = it.json(it.admin(), "/audit?action=policy.&limit=10")["items"];
        CHECK(audit[0]["action"] == "policy.rollback");
        CHECK(audit[0]["before"]["revision"] == 2);
        CHECK(audit[1]["after"]["changes"].size() == 2);

        it.restart();
        CHECK(it.json(who, "/policy")["revision"] == 3);
    });
}

TEST_CASE("who was slower is told so and changes nothing") {
    onEachMaster([](ApiCase& it) {
        const auto tag = draftTag(it);
        CHECK(it.ask(it.role("operator"), "PUT", "/policy/draft", {{"document", samplePolicy("a")}}).status ==
              428);
        CHECK(put(it, tag, samplePolicy("a")).status == 200);
        CHECK(put(it, tag, samplePolicy("b")).status == 412);
        CHECK(publish(it, tag).status == 412);
        // Somebody publishes another way meanwhile: the reviewed difference is no longer the real one.
        const auto reviewed = draftTag(it);
        CHECK(publish(it, reviewed).status == 201);
        CHECK(put(it, draftTag(it), samplePolicy("c")).status == 200);
        const auto second = draftTag(it);
        CHECK(it.ask(it.role("operator"), "POST", "/policy/rollback", {{"revision", 1}}).status == 201);
        CHECK(publish(it, second).status == 412);
        CHECK(publish(it, draftTag(it)).status == 201);
    });
}

TEST_CASE("of many who publish the same draft at once, one does") {
    onEachMaster([](ApiCase& it) {
        REQUIRE(put(it, draftTag(it), samplePolicy("race")).status == 200);
        const auto tag = draftTag(it);
        std::atomic<int> done{0}, refused{0};
        it.role("operator");
        std::vector<std::thread> threads;
        for (int i = 0; i < 6; ++i)
            threads.emplace_back([&] {
                const auto status = publish(it, tag).status;
                if (status == 201) ++done;
                if (status == 412 || status == 409) ++refused;
            });
        for (auto& thread : threads) thread.join();
        CHECK(done == 1);
        CHECK(refused == 5);
        CHECK(it.json(it.admin(), "/policy/revisions")["items"].size() == 2);
    });
}

TEST_CASE("a document that does not parse is refused with the place, and nothing is stored") {
    ApiCase it;
    const auto& who = it.role("operator");
    auto wrong = samplePolicy("wrong");
    wrong["rules"][0]["when"] = {{"sender", {{"sounds-like", "x"}}}};
    for (const auto& answer :
         {put(it, draftTag(it), wrong), it.ask(who, "POST", "/policy/check", {{"document", wrong}})}) {
        CHECK(answer.status == 422);
        CHECK(answer.field("Content-Type") == "application/problem+json");
        const auto errors = json::parse(answer.body)["errors"];
        REQUIRE_FALSE(errors.empty());
        CHECK(errors[0]["where"].get<std::string>().starts_with("/rules/0/when"));
    }
    CHECK(it.json(who, "/policy/draft")["changed"] == false);
    CHECK(it.ask(who, "POST", "/policy/check", {{"document", samplePolicy("ok")}}).status == 200);
    CHECK(put(it, draftTag(it), samplePolicy("x")).status == 200);
    CHECK(it.ask(who, "DELETE", "/policy/draft").status == 204);
    CHECK(it.json(who, "/policy/draft")["changed"] == false);
    CHECK(put(it, "*", it.json(who, "/policy")["document"]).status == 200);
    CHECK(it.json(who, "/policy/draft")["changed"] == false);
}

TEST_CASE("a mail is tried on a document with the real evaluator") {
    ApiCase it;
    const auto& who = it.role("auditor");
    const auto run = [&](json body) {
        body["mail"] = "From: bad@sender.example\r\nSubject: hi\r\n\r\ntext\r\n";
        return it.ask(who, "POST", "/policy/simulate", body);
    };
    const json envelope = {{"sender", "bad@sender.example"}, {"recipients", {"a@x.example", "b@x.example"}}};
    const auto answer = run({{"source", "published"}, {"envelope", envelope}});
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    const auto body = json::parse(answer.body);
    REQUIRE(body["outcomes"].size() == 2);
    CHECK(body["outcomes"][1]["recipient"] == "b@x.example");
    CHECK(body["outcomes"][0]["verdict"] == "quarantine");
    CHECK(body["outcomes"][0]["rule"] == "first");
    CHECK(body["trace"].dump().find("first") != std::string::npos);
    CHECK(run({{"source", 1}, {"envelope", envelope}}).status == 200);
    CHECK(run({{"document", samplePolicy("mine")}, {"envelope", envelope}}).body.find("mine") !=
          std::string::npos);
    CHECK(run({{"source", 77}, {"envelope", envelope}}).status == 404);
    CHECK(run({{"source", "published"}, {"node", "none"}, {"envelope", envelope}}).status == 422);
    CHECK(run({{"source", "published"}, {"on_node", true}, {"envelope", envelope}}).status == 422);
    CHECK(run({{"source", "published"}, {"on_node", 1}, {"envelope", envelope}}).status == 422);
    // A node that has gone: who asks is told so, with its name, and does not get the master's opinion for it.
    const auto node = it.enrollNode("mx1");
    CHECK(body["node"].is_null());
    CHECK(run({{"source", "published"}, {"node", "mx1"}, {"envelope", envelope}}).status == 200);
    CHECK(it.ask(who, "POST", "/policy/simulate",
                 {{"mail", std::string(5u << 20, 'x')},
                  {"source", "published"},
                  {"node", "mx1"},
                  {"on_node", true},
                  {"envelope", envelope}})
              .status == 413);
    CHECK(run({{"document", {{"rules", 1}}}, {"node", "mx1"}, {"on_node", true}, {"envelope", envelope}})
              .status == 422);
    CHECK(run({{"source", "published"}, {"envelope", {{"recipients", json::array()}}}}).status == 422);
    CHECK(run({{"source", "published"}}).status == 422);
}

TEST_CASE("the schema has what the form is drawn from") {
    ApiCase it;
    const auto schema = it.json(it.role("operator"), "/policy-schema");
    for (const char* part : {"fields", "operators", "actions", "list_kinds", "sections"}) {
        INFO(part);
        CHECK(schema[part].size() > 0);
    }
}
