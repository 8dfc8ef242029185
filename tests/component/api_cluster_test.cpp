// Nodes, mail log, statistics, quarantine and overview over HTTP, fed through the node port; on both
// databases.
#include <catch2/catch.hpp>

#include "tests/component/api_case.h"
#include "tests/support/sample_events.h"

using namespace weir;
using namespace weir::test;
using nlohmann::json;

TEST_CASE("a node is enrolled, shown, changed and removed") {
    onEachMaster([](ApiCase& it) {
        const auto& who = it.role("operator");
        const auto made = it.ask(who, "POST", "/enrollment-tokens", {{"minutes", 5}});
        REQUIRE(made.status == 201);
        const auto token = json::parse(made.body);
        CHECK(token["command"] == "weir-slave enroll --master mx-master.example:8444 --token " +
                                      token["token"].get<std::string>());
        CHECK(it.ask(who, "GET", "/enrollment-tokens").body.find(token["token"].get<std::string>()) ==
              std::string::npos);
        CHECK(it.ask(who, "POST", "/enrollment-tokens", {{"minutes", 61}}).status == 422);
        CHECK(it.ask(who, "DELETE", "/enrollment-tokens/" + token["id"].get<std::string>()).status == 204);
        CHECK(it.ask(who, "DELETE", "/enrollment-tokens/" + token["id"].get<std::string>()).status == 404);

        const auto node = it.enrollNode("mx1");
        const auto list = it.json(who, "/nodes")["items"];
        REQUIRE(list.size() == 1);
        CHECK(list[0]["name"] == "mx1");
        CHECK(list[0]["state"] == "up");
        CHECK(list[0]["health"][0]["what"] == "clamd");
        CHECK(it.json(who, "/enrollment-tokens")["items"][0]["used_by_node"] == "mx1");
        const auto path = "/nodes/" + node.value;
        CHECK_FALSE(it.json(who, path)["notices"].empty());
        const auto changed =
            it.ask(who, "PATCH", path, {{"name", "mx-one"}, {"groups", {"paris"}}, {"paused", true}});
        REQUIRE(changed.status == 200);
        CHECK(json::parse(changed.body)["groups"] == json({"paris"}));
        CHECK(it.ask(who, "PATCH", path, json::object()).status == 422);
        CHECK(it.ask(who, "PATCH", path, {{"color", "red"}}).status == 422);
        CHECK(it.ask(who, "PATCH", "/nodes/none", {{"paused", true}}).status == 404);
        const auto progress = it.json(who, "/policy/progress");
        CHECK(progress["revision"] == 1);
        CHECK(progress["nodes"][0]["state"] == "waiting");
        CHECK(it.ask(who, "DELETE", path).status == 204);
        CHECK(it.ask(who, "GET", path).status == 404);
        const auto audit = it.json(it.admin(), "/audit?action=node.")["items"];
        CHECK(audit.size() >= 4);
    });
}

TEST_CASE("mails that a node reports are found, counted and told") {
    onEachMaster([](ApiCase& it) {
        const auto node = it.enrollNode("mx1");
        const auto held = sampleMail("Eve@bad.example", {"a@x.example"}, VerdictKind::kQuarantine);
        const auto passed = sampleMail("bob@good.example", {"b@x.example", "c@x.example"});
        it.sendEvents(node, {toJsonText(held), toJsonText(sampleItem(held)), toJsonText(passed)});
        const auto& who = it.role("quarantine");
        const auto rows = [&](const std::string& query) { return it.json(who, "/mails" + query)["items"]; };
        REQUIRE(rows("").size() == 2);
        CHECK(rows("?sender=eve@BAD.example").size() == 1);
        CHECK(rows("?recipient=@x.example").size() == 2);
        CHECK(rows("?q=Quarterly").size() == 2);
        CHECK(rows("?verdict=quarantine&node=mx1").size() == 1);
        CHECK(rows("?node=" + node.value).size() == 2);
        CHECK(rows("?node=mx2").empty());
        CHECK(rows("?rule=block-risky-files")[0]["items"][0] == held.outcomes[0].item.value);
        CHECK(rows("?sender=%27%20OR%20%271%27%3D%271").empty());
        CHECK(it.ask(who, "GET", "/mails?cursor=nonsense").status == 400);
        const auto story = it.json(who, "/mails/" + held.id.value);
        CHECK(story["node"] == "mx1");
        CHECK(story["outcomes"][0]["queue"] == "attachments");
        CHECK(story["message_id"] == held.messageId);
        CHECK(story["story"].size() >= 2);
        CHECK(it.ask(who, "GET", "/mails/none").status == 404);

        const auto table = it.json(who, "/statistics?bucket=hour&by=node");
        REQUIRE(table["series"].size() == 1);
        CHECK(table["series"][0]["name"] == "mx1");
        std::int64_t sum = 0;
        for (const auto& count : table["series"][0]["counts"]) sum += count.get<std::int64_t>();
        CHECK(sum == 2);
        CHECK(it.json(who, "/statistics/top?by=recipient")["items"].size() == 3);
        CHECK(it.ask(who, "GET", "/statistics?by=colour").status == 400);
        CHECK(it.ask(who, "GET", "/statistics?bucket=minute&from=2001-01-01T00:00:00Z").status == 400);

        const auto now = it.json(who, "/overview");
        CHECK(now["today"]["mails"] == 2);
        CHECK(now["rates"]["per_minute"].size() == 60);
        CHECK(now["recent"].size() == 2);
        CHECK(now["nodes"]["up"] == 1);
        CHECK(now["policy"]["of"] == 1);
        CHECK(now["quarantine"]["items"] == 1);
        CHECK(now["database"]["available"] == true);
    });
}

