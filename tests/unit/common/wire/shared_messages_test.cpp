#include "common/wire/shared_messages.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace weir;

namespace {

constexpr const char* kState = "0196f0c0-1111-7000-8000-000000000001";

SharedEntries sample() {
    SharedEntries entries;
    entries.triplets = {{sharedKey({"t1"}), 0, 1'800'000'000, 0, 1'800'172'800},
                        {sharedKey({"t2"}), UINT32_MAX, 1, 2, UINT32_MAX}};
    entries.networks = {{sharedKey({"n"}), 0x0123456789abcdef, 17, 1'800'000'060, 3}};
    entries.counts = {{sharedKey({"c"}), UINT64_MAX, 0, 1'800'000'060, INT64_MAX}};
    entries.poison = {{sharedKey({"p"}), 1'800'000'000, 1'801'209'600, "stalled in \"unrar\""}};
    return entries;
}

SharedRequest request() {
    SharedRequest message;
    message.masterEpoch = 4;
    message.life = 0xfedcba9876543210;
    message.changes = sample();
    message.cursor = 12;
    message.state = kState;
    message.urgent = true;
    return message;
}

std::string problemOf(const Json& body) {
    const auto read = sharedRequestFromJson(body);
    return read ? "" : read.error().text();
}

Json rows(std::size_t count, const Json& row) {
    Json all = Json::array();
    for (std::size_t i = 0; i < count; ++i) all.push_back(row);
    return all;
}

}  // namespace

TEST_CASE("a question and an answer of the shared state come back as they were") {
    const auto asked = sharedRequestFromJson(Json::parse(toJsonText(request())));
    REQUIRE(asked);
    CHECK(asked->masterEpoch == 4);
    CHECK(asked->life == 0xfedcba9876543210);
    CHECK(asked->changes == sample());
    CHECK(asked->cursor == 12);
    CHECK(asked->state == kState);
    CHECK(asked->urgent);

    SharedAnswer message;
    message.masterEpoch = 5;
    message.state = kState;
    message.cursor = 99;
    message.more = true;
    message.changes = sample();
    const auto answered = sharedAnswerFromJson(Json::parse(toJsonText(message)));
    REQUIRE(answered);
    CHECK(answered->masterEpoch == 5);
    CHECK(answered->state == kState);
    CHECK(answered->cursor == 99);
    CHECK(answered->more);
    CHECK(answered->changes == sample());
}

TEST_CASE("a question may bring nothing and ask for nothing") {
    SharedRequest message;
    const auto read = sharedRequestFromJson(Json::parse(toJsonText(message)));
    REQUIRE(read);
    CHECK_FALSE(read->cursor);
    CHECK(read->changes.empty());
    CHECK_FALSE(read->urgent);
}

TEST_CASE("the form on the wire is the documented one") {
    SharedRequest message;
    message.masterEpoch = 1;
    message.life = 10;
    message.changes.counts = {{SharedKey{1, 2, 3}, 0xab, 5, 70, 6}};
    CHECK(toJsonText(message) == R"({"protocol":"1.0","epoch":1,"life":"000000000000000a",)"
                                 R"("counts":[["AQIDAAAAAAAAAAAAAAAAAA","00000000000000ab",5,6,70]]})");
}

TEST_CASE("every required member of the shared messages is asked for by name") {
    const Json whole = Json::parse(toJsonText(request()));
    for (const char* name : {"protocol", "epoch", "life"}) {
        Json body = whole;
        body.erase(name);
        CHECK(problemOf(body).find(std::string("/") + name) == 0);
    }
    SharedAnswer answer;
    answer.state = kState;
    for (const char* name : {"protocol", "epoch", "state", "cursor"}) {
        Json body = Json::parse(toJsonText(answer));
        body.erase(name);
        const auto read = sharedAnswerFromJson(body);
        REQUIRE_FALSE(read);
        CHECK(read.error().text().find(std::string("/") + name) == 0);
    }
}

TEST_CASE("rows that are no entries are refused with their place") {
    const Json whole = Json::parse(toJsonText(request()));
    const auto broken = [&](const char* name, Json row) {
        Json body = whole;
        body[name].push_back(std::move(row));
        return problemOf(body);
    };
    const std::string key = whole["triplets"][0][0];
    CHECK(broken("triplets", Json::array()) == "/triplets: entry 2 is not as expected");
    for (const Json& row : {Json(3), Json{{"a", 1}}, Json{key, 0, 1, 2}, Json{"short", 0, 1, 2, 3},
                            Json{key, -1, 1, 2, 3}, Json{key, 0, 4294967296, 2, 3}, Json{key, 0, 1.5, 2, 3},
                            Json{key, 0, "1", 2, 3}, Json{std::string(22, '!'), 0, 1, 2, 3}})
        CHECK(broken("triplets", row) != "");
    for (const Json& row :
         {Json{key, "00000000000000AG", 1, 2, 3}, Json{key, "ab", 1, 2, 3}, Json{key, 12, 1, 2, 3},
          Json{key, std::string(16, '1'), 1, 9223372036854775808u, 3}})
        CHECK(broken("counts", row) != "");
    CHECK(broken("poison", Json{key, 1, 2, std::string(257, 'x')}) != "");
    CHECK(broken("poison", Json{key, 1, 2, std::string(256, 'x'), "more"}) == "");
    Json body = whole;
    body["networks"] = Json::object();
    CHECK(problemOf(body) != "");
    body = whole;
    body["life"] = "x";
    CHECK(problemOf(body) == "/life: expected 16 hexadecimal digits");
    CHECK(problemOf(Json::array()) != "");
}

TEST_CASE("a message has room for so many entries and no more") {
    using Limits = SharedMessageLimits;
    const Json whole = Json::parse(toJsonText(request()));
    Json body = whole;
    body.erase("poison");
    body.erase("networks");
    body.erase("counts");
    body["triplets"] = rows(Limits::kEntries, whole["triplets"][0]);
    CHECK(problemOf(body) == "");
    body["counts"] = rows(1, whole["counts"][0]);
    CHECK(problemOf(body) == "5001 entries; at most 5000");
    body["triplets"] = rows(Limits::kEntries + 1, whole["triplets"][0]);
    CHECK(problemOf(body) == "/triplets: 5001 entries; at most 5000");
    body = whole;
    body["poison"] = rows(Limits::kPoison + 1, whole["poison"][0]);
    CHECK(problemOf(body) == "/poison: 201 entries; at most 200");
}

TEST_CASE("the largest message fits its limit of bytes") {
    SharedAnswer message;
    message.state = kState;
    message.changes.counts.assign(SharedMessageLimits::kEntries - SharedMessageLimits::kPoison,
                                  {sharedKey({"c"}), UINT64_MAX, UINT32_MAX, UINT32_MAX, INT64_MAX});
    message.changes.poison.assign(
        SharedMessageLimits::kPoison,
        {sharedKey({"p"}), UINT32_MAX, UINT32_MAX, std::string(SharedMessageLimits::kReasonBytes, '\x01')});
    CHECK(toJsonText(message).size() < SharedMessageLimits::kBytes);
}
