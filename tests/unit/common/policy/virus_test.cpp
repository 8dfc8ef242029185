// Virus facts, and what happens when they cannot be had.
#include "common/policy/policy_parser.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

namespace {

struct Scanner {
    VirusResult result;
    int calls = 0;
    VirusScan scan() {
        return [this] {
            ++calls;
            return result;
        };
    }
};

Json policyWith(const std::string& onFailure, const std::string& condition) {
    Json document = withRules(R"([{"id":"virus","name":"Virus","when":)" + condition +
                              R"(,"then":[{"quarantine":{"queue":"virus"}}]}])");
    document["sections"] = {{"antivirus", {{"enabled", true}, {"on_failure", onFailure}}}};
    return document;
}

Outcome outcomeOf(const Json& document, Scanner& scanner, Json* trace = nullptr) {
    Mail mail = sampleMail();
    mail.scan = scanner.scan();
    return run(*compiled(document), mail, trace).outcomes.front();
}

Scanner infected() {
    return {{VirusResult::State::kInfected, {"Win.Test.EICAR", "Other"}, "", 1}};
}

}  // namespace

TEST_CASE("virus fields match what the scanner found, and it is asked once") {
    for (const char* condition :
         {R"({"virus.found":{"is":true}})", R"({"virus.found":{"exists":true}})",
          R"({"virus.name":{"is":"other"}})", R"({"virus.name":{"in":["x","OTHER"]}})",
          R"({"virus.name":{"matches":"*EICAR"}})", R"({"virus.name":{"contains":"test"}})",
          R"({"virus.name":{"regex":"^win\\."}})", R"({"virus.name":{"exists":true}})",
          R"({"not":{"virus.name":{"is":"none"}}})"}) {
        INFO(condition);
        Scanner scanner = infected();
        CHECK(outcomeOf(policyWith("tempfail", condition), scanner).verdict.queue == "virus");
        CHECK(scanner.calls == 1);
        Scanner clean;
        clean.result.state = VirusResult::State::kClean;
        const bool negated = std::string(condition).starts_with("{\"not");
        CHECK((outcomeOf(policyWith("tempfail", condition), clean).verdict.kind ==
               VerdictKind::kQuarantine) == negated);
    }
}

TEST_CASE("the scanner is not asked when the rest of the rule decides") {
    for (const char* condition :
         {R"({"all":[{"virus.found":{"is":true}},{"subject":{"contains":"nothing"}}]})",
          R"({"any":[{"virus.found":{"is":true}},{"subject":{"contains":"invoice"}}]})"}) {
        Scanner scanner = infected();
        Json trace;
        outcomeOf(policyWith("tempfail", condition), scanner);
        CHECK(scanner.calls == 0);
        outcomeOf(policyWith("tempfail", condition), scanner, &trace);
        CHECK(scanner.calls == 0);
        CHECK(trace.dump().find("not asked: the rest of the rule decided") != std::string::npos);
    }
}

TEST_CASE("a scanner that fails decides as on_failure says") {
    const std::string found = R"({"virus.found":{"is":true}})";
    for (auto state : {VirusResult::State::kUnavailable, VirusResult::State::kTooLarge}) {
        Scanner scanner{{state, {}, "connection refused", 0}};
        const Outcome tempfail = outcomeOf(policyWith("tempfail", found), scanner);
        CHECK(tempfail.verdict.kind == VerdictKind::kTempfail);
        CHECK(tempfail.verdict.code == 451);
        CHECK(tempfail.verdict.status == "4.7.1");
        CHECK(tempfail.verdict.rule == "virus");
        CHECK(tempfail.verdict.reason.find(state == VirusResult::State::kTooLarge
                                               ? "larger"
                                               : "connection refused") != std::string::npos);
        const Outcome held = outcomeOf(policyWith("quarantine", found), scanner);
        CHECK(held.verdict.kind == VerdictKind::kQuarantine);
        CHECK(held.verdict.queue == kUnscannedQueue);
        Json trace;
        const Outcome skipped = outcomeOf(policyWith("skip", found), scanner, &trace);
        CHECK(skipped.verdict.kind == VerdictKind::kDeliver);
        CHECK(trace["notes"].size() == 1);
        CHECK(trace["recipients"][0]["rules"][0]["condition"].contains("unknown"));
        // What is unknown stays unknown when it is negated.
        CHECK(outcomeOf(policyWith("tempfail", "{\"not\":" + found + "}"), scanner).verdict.kind ==
              VerdictKind::kTempfail);
        CHECK(outcomeOf(policyWith("skip", "{\"not\":" + found + "}"), scanner).verdict.queue == "virus");
    }
}

TEST_CASE("only recipients whose rules needed the scanner are refused for now") {
    Scanner scanner{{VirusResult::State::kUnavailable, {}, "down", 0}};
    Mail mail = sampleMail();
    mail.scan = scanner.scan();
    mail.envelope.recipients = {"bob@example.com", "ann@example.com"};
    const auto policy = compiled(policyWith(
        "tempfail", R"({"all":[{"recipient":{"is":"ann@example.com"}},{"virus.found":{"is":true}}]})"));
    const Evaluation result = run(*policy, mail);
    CHECK(result.outcomes[0].verdict.kind == VerdictKind::kDeliver);
    CHECK(result.outcomes[1].verdict.kind == VerdictKind::kTempfail);
    CHECK(scanner.calls == 1);
}

TEST_CASE("while the section is disabled nothing is asked and nothing matches") {
    Json document = policyWith("tempfail", R"({"virus.found":{"is":true}})");
    document["sections"]["antivirus"]["enabled"] = false;
    Scanner scanner = infected();
    Json trace;
    CHECK(outcomeOf(document, scanner, &trace).verdict.kind == VerdictKind::kDeliver);
    CHECK(scanner.calls == 0);
    CHECK(trace["notes"][0] == "the antivirus section is not enabled");
    CHECK_FALSE(compiled(document)->asksVirus());
}

TEST_CASE("without a scanner the trace says that virus facts are known only on a node") {
    Json trace;
    const auto policy = compiled(policyWith("tempfail", R"({"virus.found":{"is":true}})"));
    CHECK(run(*policy, sampleMail(), &trace).outcomes.front().verdict.kind == VerdictKind::kDeliver);
    CHECK(trace["notes"][0] == "virus facts are known only on a node");
    CHECK(policy->asksVirus());
}
