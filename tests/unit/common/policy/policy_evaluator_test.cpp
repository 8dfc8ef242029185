// Nesting, stop, severity, recipients, outcomes, trace.
#include "common/policy/policy_evaluator.h"

#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

namespace {

Outcome outcomeOf(const std::string& rules, const Mail& mail = sampleMail()) {
    return run(*compiled(withRules(rules)), mail).outcomes.front();
}

}  // namespace

TEST_CASE("without rules everything is delivered") {
    const Outcome outcome = outcomeOf("[]");
    CHECK(outcome == Outcome{});
}

TEST_CASE("conditions nest") {
    CHECK(holds(
        R"({"all":[{"tls":{"is":true}},{"any":[{"sender":{"is":"x@y.example"}},{"not":{"subject":{"contains":"urgent"}}}]}]})"));
    CHECK_FALSE(holds(
        R"({"all":[{"tls":{"is":true}},{"not":{"any":[{"subject":{"contains":"invoice"}},{"tls":{"is":false}}]}}]})"));
    CHECK(holds(R"({"tls":{"is":true},"subject":{"contains":"invoice"}})"));
    CHECK_FALSE(holds(R"({"tls":{"is":true},"subject":{"contains":"urgent"}})"));
    CHECK(holds(R"({"size":{"greater":100,"less":"1M"}})"));
    CHECK_FALSE(holds(R"({"size":{"greater":100,"less":200}})"));
    CHECK(holds(R"({"not":{"not":{"tls":{"is":true}}}})"));
}

TEST_CASE("the most severe final action wins, the first among equals") {
    const Outcome outcome = outcomeOf(R"([
        {"id":"q","name":"Hold","then":[{"quarantine":{"queue":"one"}}]},
        {"id":"r","name":"Refuse","then":[{"reject":{"code":554,"status":"5.7.0","text":"No"}}]},
        {"id":"r2","then":[{"reject":{"text":"Other"}}]},
        {"id":"d","then":[{"discard":{}},{"deliver":{}}]}])");
    CHECK(outcome.verdict == Verdict{VerdictKind::kReject, "r", "Refuse", "", 554, "5.7.0", "No"});
    CHECK(outcome.matchedRules == std::vector<std::string>{"q", "r", "r2", "d"});
    CHECK(outcomeOf(R"([{"id":"a","then":[{"reject":{}}]},{"id":"b","then":[{"tempfail":{}}]}])").verdict ==
          Verdict{VerdictKind::kTempfail, "b", "b", "", 451, "4.7.1", "Try again later"});
    CHECK(outcomeOf(R"([{"id":"a","name":"Fine","then":[{"deliver":{}}]}])").verdict.reason == "Fine");
}

TEST_CASE("stop ends the run for what matched") {
    const Outcome outcome = outcomeOf(R"([
        {"id":"no","when":{"tls":{"is":false}},"then":[{"deliver":{}}],"stop":true},
        {"id":"a","then":[{"tag-subject":{"text":"[A]"}}],"stop":true},
        {"id":"b","then":[{"reject":{}}]}])");
    CHECK(outcome.verdict.kind == VerdictKind::kDeliver);
    CHECK(outcome.matchedRules == std::vector<std::string>{"a"});
}

