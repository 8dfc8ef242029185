// Which lists, settings and rules a node gets.
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;
using Catch::Matchers::Contains;

namespace {

const char* const kDocument = R"({
    "lists": {"partners": {"kind":"address","entries":["@cluster.example"]}, "files": {"kind":"glob","entries":["*.exe"]}},
    "sections": {"antivirus": {"enabled":true,"timeout_ms":1000}},
    "rules": [
      {"id":"first","when":{"sender":{"in":"@partners"}},"then":[{"deliver":{}}]},
      {"id":"paris-only","nodes":["group:paris"],"then":[{"discard":{}}]},
      {"id":"mx2-only","nodes":["node:mx2","node:mx9"],"then":[{"discard":{}}]}],
    "levels": {
      "group:paris": {"lists":{"partners":{"kind":"address","entries":["@paris.example"]}},
                      "sections":{"antivirus":{"timeout_ms":2000,"on_failure":"skip"}},
                      "rules":[{"id":"paris-extra","then":[{"discard":{}}]}]},
      "group:rome": {"sections":{"antivirus":{"timeout_ms":3000}}},
      "node:mx1": {"lists":{"own":{"kind":"text","entries":["x"]}},
                   "sections":{"antivirus":{"on_failure":"quarantine"}},
                   "rules":[{"id":"mx1-extra","when":{"subject":{"in":"@own"}},"then":[{"discard":{}}]},
                            {"id":"first","then":[{"reject":{}}]}]}}})";

std::vector<std::string> idsOf(const Json& policy) {
    std::vector<std::string> ids;
    for (const Json& rule : policy["rules"]) ids.push_back(rule["id"]);
    return ids;
}

}  // namespace

TEST_CASE("a node outside all levels gets the cluster's policy alone") {
    const Json document = json(kDocument);
    REQUIRE(problemsOf(document) == "");
    const Json policy = effectivePolicy(document, "mx7", {});
    CHECK(idsOf(policy) == std::vector<std::string>{"first"});
    CHECK(policy["lists"] == document["lists"]);
    CHECK(policy["sections"] == document["sections"]);
    CHECK_FALSE(policy.contains("levels"));
    CHECK(problemsOf(policy) == "");
}

TEST_CASE("the lowest level wins: lists whole, settings one by one") {
    const Json policy = effectivePolicy(json(kDocument), "mx1", {"paris"});
    CHECK(policy["lists"]["partners"]["entries"] == json(R"(["@paris.example"])"));
    CHECK(policy["lists"]["files"]["entries"] == json(R"(["*.exe"])"));
    CHECK(policy["sections"]["antivirus"] ==
          json(R"({"enabled":true,"timeout_ms":2000,"on_failure":"quarantine"})"));
    CHECK(problemsOf(policy) == "");
    CHECK(compiled(policy)->sections().antivirus.timeoutMillis == 2000);
}

TEST_CASE("a level's rules run before those above, or take the place of the one with their id") {
    const Json policy = effectivePolicy(json(kDocument), "mx1", {"paris"});
    CHECK(idsOf(policy) == std::vector<std::string>{"mx1-extra", "paris-extra", "first", "paris-only"});
    CHECK(policy["rules"][2]["then"] == json(R"([{"reject":{}}])"));
    for (const Json& rule : policy["rules"]) CHECK_FALSE(rule.contains("nodes"));
}

TEST_CASE("rules for named nodes and groups go to those alone") {
    CHECK(idsOf(effectivePolicy(json(kDocument), "mx2", {})) ==
          std::vector<std::string>{"first", "mx2-only"});
    CHECK(idsOf(effectivePolicy(json(kDocument), "", {"paris"})) ==
          std::vector<std::string>{"paris-extra", "first", "paris-only"});
}

TEST_CASE("among groups the last by name wins, whatever order they are given in") {
    for (const std::vector<std::string>& groups :
         {std::vector<std::string>{"paris", "rome"}, {"rome", "paris"}})
        CHECK(effectivePolicy(json(kDocument), "mx7", groups)["sections"]["antivirus"]["timeout_ms"] == 3000);
}

TEST_CASE("the nodes and groups a document refers to are named once, sorted") {
    CHECK(referredNodes(json(kDocument)) ==
          std::vector<std::string>{"group:paris", "group:rome", "node:mx1", "node:mx2", "node:mx9"});
}

TEST_CASE("problems of levels are named with their place") {
    Json document = json(kDocument);
    document["levels"]["region:x"] = Json::object();
    document["levels"]["node:mx1"]["lists"]["files"] = {{"kind", "text"}, {"entries", {"a"}}};
    document["levels"]["group:rome"]["rules"] =
        json(R"([{"id":"r","nodes":["node:a"],"when":{"subject":{"in":"@own"}},"then":[{"discard":{}}]}])");
    document["rules"][0]["when"] = json(R"({"subject":{"in":"@own"}})");
    const std::string all = problemsOf(document);
    CHECK_THAT(all, Contains("/levels/region:x: expected a level named"));
    CHECK_THAT(all,
               Contains("/levels/node:mx1/lists/files: the cluster's list of this name is of kind glob"));
    CHECK_THAT(all, Contains("/levels/group:rome/rules/0/nodes: a rule of a level has no nodes"));
    CHECK_THAT(all, Contains("/levels/group:rome/rules/0/when/subject/in: there is no list \"own\""));
    CHECK_THAT(all, Contains("/rules/0/when/subject/in: there is no list \"own\""));
}
