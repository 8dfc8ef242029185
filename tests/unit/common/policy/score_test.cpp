#include "common/policy/policy_sections.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

TEST_CASE("a score is what the rules before have added", "[score]") {
    const Json document = withRules(R"([
        {"id":"early","when":{"score":{"greater":0}},"then":[{"discard":{}}]},
        {"id":"a","then":[{"score":{"add":2.5}}]},
        {"id":"b","when":{"subject":{"contains":"invoice"}},"then":[{"score":{"add":-0.125}}]},
        {"id":"low","when":{"score":{"less":2.375}},"then":[{"discard":{}}]},
        {"id":"hit","when":{"score":{"between":[2.375,2.375]}},"then":[{"quarantine":{"queue":"spam"}}]},
        {"id":"high","when":{"score":{"greater":2.375}},"then":[{"discard":{}}]}])");
    Json trace;
    const Evaluation result = run(*compiled(document), sampleMail(), &trace);
    CHECK(result.outcomes[0].score == 2375);
    CHECK(result.outcomes[0].verdict.queue == "spam");
    CHECK(result.outcomes[0].matchedRules == std::vector<std::string>{"a", "b", "hit"});
    CHECK(trace["recipients"][0]["score"] == 2.375);
    CHECK(trace["recipients"][0]["rules"][4]["matched"] == true);
    CHECK(trace["recipients"][0]["rules"][0]["matched"] == false);
}

TEST_CASE("a negative score is below zero", "[score]") {
    CHECK(run(*compiled(withRules(R"([{"id":"a","then":[{"score":{"add":-3}}]},
        {"id":"b","when":{"score":{"less":-2.999}},"then":[{"discard":{}}]}])")),
              sampleMail())
              .outcomes[0]
              .verdict.kind == VerdictKind::kDiscard);
}

TEST_CASE("scores are texts and back, to three decimals") {
    for (const char* text : {"0", "4.5", "-2", "0.001", "-0.125", "1000000"}) {
        Score score = 0;
        REQUIRE(parseScore(text, score));
        CHECK(scoreText(score) == text);
    }
    Score score = 0;
    for (const char* text : {"", "-", "1.2345", ".5", "1.", "1e3", "1000001", "--1", "4,5", "1-2"})
        CHECK_FALSE(parseScore(text, score));
}