TEST_CASE("a held mail is listed, released once and deleted by command") {
    onEachMaster([](ApiCase& it) {
        const auto node = it.enrollNode("mx1");
        std::vector<std::string> events, ids;
        for (int i = 0; i < 3; ++i) {
            const auto mail = sampleMail("eve@bad.example", {"a@x.example"}, VerdictKind::kQuarantine);
            events.push_back(toJsonText(mail));
            events.push_back(toJsonText(sampleItem(mail)));
            ids.push_back(mail.outcomes[0].item.value);
        }
        it.sendEvents(node, events);
        const auto& who = it.role("quarantine");
        const auto page = it.json(who, "/quarantine?limit=2&sort=-received");
        CHECK(page["total"] == 3);
        CHECK(page["items"].size() == 2);
        CHECK(it.json(who, "/quarantine?limit=2&cursor=" + page["next"].get<std::string>())["items"].size() ==
              1);
        const auto queues = it.json(who, "/quarantine/queues")["items"];
        const auto queue = std::find_if(queues.begin(), queues.end(),
                                        [](const json& one) { return one["queue"] == "attachments"; });
        REQUIRE(queue != queues.end());
        CHECK((*queue)["items"] == 3);
        CHECK(it.ask(who, "GET", "/quarantine?sort=size").status == 400);
        const auto path = "/quarantine/" + ids[0];
        CHECK(it.json(who, path)["node_state"] == "up");
        CHECK(it.ask(who, "GET", "/quarantine/none").status == 404);
        CHECK(it.ask(it.role("auditor"), "POST", path + "/release").status == 403);
        CHECK(it.ask(who, "POST", path + "/release", {{"recipients", {"no address"}}}).status == 400);
        const auto released = it.ask(who, "POST", path + "/release");
        REQUIRE(released.status == 202);
        CHECK(json::parse(released.body)["state"] == "releasing");
        CHECK(it.ask(who, "POST", path + "/release").status == 409);
        CHECK(it.ask(who, "DELETE", path).status == 409);
        CHECK(it.json(who, path)["state"] == "releasing");
        CHECK(it.ask(who, "DELETE", "/quarantine/" + ids[1]).status == 202);
        const auto bulk =
            it.ask(who, "POST", "/quarantine/bulk", {{"action", "release"}, {"ids", {ids[2], ids[0]}}});
        REQUIRE(bulk.status == 200);
        const auto results = json::parse(bulk.body)["results"];
        CHECK(results[0]["ok"] == true);
        CHECK(results[1]["ok"] == false);
        CHECK(it.ask(who, "POST", "/quarantine/bulk", {{"action", "burn"}, {"ids", {"x"}}}).status == 422);
        CHECK(it.ask(who, "POST", "/quarantine/bulk",
                     {{"action", "delete"}, {"ids", std::vector<std::string>(501, "x")}})
                  .status == 422);
        const auto audit = it.json(it.admin(), "/audit?action=quarantine.")["items"];
        CHECK(audit.size() >= 3);
        CHECK(audit[0]["actor"] == "quarantine-token");
    });
}

