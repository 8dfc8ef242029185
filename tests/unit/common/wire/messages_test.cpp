#include "common/wire/messages.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace weir;

namespace {

Json parsed(const std::string& text) {
    auto json = parseJson(text);
    INFO(text);
    REQUIRE(json);
    return *json;
}

SyncRequest sampleSync() {
    SyncRequest request;
    request.masterEpoch = 3;
    request.version = "0.1.0";
    request.name = "mx1";
    request.capabilities = {"field:sender", "action:reject"};
    request.time = fromMillis(1'795'000'000'000);
    request.applied = {4, std::string(64, 'a')};
    request.refused = RefusedPolicy{5, std::string(64, 'b'), "rule x: \"bad\" \xFF"};
    request.paused = true;
    request.spool = {SpoolEpoch{newUuid()}, 10, 2000, fromMillis(5), 1, 2, 3};
    request.disk = {100, 200, 30, 4};
    request.mailsMinute = 77;
    request.certificateExpires = fromMillis(1'800'000'000'000);
    request.health = {{"clamd", false, "connection refused"}, {"disk", true, ""}};
    request.catalogs = {{"user-lists", std::string(64, 'c')}};
    request.inHand = {CommandId{newTimeUuid()}};
    request.urgent = true;
    return request;
}

EventsRequest sampleBatch() {
    EventsRequest batch;
    batch.masterEpoch = 2;
    batch.spool.value = newUuid();
    batch.events = {{7, R"({"kind":"gap"})"}, {9, R"({"kind":"mail","n":[1,2]})"}};
    return batch;
}

}  // namespace

TEST_CASE("a sync request comes back as it was written") {
    const SyncRequest before = sampleSync();
    const auto after = syncRequestFromJson(parsed(toJsonText(before)));
    REQUIRE(after);
    CHECK(after->masterEpoch == 3);
    CHECK(after->name == "mx1");
    CHECK(after->capabilities == before.capabilities);
    CHECK(after->time == before.time);
    CHECK(after->applied.revision == 4);
    CHECK(after->applied.digest == before.applied.digest);
    REQUIRE(after->refused);
    CHECK(after->refused->reason == "rule x: \"bad\" \xEF\xBF\xBD");
    CHECK(after->paused);
    CHECK(after->spool.epoch == before.spool.epoch);
    CHECK(after->spool.events == 10);
    CHECK(after->spool.notRecorded == 2);
    CHECK(after->disk.quarantineItems == 4);
    CHECK(after->mailsMinute == 77);
    CHECK(after->health == before.health);
    CHECK(after->inHand == before.inHand);
    CHECK(after->catalogs == before.catalogs);
    CHECK(after->urgent);
}

TEST_CASE("a sync answer comes back with its policy and commands") {
    SyncAnswer before;
    before.masterEpoch = 9;
    before.cluster.value = newUuid();
    before.time = fromMillis(1);
    before.name = "mx1";
    before.groups = {"paris"};
    before.paused = true;
    before.releaseKey = "abc";
    before.policy = OfferedPolicy{5, std::string(64, 'a'), R"({"rules":[]})"};
    before.commands = {{CommandId{newTimeUuid()}, "release", R"({"item":"x"})"}};
    before.catalogs = {{"user-lists", std::string(64, 'c'), 7}, {"other", std::string(64, 'd'), 1u << 30}};
    const auto after = syncAnswerFromJson(parsed(toJsonText(before)));
    REQUIRE(after);
    CHECK(after->catalogs == before.catalogs);
    CHECK(after->masterEpoch == 9);
    CHECK(after->groups == before.groups);
    CHECK(after->paused);
    REQUIRE(after->policy);
    CHECK(after->policy->document == R"({"rules":[]})");
    REQUIRE(after->commands.size() == 1);
    CHECK(after->commands[0].id == before.commands[0].id);
    CHECK(after->commands[0].arguments == R"({"item":"x"})");
    before.policy.reset();
    CHECK_FALSE(syncAnswerFromJson(parsed(toJsonText(before)))->policy);
}

