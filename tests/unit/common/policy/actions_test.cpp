// What each action does to an outcome.
#include "common/policy/policy_parser.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

namespace {

Json sections() {
    return json(R"({
        "site": {"administrator": "postmaster@example.com"},
        "notices": {"held": {"subject": "Held: ${subject}", "text": "From ${sender} to ${recipient}", "attach_headers": true}},
        "disclaimers": {"legal": {"text": "Confidential, ${sender}", "html": "<b>${sender}</b>", "position": "before",
                                  "separator": "--"}},
        "rates": {"mails": {"key": "sender", "limit": 10, "window_s": 60}}})");
}

Json withActions(const std::string& actions,
                 const std::string& condition = R"({"subject":{"exists":true}})") {
    Json document =
        withRules(R"([{"id":"r","name":"Rule R","when":)" + condition + R"(,"then":)" + actions + "}]");
    document["sections"] = sections();
    return document;
}

Outcome outcomeOf(const std::string& actions, Mail mail = sampleMail()) {
    return run(*compiled(withActions(actions)), mail).outcomes.front();
}

}  // namespace

TEST_CASE("final actions give their verdict with macros filled in") {
    Mail mail = sampleMail();
    mail.envelope.queueId = "4XyZ";
    const Verdict reject =
        outcomeOf(R"([{"reject":{"code":554,"status":"5.7.0","text":"No: ${queue-id} $$5 $x"}}])", mail)
            .verdict;
    CHECK(reject.kind == VerdictKind::kReject);
    CHECK(reject.code == 554);
    CHECK(reject.status == "5.7.0");
    CHECK(reject.text == "No: 4XyZ $5 $x");
    CHECK(reject.reason == "Rule R");
    CHECK(outcomeOf(R"([{"tempfail":{}}])").verdict.text == "Try again later");
    CHECK(outcomeOf(R"([{"discard":{}}])").verdict.kind == VerdictKind::kDiscard);
    CHECK(outcomeOf(R"([{"quarantine":{"queue":"q"}}])").verdict.queue == "q");
    CHECK(outcomeOf(R"([{"deliver":{}}])").verdict.kind == VerdictKind::kDeliver);
}

TEST_CASE("headers and subject tags take macros, and hostile values stay on their line") {
    Mail mail = sampleMail();
    mail.bytes = "Subject: =?utf-8?Q?a=0D=0AX-Evil:_b?=\r\nFrom: a@b.example\r\n\r\nx";
    const Outcome outcome = outcomeOf(
        R"([{"add-header":{"name":"X-A","value":"${subject}"}},{"replace-header":{"name":"X-B","value":"${sender}"}},
            {"remove-header":{"name":"X-C"}},{"tag-subject":{"text":"[${rule}]"}}])",
        mail);
    REQUIRE(outcome.changes.size() == 4);
    CHECK(outcome.changes[0].value.find_first_of("\r\n") == std::string::npos);
    CHECK(outcome.changes[1].value == "Alice@mail.Partner.example");
    CHECK(outcome.changes[2].kind == HeaderChange::Kind::kRemove);
    CHECK(outcome.changes[3].value == "[r]");
}

TEST_CASE("copies go to mailboxes beside any verdict but tempfail") {
    const std::string copies =
        R"({"copy":{"to":"b@example.com","as":"changed"}},{"copy":{"to":"a@example.com"}},{"copy":{"to":"a@example.com"}})";
    const Outcome outcome = outcomeOf("[" + copies + R"(,{"discard":{}}])");
    CHECK(outcome.copies == std::vector<CopyOrder>{{"a@example.com", false}, {"b@example.com", true}});
    CHECK(outcomeOf("[" + copies + R"(,{"tempfail":{}}])").copies.empty());
}

TEST_CASE("a redirect holds for delivered mail alone") {
    CHECK(outcomeOf(R"([{"redirect":{"to":"other@example.com"}}])").redirect == "other@example.com");
    CHECK(outcomeOf(R"([{"redirect":{"to":"other@example.com"}},{"reject":{}}])").redirect.empty());
}