TEST_CASE("queues are told with their labels and how long they keep mail, also when they are empty") {
    onEachMaster([](ApiCase& it) {
        const auto node = it.enrollNode("mx1");
        const auto mail = sampleMail("eve@bad.example", {"a@x.example"}, VerdictKind::kQuarantine);
        it.sendEvents(node, {toJsonText(mail), toJsonText(sampleItem(mail))});
        auto document = samplePolicy("hold");
        document["sections"]["queues"] = {{"empty", {{"label", "Nothing yet"}, {"retention_days", 7}}}};
        document["sections"]["retention"] = {{"quarantine_days", 20}};
        document["rules"] = json::array();
        const auto draft = it.ask(it.admin(), "GET", "/policy/draft");
        REQUIRE(it.ask(it.admin(), "PUT", "/policy/draft", {{"document", document}},
                       {{"If-Match", draft.field("ETag")}})
                    .status == 200);
        const auto changed = it.ask(it.admin(), "GET", "/policy/draft");
        REQUIRE(it.ask(it.admin(), "POST", "/policy/publish", {{"comment", "queues"}},
                       {{"If-Match", changed.field("ETag")}})
                    .status < 300);
        const auto queues = it.json(it.admin(), "/quarantine/queues")["items"];
        REQUIRE(queues.size() == 2);
        CHECK(queues[0] == json({{"queue", "attachments"},
                                 {"items", 1},
                                 {"bytes", mail.size},
                                 {"declared", false},
                                 {"label", ""},
                                 {"days", 20}}));
        CHECK(queues[1]["queue"] == "empty");
        CHECK(queues[1]["label"] == "Nothing yet");
        CHECK(queues[1]["days"] == 7);
        CHECK(queues[1]["declared"] == true);
        const auto item = it.json(it.admin(), "/quarantine")["items"][0];
        const auto day = [](const json& time) { return *timeFromText(time.get<std::string>()); };
        CHECK(day(item["expires"]) - day(item["received"]) == std::chrono::hours(24 * 20));
    });
}

TEST_CASE("an alert is counted, listed with its mails and acknowledged once, by those who may") {
    onEachMaster([](ApiCase& it) {
        const auto node = it.enrollNode("mx1");
        auto first = sampleMail("eve@bad.example", {"a@x.example"}), second = first;
        first.alerts = second.alerts = {{"watch", "look at eve"}};
        second.id.value = newTimeUuid();
        const auto calm = sampleMail("bob@good.example", {"a@x.example"});
        it.sendEvents(node, {toJsonText(first), toJsonText(calm), toJsonText(second)});
        const auto& who = it.role("operator");
        CHECK(it.json(who, "/overview")["alerts"]["open"] == 1);
        const auto page = it.json(who, "/alerts?rule=watch&node=mx1&q=EVE");
        CHECK(page["open"] == 1);
        REQUIRE(page["items"].size() == 1);
        const auto alert = page["items"][0];
        CHECK(alert["mails"] == 2);
        CHECK(alert["text"] == "look at eve");
        CHECK(alert["nodes"] == json({"mx1"}));
        CHECK(alert["acknowledged"].is_null());
        const auto id = alert["id"].get<std::string>();
        CHECK(it.json(who, "/mails?alert=" + id)["items"].size() == 2);
        CHECK(it.json(who, "/mails?alert=" + id + "&sender=bob@good.example")["items"].empty());
        CHECK(it.ask(it.nobody, "GET", "/metrics").body.find("weir_master_alerts_open 1") !=
              std::string::npos);
        CHECK(it.ask(it.role("auditor"), "POST", "/alerts/acknowledge", {{"ids", {id}}}).status == 403);
        CHECK(it.ask(who, "POST", "/alerts/acknowledge", {{"ids", json::array()}}).status == 422);
        CHECK(it.ask(who, "GET", "/alerts?state=closed").status == 400);
        CHECK(it.ask(who, "GET", "/alerts?cursor=nonsense").status == 400);
        const auto done = it.ask(who, "POST", "/alerts/acknowledge", {{"ids", {id, "none"}}});
        REQUIRE(done.status == 200);
        CHECK(json::parse(done.body)["results"][0]["ok"] == true);
        CHECK(json::parse(done.body)["results"][1]["ok"] == false);
        CHECK(it.json(who, "/overview")["alerts"]["open"] == 0);
        CHECK(it.json(who, "/alerts")["items"].empty());
        CHECK(it.json(who, "/alerts?state=acknowledged")["items"][0]["acknowledged_by"] == "operator-token");
        CHECK(it.json(it.admin(), "/audit?action=alert.")["items"].size() == 1);
    });
}