TEST_CASE("enroll, renew and result messages come back as they were written") {
    EnrollRequest enroll;
    enroll.secret = "s";
    enroll.cluster.value = newUuid();
    enroll.csr = "pem";
    enroll.name = "mx1";
    const auto enrollBack = enrollRequestFromJson(parsed(toJsonText(enroll)));
    REQUIRE(enrollBack);
    CHECK(enrollBack->node.empty());
    CHECK(enrollBack->csr == "pem");

    EnrollAnswer answer;
    answer.node.value = newUuid();
    answer.cluster = enroll.cluster;
    answer.name = "mx1";
    answer.masterEpoch = 4;
    answer.certificate = "c";
    answer.ca = "a";
    const auto answerBack = enrollAnswerFromJson(parsed(toJsonText(answer)));
    REQUIRE(answerBack);
    CHECK(answerBack->node == answer.node);
    CHECK(answerBack->masterEpoch == 4);

    CHECK(renewRequestFromJson(parsed(toJsonText(RenewRequest{{}, "csr"})))->csr == "csr");
    CHECK(renewAnswerFromJson(parsed(toJsonText(RenewAnswer{{}, "pem"})))->certificate == "pem");

    CommandResult result;
    result.detail = "no such item";
    result.code = "not-found";
    result.result = R"({"a":1})";
    const auto resultBack = commandResultFromJson(parsed(toJsonText(result)));
    REQUIRE(resultBack);
    CHECK_FALSE(resultBack->ok);
    CHECK(resultBack->code == "not-found");
    CHECK(resultBack->result == R"({"a":1})");
}

TEST_CASE("a missing field of a message is named and unknown ones are ignored") {
    for (const char* field : {"protocol", "epoch", "version", "time", "policy"}) {
        Json body = parsed(toJsonText(sampleSync()));
        body["later"] = {1, 2};
        REQUIRE(syncRequestFromJson(body));
        body.erase(field);
        const auto back = syncRequestFromJson(body);
        REQUIRE_FALSE(back);
        CHECK(back.error().where == std::string("/") + field);
    }
    Json body = parsed(toJsonText(sampleSync()));
    body["policy"].erase("revision");
    CHECK(syncRequestFromJson(body).error().where == "/policy/revision");
}

TEST_CASE("lists and texts of a message are bounded") {
    SyncRequest request = sampleSync();
    request.health.assign(WireLimits::kHealthLines + 1, {"x", true, ""});
    CHECK(syncRequestFromJson(parsed(toJsonText(request))).error().where == "/health");
    request = sampleSync();
    request.version.assign(WireLimits::kNameBytes + 1, 'v');
    CHECK(syncRequestFromJson(parsed(toJsonText(request))).error().where == "/version");
    request = sampleSync();
    request.inHand.assign(WireLimits::kCommands + 1, CommandId{"x"});
    CHECK(syncRequestFromJson(parsed(toJsonText(request))).error().where == "/in_hand");
    CHECK_FALSE(syncRequestFromJson(Json::array()));
    CHECK_FALSE(syncRequestFromJson(Json(5)));
}

TEST_CASE("a batch of events comes back, bodies byte for byte") {
    const EventsRequest before = sampleBatch();
    const auto after = eventsRequestFromText(toLines(before));
    REQUIRE(after);
    CHECK(after->spool == before.spool);
    REQUIRE(after->events.size() == 2);
    CHECK(after->events[0].sequence == 7);
    CHECK(after->events[1].sequence == 9);
    CHECK(after->events[1].body == before.events[1].body);
}

TEST_CASE("a malformed batch of events is refused with its line") {
    const std::string good = toLines(sampleBatch());
    const auto where = [](const std::string& text) {
        const auto batch = eventsRequestFromText(text);
        return batch ? std::string("accepted") : batch.error().where;
    };
    CHECK(where("") == "line 1");
    CHECK(where("[]\n") == "line 1");
    CHECK(where(good.substr(0, good.size() - 5)) == "line 3");
    CHECK(where(good.substr(0, good.find('\n') + 1)) == "line 2");
    CHECK(where(good + "{}\n") == "line 4");
    EventsRequest falling = sampleBatch();
    falling.events[1].sequence = 7;
    CHECK(where(toLines(falling)) == "line 3");
    EventsRequest large = sampleBatch();
    large.events[0].body.assign(WireLimits::kEventBytes + 1, 'x');
    CHECK(where(toLines(large)) == "line 2");
    EventsRequest many = sampleBatch();
    many.events.assign(WireLimits::kBatchEvents + 1, {1, "{}"});
    CHECK(where(toLines(many)) == "line 1");
}

TEST_CASE("peers up to two minor versions apart work together") {
    CHECK(compatible({1, 3}, {1, 5}));
    CHECK(compatible({1, 5}, {1, 3}));
    CHECK_FALSE(compatible({1, 0}, {1, 3}));
    CHECK_FALSE(compatible({2, 0}, {1, 0}));
    CHECK(protocolVersionFromText("1.12")->minor == 12);
    for (const char* text : {"", "1", "1.", ".1", "1.x", "-1.0", "1.0.0", "1.1000", "99999999999.0"})
        CHECK_FALSE(protocolVersionFromText(text));
}

TEST_CASE("names of nodes and groups are plain") {
    CHECK(isNodeName("mx1.example-2_a"));
    for (const char* text : {"", ".a", "-a", "a b", "a/b", "\xC3\xBC", "a\n"}) CHECK_FALSE(isNodeName(text));
    CHECK_FALSE(isNodeName(std::string(65, 'a')));
}