TEST_CASE("modifying actions add up in order, and only where the mail is delivered") {
    const std::string rules = R"(
        {"id":"a","then":[{"add-header":{"name":"X-A","value":"1"}},{"remove-header":{"name":"X-B"}}]},
        {"id":"b","then":[{"replace-header":{"name":"X-C","value":"ü"}},{"tag-subject":{"text":"[T]"}},{"keep":{"queue":"z"}},
                          {"keep":{"queue":"y"}},{"keep":{"queue":"z"}}]})";
    using Kind = HeaderChange::Kind;
    const Outcome outcome = outcomeOf("[" + rules + "]");
    CHECK(outcome.changes == std::vector<HeaderChange>{{Kind::kAdd, "X-A", "1"},
                                                       {Kind::kRemove, "X-B", ""},
                                                       {Kind::kReplace, "X-C", "ü"},
                                                       {Kind::kTagSubject, "Subject", "[T]"}});
    CHECK(outcome.copyQueues == std::vector<std::string>{"y", "z"});
    const Outcome held = outcomeOf("[" + rules + R"(,{"id":"q","then":[{"quarantine":{"queue":"z"}}]}])");
    CHECK(held.changes.empty());
    CHECK(held.copyQueues == std::vector<std::string>{"y"});
    CHECK(outcomeOf("[" + rules + R"(,{"id":"t","then":[{"tempfail":{}}]}])").copyQueues.empty());
}

TEST_CASE("rules that are off, or for the other direction, do nothing") {
    const Outcome outcome = outcomeOf(R"([
        {"id":"off","enabled":false,"then":[{"reject":{}}]},
        {"id":"out","direction":"outbound","then":[{"reject":{}}]},
        {"id":"in","direction":"inbound","then":[{"deliver":{}}]}])");
    CHECK(outcome.matchedRules == std::vector<std::string>{"in"});
}

TEST_CASE("recipients are evaluated separately and keep their order") {
    Mail mail = sampleMail();
    mail.envelope.recipients = {"bob@example.com", "ann@example.org", "Sales@example.com", "zoe@example.org"};
    const auto policy = compiled(json(R"({
        "lists":{"team":{"kind":"address","entries":["sales@example.com","ann@example.org"]}},
        "rules":[{"id":"org","when":{"recipient.domain":{"is":"example.org"}},"then":[{"quarantine":{"queue":"org"}}]},
                 {"id":"team","when":{"all":[{"subject":{"contains":"invoice"}},{"recipient":{"in":"@team"}}]},"then":[{"reject":{}}]},
                 {"id":"tag","then":[{"tag-subject":{"text":"[X]"}}]}]})"));
    const Evaluation result = run(*policy, mail);
    REQUIRE(result.outcomes.size() == 4);
    CHECK(result.outcomes[0].matchedRules == std::vector<std::string>{"tag"});
    CHECK(result.outcomes[1].matchedRules == std::vector<std::string>{"org", "team", "tag"});
    CHECK(result.outcomes[1].verdict.kind == VerdictKind::kReject);
    CHECK(result.outcomes[2].matchedRules == std::vector<std::string>{"team", "tag"});
    CHECK(result.outcomes[3].verdict.queue == "org");
}

