// Facts from outside the mail: what holds, what is unknown, and what a rule then does.
#include "common/policy/policy_parser.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

namespace {

Json policyWith(const std::string& condition) {
    Json document = withRules(R"([{"id":"virus","name":"Virus","when":)" + condition +
                              R"(,"then":[{"quarantine":{"queue":"virus"}}]}])");
    document["sections"] = {{"antivirus", {{"enabled", true}}}};
    return document;
}

Outcome outcomeOf(const Json& document, FactSource& source, Json* trace = nullptr) {
    Mail mail = sampleMail();
    mail.source = &source;
    return run(*compiled(document), mail, trace).outcomes.front();
}

TableSource infected() {
    TableSource source;
    source.text("virus.name", "Win.Test.EICAR");
    source.text("virus.name", "Other");
    source.flag("virus.found", true);
    return source;
}

FailureChoice choice(OnFailure what, Score score = 0) {
    return {what, score};
}

}  // namespace

TEST_CASE("virus fields match what the scanner found, and each is asked once") {
    for (const char* condition :
         {R"({"virus.found":{"is":true}})", R"({"virus.found":{"exists":true}})",
          R"({"virus.name":{"is":"other"}})", R"({"virus.name":{"in":["x","OTHER"]}})",
          R"({"virus.name":{"matches":"*EICAR"}})", R"({"virus.name":{"contains":"test"}})",
          R"({"virus.name":{"regex":"^win\\."}})", R"({"virus.name":{"exists":true}})",
          R"({"not":{"virus.name":{"is":"none"}}})"}) {
        INFO(condition);
        TableSource source = infected();
        CHECK(outcomeOf(policyWith(condition), source).verdict.queue == "virus");
        CHECK(source.asked.size() == 1);
        TableSource clean;
        const bool negated = std::string(condition).starts_with("{\"not");
        CHECK((outcomeOf(policyWith(condition), clean).verdict.kind == VerdictKind::kQuarantine) == negated);
    }
}

TEST_CASE("nobody is asked when the rest of the rule decides") {
    for (const char* condition :
         {R"({"all":[{"virus.found":{"is":true}},{"subject":{"contains":"nothing"}}]})",
          R"({"any":[{"virus.found":{"is":true}},{"subject":{"contains":"invoice"}}]})"}) {
        TableSource source = infected();
        Json trace;
        outcomeOf(policyWith(condition), source);
        CHECK(source.asked.empty());
        CHECK(source.expected.empty());
        outcomeOf(policyWith(condition), source, &trace);
        CHECK(source.asked.empty());
        CHECK(trace.dump().find("not asked: the rest of the rule decided") != std::string::npos);
    }
}

TEST_CASE("what could not be found out decides as the section says") {
    const std::string found = R"({"virus.found":{"is":true}})";
    const auto with = [&](OnFailure what) {
        TableSource source;
        source.fails("virus.found", "clamd: connection refused", choice(what, 2500));
        return source;
    };
    TableSource tempfails = with(OnFailure::kTempfail);
    const Outcome tempfail = outcomeOf(policyWith(found), tempfails);
    CHECK(tempfail.verdict.kind == VerdictKind::kTempfail);
    CHECK(tempfail.verdict.code == 451);
    CHECK(tempfail.verdict.status == "4.7.1");
    CHECK(tempfail.verdict.rule == "virus");
    CHECK(tempfail.verdict.reason == "clamd: connection refused");
    TableSource holds = with(OnFailure::kQuarantine);
    const Outcome held = outcomeOf(policyWith(found), holds);
    CHECK(held.verdict.kind == VerdictKind::kQuarantine);
    CHECK(held.verdict.queue == kUnscannedQueue);
    Json trace;
    TableSource skips = with(OnFailure::kSkip);
    CHECK(outcomeOf(policyWith(found), skips, &trace).verdict.kind == VerdictKind::kDeliver);
    CHECK(trace["notes"] == Json::array({"clamd: connection refused"}));
    CHECK(trace["recipients"][0]["rules"][0]["condition"]["unknown"] == "clamd: connection refused");
    // What is unknown stays unknown when it is negated.
    CHECK(outcomeOf(policyWith("{\"not\":" + found + "}"), tempfails).verdict.kind == VerdictKind::kTempfail);
    CHECK(outcomeOf(policyWith("{\"not\":" + found + "}"), skips).verdict.queue == "virus");
    TableSource scores = with(OnFailure::kScore);
    CHECK(outcomeOf(policyWith(found), scores).score == 2500);
    CHECK(outcomeOf(policyWith(found), scores).verdict.kind == VerdictKind::kDeliver);
}

TEST_CASE("what one scanner found holds though another is away, and the gravest failure decides") {
    TableSource source = infected();
    source.fails("virus.name", "icap: away", choice(OnFailure::kTempfail));
    CHECK(outcomeOf(policyWith(R"({"virus.name":{"is":"other"}})"), source).verdict.queue == "virus");
    CHECK(outcomeOf(policyWith(R"({"virus.name":{"exists":true}})"), source).verdict.queue == "virus");
    CHECK(outcomeOf(policyWith(R"({"virus.name":{"is":"third"}})"), source).verdict.kind ==
          VerdictKind::kTempfail);
    TableSource both;
    both.fails("virus.found", "held", choice(OnFailure::kQuarantine));
    both.fails("virus.found", "later", choice(OnFailure::kTempfail));
    CHECK(outcomeOf(policyWith(R"({"virus.found":{"is":true}})"), both).verdict.reason == "later");
}

