// Learning over the API: once a mail and class, moved, forgotten, who may.
#include <catch2/catch.hpp>

#include "common/base/digest.h"
#include "tests/component/api_case.h"
#include "tests/support/eventually.h"

using namespace weir;
using namespace weir::test;
using nlohmann::json;

namespace {

std::string mailOf(const std::string& subject) {
    return "From: a@b.example\r\nSubject: " + subject + "\r\n\r\nSome words that are in every mail of " +
           subject + "\r\n";
}

HttpAnswer learn(ApiCase& it, const std::string& kind, const std::string& mail,
                 const std::string& type = "message/rfc822") {
    return it.askText(it.role("quarantine"), "POST", "/learning?class=" + kind, mail,
                      {{"Content-Type", type}});
}

}  // namespace

TEST_CASE("a mail is learned once, moved and forgotten over the API") {
    onEachMaster([](ApiCase& it) {
        const auto mail = mailOf("watches");
        const auto first = learn(it, "spam", mail);
        REQUIRE(first.status == 201);
        CHECK(json::parse(first.body)["outcome"] == "learned");
        const auto sha256 = json::parse(first.body)["mail"]["sha256"].get<std::string>();
        CHECK(sha256 == sha256Hex(mail));
        const auto again = learn(it, "spam", mail, "application/octet-stream");
        CHECK(again.status == 200);
        CHECK(json::parse(again.body)["outcome"] == "known");
        const auto moved = learn(it, "ham", mail);
        CHECK(moved.status == 200);
        CHECK(json::parse(moved.body)["outcome"] == "moved");
        CHECK(json::parse(moved.body)["before"]["class"] == "spam");
        learn(it, "spam", mailOf("parcels"));

        const auto status = it.json(it.role("auditor"), "/learning");
        CHECK(status["spam"] == 1);
        CHECK(status["ham"] == 1);
        CHECK(status["needed"] == 200);
        CHECK(status["missing"] == json({{"spam", 199}, {"ham", 199}}));
        CHECK(status["scores"] == false);
        CHECK(status["tokens"].get<int>() > 10);
        CHECK(status["limits"]["tokens"] == 1'000'000);
        CHECK(status["limits"]["mail_bytes"] == 32 << 20);

        const auto mails = it.json(it.role("auditor"), "/learning/mails")["items"];
        REQUIRE(mails.size() == 2);
        CHECK(mails[0]["subject"] == "parcels");
        CHECK(mails[0]["by"] == "quarantine-token");
        CHECK(mails[0]["item"].is_null());
        CHECK(it.json(it.admin(), "/learning/mails?class=ham")["items"][0]["subject"] == "watches");
        CHECK(it.json(it.admin(), "/learning/mails?sha256=" + sha256)["items"].size() == 1);
        CHECK(it.json(it.admin(), "/learning/mails?q=nothing")["items"].empty());
        const auto page = it.json(it.admin(), "/learning/mails?limit=1");
        const auto next =
            it.json(it.admin(), "/learning/mails?limit=1&cursor=" + page["next"].get<std::string>());
        CHECK(next["items"][0]["subject"] == "watches");
        CHECK(next["next"].is_null());

        CHECK(it.ask(it.role("auditor"), "DELETE", "/learning/mails/" + sha256).status == 403);
        CHECK(it.ask(it.role("operator"), "DELETE", "/learning/mails/" + sha256).status == 204);
        CHECK(it.ask(it.role("operator"), "DELETE", "/learning/mails/" + sha256).status == 404);
        CHECK(it.json(it.admin(), "/learning")["ham"] == 0);
        CHECK(it.json(it.admin(), "/audit?action=learning.learn")["items"].size() == 3);
        CHECK(it.json(it.admin(), "/audit?action=learning.forget")["items"].size() == 1);
    });
}

TEST_CASE("what cannot be learned is refused in clear words") {
    onEachMaster([](ApiCase& it) {
        CHECK(learn(it, "eggs", mailOf("x")).status == 400);
        CHECK(learn(it, "spam", mailOf("x"), "text/html").status == 415);
        CHECK(learn(it, "spam", "").status == 422);
        CHECK(learn(it, "spam", "no header").body.find("no mail") != std::string::npos);
        CHECK(it.askText(it.role("auditor"), "POST", "/learning?class=spam", mailOf("x"),
                         {{"Content-Type", "message/rfc822"}})
                  .status == 403);
        CHECK(it.ask(it.admin(), "GET", "/learning/mails?class=eggs").status == 400);
        CHECK(it.ask(it.admin(), "GET", "/learning/mails?cursor=x").status >= 400);
        CHECK(it.ask(it.admin(), "POST", "/learning/items/none", {{"class", "spam"}}).status == 404);
        CHECK(it.ask(it.admin(), "POST", "/learning/items/none", {{"class", "eggs"}}).status == 422);
        CHECK(it.json(it.admin(), "/learning")["spam"] == 0);
    });
}

TEST_CASE("the model follows what is learned, and is there again after a restart") {
    onEachMaster([](ApiCase& it) {
        const auto current = [&] {
            const auto model = it.json(it.admin(), "/learning")["model"];
            return !model.is_null() && model["current"] == true ? model["digest"].get<std::string>() : "";
        };
        REQUIRE(eventually([&] { return !current().empty(); }));
        const auto empty = current();
        REQUIRE(learn(it, "spam", mailOf("watches")).status == 201);
        REQUIRE(eventually([&] { return !current().empty(); }, std::chrono::seconds(30)));
        const auto learned = current();
        CHECK(learned != empty);
        it.restart();
        REQUIRE(eventually([&] { return !current().empty(); }));
        CHECK(current() == learned);
    });
}