TEST_CASE("thousands of recipients that look alike to the rules cost one run") {
    Mail mail = sampleMail();
    mail.envelope.recipients.clear();
    for (int i = 0; i < 20'000; ++i)
        mail.envelope.recipients.push_back("u" + std::to_string(i) + "@example.com");
    Json rules = Json::array();
    for (int i = 0; i < 2000; ++i)
        rules.push_back({{"id", "r" + std::to_string(i)},
                         {"when", {{"recipient", {{"is", "u" + std::to_string(i * 1000) + "@example.com"}}}}},
                         {"then", {{{"quarantine", {{"queue", "q"}}}}}}});
    const auto policy = compiled({{"rules", rules}});
    Json trace;
    const Evaluation result = run(*policy, mail, &trace);
    REQUIRE(result.outcomes.size() == 20'000);
    std::size_t held = 0, alike = 0;
    for (std::size_t i = 0; i < 20'000; ++i) {
        held += result.outcomes[i].verdict.kind == VerdictKind::kQuarantine;
        alike += trace["recipients"][i].contains("same_as");
        if (i % 1000 == 0) CHECK(result.outcomes[i].verdict.rule == "r" + std::to_string(i / 1000));
    }
    CHECK(held == 20);
    CHECK(alike == 20'000 - 21);
}

TEST_CASE("the trace says for each recipient, rule and condition what matched and why") {
    Mail mail = sampleMail();
    mail.envelope.recipients = {"bob@example.com", "ann@example.com"};
    const auto policy = compiled(json(R"({
        "lists":{"risky":{"kind":"glob","entries":["*.exe","*.js"]}},
        "rules":[{"id":"off","enabled":false,"then":[{"discard":{}}]},
                 {"id":"a","name":"Risky","when":{"all":[{"body":{"contains":"Wire Transfer"}},{"attachment.name":{"matches":"@risky"}},
                    {"not":{"client.address":{"in":["10.0.0.0/8"]}}}]},"then":[{"quarantine":{"queue":"q"}}],"stop":true},
                 {"id":"b","when":{"recipient":{"is":"bob@example.com"}},"then":[{"discard":{}}]}]})"));
    Json trace;
    run(*policy, mail, &trace);
    CHECK(trace["recipients"][1]["rules"].size() == 3);
    const Json& rules = trace["recipients"][0]["rules"];
    CHECK(rules[0]["skipped"] == "the rule is off");
    CHECK(rules[1]["matched"] == true);
    const Json& all = rules[1]["condition"]["all"];
    CHECK(all[0]["test"] == "body contains \"wire transfer\"");
    CHECK(all[0]["entry"] == "wire transfer");
    CHECK(all[1] == Json{{"test", "attachment.name matches @risky"},
                         {"matched", true},
                         {"value", "invoice.pdf.exe"},
                         {"entry", ".exe"}});
    CHECK(all[2]["matched"] == true);
    CHECK(all[2]["not"]["matched"] == false);
    CHECK(rules[2]["skipped"] == "the rule \"a\" stopped the run");
    CHECK(trace["recipients"][0]["verdict"] == "quarantine");
}

TEST_CASE("values in the trace are bounded and valid text") {
    Mail mail = sampleMail();
    mail.bytes = "Content-Type: text/plain; charset=utf-8\r\n\r\n";
    for (int i = 0; i < 3000; ++i) mail.bytes += "ä ";
    mail.bytes += "needle";
    for (int i = 0; i < 3000; ++i) mail.bytes += " ö";
    for (const char* condition : {R"({"body":{"contains":"needle"}})", R"({"body":{"regex":"ne+dle"}})",
                                  R"({"body":{"regex":".*"}})"}) {
        Json trace;
        run(*compiled(withCondition(condition)), mail, &trace);
        const std::string value = trace["recipients"][0]["rules"][0]["condition"]["value"];
        CHECK(value.size() <= 210);
        CHECK_NOTHROW(trace.dump());
        if (std::string(condition) != R"({"body":{"regex":".*"}})")
            CHECK(value.find("needle") != std::string::npos);
    }
}

TEST_CASE("levels and rules for named nodes do not run in a policy that is compiled as it is") {
    const Json document = json(R"({"rules":[{"id":"a","nodes":["node:mx1"],"then":[{"discard":{}}]}],
        "levels":{"node:mx1":{"rules":[{"id":"b","then":[{"discard":{}}]}]}}})");
    CHECK(run(*compiled(document), sampleMail()).outcomes.front() == Outcome{});
}

TEST_CASE("a compiled policy knows its revision, digest and what it asks") {
    const auto policy = compilePolicy(withCondition(R"({"attachment.real-type":{"is":"a/b"}})"), 7);
    REQUIRE(policy);
    CHECK((*policy)->revision() == 7);
    CHECK((*policy)->digest() == policyDigest(withCondition(R"({"attachment.real-type":{"is":"a/b"}})")));
    CHECK((*policy)->asked(Direction::kInbound).test(static_cast<std::size_t>(FactGroup::kMessage)));
    CHECK_FALSE((*policy)->asked(Direction::kInbound).test(static_cast<std::size_t>(FactGroup::kVirus)));
    CHECK((*policy)->ruleCount() == 1);
}
