#include "master/ctl/table.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace weir;
using namespace weir::ctl;

TEST_CASE("columns are as wide as their content, in characters") {
    const Json items = {{{"a", "Grüße"}, {"b", 1}}, {{"a", "x"}, {"b", nullptr}}};
    CHECK(table(items, {{"name", "/a"}, {"n", "/b"}}, "none") == "name   n\nGrüße  1\nx      -\n");
}

TEST_CASE("long values are cut between characters") {
    const Json items = {{{"a", "äöüäöü"}}};
    CHECK(table(items, {{"a", "/a", 4}}, "none") == "a\näöü…\n");
}

TEST_CASE("text from mail cannot move the cursor or begin a line") {
    const Json items = {{{"a", "x\x1b[2J\r\ny\xc2\x9bz"}}};
    CHECK(table(items, {{"a", "/a"}}, "none") == "a\nx [2J  y z\n");
}

TEST_CASE("lists are joined, a missing member is a dash, no items have their own words") {
    const Json items = {{{"r", {"a@x", "b@x"}}}};
    CHECK(table(items, {{"r", "/r"}, {"q", "/queue/events"}}, "none") == "r         q\na@x, b@x  -\n");
    CHECK(table(Json::array(), {{"r", "/r"}}, "no mail matches") == "no mail matches\n");
}