TEST_CASE("strip takes the attachments that the conditions found, and keeps the mail") {
    const auto stripped = [](const std::string& actions, const std::string& condition) {
        return run(*compiled(withActions(actions, condition)), sampleMail()).outcomes.front();
    };
    const std::string strip = R"([{"strip":{"queue":"kept","notice":"held"}}])";
    Outcome outcome = stripped(strip, R"({"attachment.name":{"matches":"*.exe"}})");
    REQUIRE(outcome.bodyOrders.size() == 1);
    CHECK(outcome.bodyOrders[0].attachments == std::vector<std::uint32_t>{0});
    CHECK(outcome.bodyOrders[0].text == "From Alice@mail.Partner.example to bob@example.com");
    CHECK(outcome.bodyOrders[0].queue == "kept");
    CHECK(outcome.copyQueues == std::vector<std::string>{"kept"});
    // Two conditions: what either found. Under not: nothing is found by it.
    CHECK(
        stripped(strip, R"({"any":[{"attachment.size":{"is":10}},{"attachment.name":{"matches":"*.none"}}]})")
            .bodyOrders[0]
            .attachments == std::vector<std::uint32_t>{1});
    CHECK(
        stripped(strip,
                 R"({"all":[{"attachment.extension":{"is":"txt"}},{"not":{"attachment.name":{"is":"x"}}}]})")
            .bodyOrders[0]
            .attachments == std::vector<std::uint32_t>{1});
    // Found by none in particular: all.
    CHECK(stripped(strip, R"({"subject":{"exists":true}})").bodyOrders[0].attachments.size() == 2);
    CHECK(stripped(R"([{"strip":{"queue":"kept","which":"all"}}])",
                   R"({"attachment.name":{"matches":"*.exe"}})")
              .bodyOrders[0]
              .attachments.size() == 2);
    CHECK(stripped(R"([{"strip":{"queue":"kept"}},{"discard":{}}])", R"({"subject":{"exists":true}})")
              .bodyOrders.empty());
    Mail plain = sampleMail();
    plain.bytes = "Subject: x\r\n\r\nno attachment";
    const Outcome none = outcomeOf(R"([{"strip":{"queue":"kept"}}])", plain);
    CHECK(none.bodyOrders.empty());
    CHECK(none.copyQueues.empty());
}

TEST_CASE("disclaimer and disarm say how the body changes") {
    const Outcome outcome = outcomeOf(R"([{"disarm":{"links":false}},{"disclaimer":{"name":"legal"}}])");
    REQUIRE(outcome.bodyOrders.size() == 2);
    CHECK(outcome.bodyOrders[0].remoteImages);
    CHECK_FALSE(outcome.bodyOrders[0].links);
    CHECK(outcome.bodyOrders[1].text == "Confidential, Alice@mail.Partner.example");
    CHECK(outcome.bodyOrders[1].html == "<b>Alice@mail.Partner.example</b>");
    CHECK(outcome.bodyOrders[1].before);
    CHECK(outcome.bodyOrders[1].separator == "--");
}

TEST_CASE("a notice is never written to a sender from outside who did not log in") {
    const std::string toSender = R"([{"notify":{"to":"sender","notice":"held"}}])";
    CHECK(outcomeOf(toSender).notices.empty());
    Mail user = sampleMail();
    user.envelope.authUser = "alice";
    CHECK(outcomeOf(toSender, user).notices.size() == 1);
    Mail outbound = sampleMail();
    outbound.envelope.direction = Direction::kOutbound;
    CHECK(outcomeOf(toSender, outbound).notices.front().to == outbound.envelope.sender);
    outbound.envelope.sender.clear();
    CHECK(outcomeOf(toSender, outbound).notices.empty());
}

TEST_CASE("notices go to administrator, recipient or an address, each once a mail") {
    const Outcome outcome = outcomeOf(
        R"([{"notify":{"to":"administrator","notice":"held"}},{"notify":{"to":"recipient","notice":"held"}},
            {"notify":{"to":"soc@example.com","notice":"held"}},{"notify":{"to":"soc@example.com","notice":"held"}}])");
    REQUIRE(outcome.notices.size() == 3);
    CHECK(outcome.notices[0].to == "bob@example.com");
    CHECK(outcome.notices[1].to == "postmaster@example.com");
    CHECK(outcome.notices[1].attachHeaders);
    CHECK(outcome.notices[2].subject.find("Held: Quarterly Invoice") == 0);
    CHECK(
        outcomeOf(R"([{"notify":{"to":"administrator","notice":"held"}},{"tempfail":{}}])").notices.empty());
}