TEST_CASE("only recipients whose rules needed the scanner are refused for now") {
    TableSource source;
    source.fails("virus.found", "down", choice(OnFailure::kTempfail));
    Mail mail = sampleMail();
    mail.source = &source;
    mail.envelope.recipients = {"bob@example.com", "ann@example.com"};
    const auto policy = compiled(
        policyWith(R"({"all":[{"recipient":{"is":"ann@example.com"}},{"virus.found":{"is":true}}]})"));
    const Evaluation result = run(*policy, mail);
    CHECK(result.outcomes[0].verdict.kind == VerdictKind::kDeliver);
    CHECK(result.outcomes[1].verdict.kind == VerdictKind::kTempfail);
    CHECK(source.asked.size() == 1);
}

TEST_CASE("without a source the trace says that facts are known only on a node") {
    Json trace;
    const auto policy = compiled(policyWith(R"({"virus.found":{"is":true}})"));
    CHECK(run(*policy, sampleMail(), &trace).outcomes.front().verdict.kind == VerdictKind::kDeliver);
    CHECK(trace["notes"][0] == "virus facts are known only on a node");
    CHECK(policy->asked(Direction::kInbound).test(static_cast<std::size_t>(FactGroup::kVirus)));
}

TEST_CASE("at the first fact that takes long, all that enabled rules may ask begin together") {
    Json document = withRules(R"([
        {"id":"a","when":{"subject":{"contains":"invoice"}},"then":[{"score":{"add":1}}]},
        {"id":"b","when":{"virus.found":{"is":true}},"then":[{"discard":{}}]},
        {"id":"c","when":{"spf.result":{"is":"fail"}},"then":[{"discard":{}}]},
        {"id":"out","direction":"outbound","when":{"rspamd.score":{"greater":1}},"then":[{"discard":{}}]},
        {"id":"off","enabled":false,"when":{"spamd.score":{"greater":1}},"then":[{"discard":{}}]}])");
    TableSource source;
    outcomeOf(document, source);
    REQUIRE(source.expected.size() == 1);
    const auto expects = [&](FactGroup group) {
        return source.expected[0].test(static_cast<std::size_t>(group));
    };
    CHECK(expects(FactGroup::kVirus));
    CHECK(expects(FactGroup::kAuthentication));
    CHECK_FALSE(expects(FactGroup::kRspamd));
    CHECK_FALSE(expects(FactGroup::kSpamd));
}

TEST_CASE("a rule may let the rules after it go without a scanner, for its recipients alone") {
    Json document = withRules(R"([
        {"id":"trust","when":{"recipient":{"is":"bob@example.com"}},"then":[{"skip":{"what":["virus","rspamd"]}}]},
        {"id":"virus","when":{"virus.found":{"is":true}},"then":[{"quarantine":{"queue":"virus"}}]},
        {"id":"none","when":{"virus.found":{"is":false}},"then":[{"score":{"add":-1.5}}]}])");
    document["sections"] = {{"antivirus", {{"enabled", true}}}};
    TableSource source = infected();
    CHECK(outcomeOf(document, source).verdict.kind == VerdictKind::kDeliver);
    CHECK(source.asked.empty());
    CHECK(outcomeOf(document, source).score == -1500);
    Mail mail = sampleMail();
    mail.source = &source;
    mail.envelope.recipients = {"bob@example.com", "ann@example.com", "bob@example.com"};
    const Evaluation result = run(*compiled(document), mail);
    CHECK(result.outcomes[0].verdict.kind == VerdictKind::kDeliver);
    CHECK(result.outcomes[1].verdict.kind == VerdictKind::kQuarantine);
    CHECK(result.outcomes[2].verdict.kind == VerdictKind::kDeliver);
}

TEST_CASE("facts about each recipient are asked for each, and only by rules that come as far") {
    Json document = withRules(R"([
        {"id":"group","when":{"recipient.group":{"is":"managers"}},"then":[{"tag-subject":{"text":"[M]"}}]}])");
    TableSource source;
    source.text("recipient.group@ann@example.com", "managers");
    Mail mail = sampleMail();
    mail.source = &source;
    mail.envelope.recipients = {"bob@example.com", "ann@example.com"};
    const Evaluation result = run(*compiled(document), mail);
    CHECK(result.outcomes[0].changes.empty());
    CHECK(result.outcomes[1].changes.size() == 1);
    CHECK(source.asked.size() == 2);
    document["rules"].insert(document["rules"].begin(),
                             json(R"({"id":"end","then":[{"deliver":{}}],"stop":true})"));
    TableSource unasked;
    mail.source = &unasked;
    run(*compiled(document), mail);
    CHECK(unasked.asked.empty());
}
