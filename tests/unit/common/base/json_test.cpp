#include "common/base/json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace weir;

TEST_CASE("a document comes back as it was") {
    const std::string text = R"({"a":[1,-2,3.5,true,null,{"b":"ü"}],"c":{}})";
    const auto parsed = parseJson(text);
    REQUIRE(parsed);
    CHECK(toText(*parsed) == text);
}

TEST_CASE("damage is named with its byte") {
    const auto parsed = parseJson(R"({"a": [1, 2, })");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().where == "/a/2");
    CHECK_THAT(parsed.error().what, Catch::Contains("not JSON at byte 14"));
}

TEST_CASE("a member that occurs twice is refused with its path") {
    const auto parsed = parseJson(R"({"rules":[{"x/y":{"id":1,"id":2}}]})");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().where == "/rules/0/x~1y/id");
    CHECK(parsed.error().what == "the member occurs twice");
}

TEST_CASE("depth, size and number of values are bounded") {
    CHECK_FALSE(parseJson(std::string(100'000, '[')));
    CHECK_THAT(parseJson(std::string(65, '[') + std::string(65, ']')).error().what,
               Catch::Contains("nested deeper than 64"));
    CHECK(parseJson(std::string(64, '[') + std::string(64, ']')));
    CHECK_THAT(parseJson("[1,2,3]", {.bytes = 100, .depth = 4, .values = 3}).error().what,
               Catch::Contains("more than 3 values"));
    CHECK_THAT(parseJson("\"aaaa\"", {.bytes = 5}).error().what, Catch::Contains("larger than 5 bytes"));
}

TEST_CASE("invalid UTF-8 and trailing bytes are refused") {
    CHECK_FALSE(parseJson("\"\xff\""));
    CHECK_FALSE(parseJson("{} {}"));
    CHECK_FALSE(parseJson(""));
}

TEST_CASE("invalid UTF-8 in a value is written as U+FFFD") {
    CHECK(parseJson(toText(Json(std::string("\xff\xc3")))));
}

TEST_CASE("a reader names the first problem and what was expected") {
    const Json object = {{"name", 5}, {"port", 70000}, {"extra", 1}};
    JsonReader reader(object, "/node", JsonReader::Unknown::kRefuse);
    CHECK(reader.integer("port", 1, 65535) == 1);
    CHECK(reader.text("name").empty());
    REQUIRE(reader.finish());
    CHECK(reader.finish()->text() == "/node/port: expected a whole number from 1 to 65535, found 70000");
}

TEST_CASE("an unknown member is refused where a person writes, ignored on the wire") {
    const Json object = {{"name", "x"}, {"nmae", "y"}};
    JsonReader strict(object, "", JsonReader::Unknown::kRefuse);
    CHECK(strict.text("name") == "x");
    REQUIRE(strict.finish());
    CHECK(strict.finish()->where == "/nmae");
    JsonReader wire(object, "", JsonReader::Unknown::kIgnore);
    CHECK(wire.text("name") == "x");
    CHECK_FALSE(wire.finish());
}

TEST_CASE("a missing member is named") {
    const Json object = Json::object();
    JsonReader reader(object, "", JsonReader::Unknown::kIgnore);
    CHECK(reader.text("queue", "spam") == "spam");
    CHECK(reader.integer("n", 0, 9, 4) == 4);
    CHECK_FALSE(reader.finish());
    reader.text("id");
    REQUIRE(reader.finish());
    CHECK(reader.finish()->text() == "/id: missing; expected text");
}

TEST_CASE("a reader of something that is no object says so") {
    const Json array = Json::array();
    JsonReader reader(array, "/rules/3", JsonReader::Unknown::kRefuse);
    CHECK(reader.text("id").empty());
    REQUIRE(reader.finish());
    CHECK(reader.finish()->text() == "/rules/3: expected an object, found array");
}