TEST_CASE("an alert is a line for the console") {
    CHECK(outcomeOf(R"([{"alert":{"text":"look at ${client.address}"}}])").alerts ==
          std::vector<RaisedAlert>{{"r", "look at 192.0.2.17"}});
}

TEST_CASE("greylisting refuses for now as long as there is something to wait for") {
    TableSource source;
    source.waits["bob@example.com"] = {std::chrono::seconds(120), "120 s to wait"};
    Mail mail = sampleMail();
    mail.source = &source;
    mail.envelope.recipients = {"bob@example.com", "ann@example.com"};
    const Evaluation result = run(*compiled(withActions(R"([{"greylist":{}}])")), mail);
    CHECK(result.outcomes[0].verdict.kind == VerdictKind::kTempfail);
    CHECK(result.outcomes[0].verdict.text == "Greylisted, try again later");
    CHECK(result.outcomes[0].verdict.reason == "greylisted: 120 s to wait");
    CHECK(result.outcomes[1].verdict.kind == VerdictKind::kDeliver);
    Json trace;
    CHECK(
        run(*compiled(withActions(R"([{"greylist":{}}])")), sampleMail(), &trace).outcomes[0].verdict.kind ==
        VerdictKind::kDeliver);
    CHECK(trace["recipients"][0]["remarks"][0] == "greylisting is known only on a node");
}

TEST_CASE("a rate over its limit is refused as the rule says") {
    TableSource source;
    source.rates["mails"] = {11, true};
    Mail mail = sampleMail();
    mail.source = &source;
    CHECK(outcomeOf(R"([{"rate-limit":{"rate":"mails"}}])", mail).verdict.kind == VerdictKind::kTempfail);
    const Verdict reject =
        outcomeOf(R"([{"rate-limit":{"rate":"mails","then":"reject","text":"Enough"}}])", mail).verdict;
    CHECK(reject.kind == VerdictKind::kReject);
    CHECK(reject.code == 550);
    CHECK(reject.text == "Enough");
    CHECK(reject.reason == "rate mails: 11 of 10");
    source.rates["mails"] = {10, false};
    CHECK(outcomeOf(R"([{"rate-limit":{"rate":"mails"}}])", mail).verdict.kind == VerdictKind::kDeliver);
}

TEST_CASE("actions that refer to nothing, or make no sense, are refused where they stand") {
    const auto problems = [](const std::string& action) {
        return problemsOf(withActions("[" + action + "]"));
    };
    CHECK(problems(R"({"disclaimer":{"name":"none"}})")
              .find("/rules/0/then/0/disclaimer/name: there is no \"none\" in the section disclaimers") == 0);
    CHECK(problems(R"({"notify":{"to":"administrator","notice":"none"}})").find("section notices") !=
          std::string::npos);
    CHECK(problems(R"({"rate-limit":{"rate":"none"}})").find("section rates") != std::string::npos);
    CHECK(problems(R"({"strip":{"queue":"q","notice":"none"}})").find("section notices") !=
          std::string::npos);
    CHECK(problems(R"({"strip":{"queue":"q","which":"some"}})").find("expected one of matched, all") !=
          std::string::npos);
    CHECK(problems(R"({"copy":{"to":"nobody"}})").find("expected a mail address") != std::string::npos);
    CHECK(problems(R"({"redirect":{"to":"a@b.example\nRCPT"}})").find("expected a mail address") !=
          std::string::npos);
    CHECK(problems(R"({"score":{"add":1.2345}})").find("three decimals") != std::string::npos);
    CHECK(problems(R"({"score":{"add":1001}})").find("from -1000 to 1000") != std::string::npos);
    CHECK(problems(R"({"skip":{"what":["everything"]}})").find("expected one of virus") != std::string::npos);
    CHECK(problems(R"({"skip":{"what":[]}})").find("expected an array") != std::string::npos);
    CHECK(problems(R"({"disarm":{"links":"yes"}})").find("expected true or false") != std::string::npos);
    CHECK(problems(R"({"add-header":{"name":"X-A","value":"${nothing}"}})").find("nothing") !=
          std::string::npos);
    Json document = withRules(R"([{"id":"r","then":[{"notify":{"to":"administrator","notice":"n"}}]}])");
    document["sections"] = json(R"({"notices":{"n":{"text":"t"}}})");
    CHECK(problemsOf(document).find("names no administrator") != std::string::npos);
}
