#include "common/policy/policy_diff.h"

#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

namespace {

Json rulesOf(const std::vector<std::string>& ids) {
    Json rules = Json::array();
    for (const std::string& id : ids)
        rules.push_back({{"id", id}, {"name", "Rule " + id}, {"then", {{{"discard", Json::object()}}}}});
    return {{"rules", rules}};
}

// "moved a, added b"
std::string summary(const Json& changes) {
    std::string text;
    for (const Json& one : changes)
        text +=
            (text.empty() ? "" : ", ") + one["kind"].get<std::string>() + " " + one["id"].get<std::string>();
    return text;
}

}  // namespace

TEST_CASE("equal documents have no changes") {
    CHECK(policyDiff(rulesOf({"a", "b"}), rulesOf({"a", "b"})).empty());
}

TEST_CASE("rules are told apart by id: added, removed, changed") {
    Json after = rulesOf({"a", "c"});
    after["rules"][0]["stop"] = true;
    const Json before = rulesOf({"a", "b"});
    const Json changes = policyDiff(before, after);
    CHECK(summary(changes) == "changed a, removed b, added c");
    CHECK(changes[0]["before"] == before["rules"][0]);
    CHECK(changes[0]["after"] == after["rules"][0]);
    CHECK(changes[0]["name"] == "Rule a");
    CHECK(changes[1]["after"].is_null());
    CHECK(changes[2]["before"].is_null());
    CHECK(changes[2]["what"] == "rule");
}

TEST_CASE("only the rule that was moved is named, not those it passed") {
    CHECK(summary(policyDiff(rulesOf({"a", "b", "c", "d"}), rulesOf({"b", "c", "d", "a"}))) == "moved a");
    CHECK(summary(policyDiff(rulesOf({"a", "b", "c", "d"}), rulesOf({"d", "a", "b", "c"}))) == "moved d");
    CHECK(summary(policyDiff(rulesOf({"a", "b", "c"}), rulesOf({"x", "a", "b", "c"}))) == "added x");
    const Json changes = policyDiff(rulesOf({"a", "b", "c"}), rulesOf({"b", "c", "a"}));
    CHECK(changes[0]["before"] == json(R"({"position":1})"));
    CHECK(changes[0]["after"] == json(R"({"position":3})"));
}

TEST_CASE("lists, sections and levels are compared as a whole") {
    const Json before =
        json(R"({"lists":{"a":{"kind":"text","entries":["1"]},"b":{"kind":"text","entries":["1"]}},
        "sections":{"report":{"days":1}},"levels":{"node:x":{}}})");
    const Json after =
        json(R"({"lists":{"a":{"kind":"text","entries":["1","2"]},"c":{"kind":"text","entries":["1"]}},
        "sections":{"report":{"days":2}}})");
    const Json changes = policyDiff(before, after);
    CHECK(summary(changes) == "removed b, changed a, added c, changed report, removed node:x");
    CHECK(changes[1]["after"] == after["lists"]["a"]);
    CHECK(changes[4]["what"] == "level");
}

TEST_CASE("a long list is shown by what changed in it") {
    Json entries = Json::array();
    for (int i = 0; i < 1000; ++i) entries.push_back("e" + std::to_string(i));
    Json before{{"lists", {{"l", {{"kind", "text"}, {"entries", entries}}}}}};
    entries[0] = "new";
    Json after{{"lists", {{"l", {{"kind", "text"}, {"entries", entries}}}}}};
    const Json changes = policyDiff(before, after);
    CHECK(changes[0]["before"] == json(R"({"kind":"text","count":1000,"removed":["e0"]})"));
    CHECK(changes[0]["after"] == json(R"({"kind":"text","count":1000,"added":["new"]})"));
}
