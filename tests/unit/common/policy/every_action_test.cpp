// Every action of the table on a mail: what it does to the outcome. One section an action:
//
//   unit-common-policy "[action]" -c strip
#include <algorithm>
#include <functional>

#include "common/policy/rule_fields.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

namespace {

Json documentOf(const std::string& actions) {
    Json document = withRules(
        R"([{"id":"r","name":"Rule R","when":{"attachment.name":{"matches":"*.exe"}},"then":)" + actions +
        R"(},{"id":"after","when":{"virus.found":{"is":true}},"then":[{"discard":{}}]}])");
    document["sections"] = json(R"({
        "antivirus": {"enabled": true},
        "site": {"administrator": "postmaster@example.com"},
        "notices": {"held": {"subject": "Held", "text": "From ${sender}"}},
        "disclaimers": {"legal": {"text": "Confidential"}},
        "rates": {"mails": {"key": "sender", "limit": 10, "window_s": 60}}})");
    return document;
}

struct Row {
    const char* action;
    const char* parameters;
    std::function<bool(const Outcome&)> done;
};

bool changes(const Outcome& outcome, HeaderChange::Kind kind, const char* name) {
    return outcome.changes.size() == 1 && outcome.changes[0].kind == kind && outcome.changes[0].name == name;
}

const Row kRows[] = {
    {"deliver", "{}",
     [](const Outcome& o) { return o.verdict.kind == VerdictKind::kDeliver && o.verdict.rule == "r"; }},
    {"quarantine", R"({"queue":"q"})",
     [](const Outcome& o) { return o.verdict.kind == VerdictKind::kQuarantine && o.verdict.queue == "q"; }},
    {"reject", R"({"code":554,"status":"5.7.0","text":"no"})",
     [](const Outcome& o) { return o.verdict.kind == VerdictKind::kReject && o.verdict.code == 554; }},
    {"tempfail", "{}",
     [](const Outcome& o) { return o.verdict.kind == VerdictKind::kTempfail && o.verdict.code == 451; }},
    {"discard", "{}", [](const Outcome& o) { return o.verdict.kind == VerdictKind::kDiscard; }},
    {"add-header", R"({"name":"X-A","value":"${sender}"})",
     [](const Outcome& o) {
         return changes(o, HeaderChange::Kind::kAdd, "X-A") &&
                o.changes[0].value == "Alice@mail.Partner.example";
     }},
    {"replace-header", R"({"name":"X-A","value":"v"})",
     [](const Outcome& o) { return changes(o, HeaderChange::Kind::kReplace, "X-A"); }},
    {"remove-header", R"({"name":"X-A"})",
     [](const Outcome& o) { return changes(o, HeaderChange::Kind::kRemove, "X-A"); }},
    {"tag-subject", R"({"text":"[BULK]"})",
     [](const Outcome& o) { return o.changes.size() == 1 && o.changes[0].value == "[BULK]"; }},
    {"keep", R"({"queue":"q"})",
     [](const Outcome& o) {
         return o.verdict.kind == VerdictKind::kDeliver && o.copyQueues == std::vector<std::string>{"q"};
     }},
    {"copy", R"({"to":"a@example.com","as":"changed"})",
     [](const Outcome& o) {
         return o.copies == std::vector<CopyOrder>{{"a@example.com", true}};
     }},
    {"redirect", R"({"to":"a@example.com"})", [](const Outcome& o) { return o.redirect == "a@example.com"; }},
    {"strip", R"({"queue":"q","notice":"held"})",
     [](const Outcome& o) {
         return o.bodyOrders.size() == 1 && o.bodyOrders[0].attachments == std::vector<std::uint32_t>{0} &&
                o.copyQueues == std::vector<std::string>{"q"};
     }},
    {"disclaimer", R"({"name":"legal"})",
     [](const Outcome& o) { return o.bodyOrders.size() == 1 && o.bodyOrders[0].text == "Confidential"; }},
    {"disarm", R"({"links":false})",
     [](const Outcome& o) {
         return o.bodyOrders.size() == 1 && o.bodyOrders[0].remoteImages && !o.bodyOrders[0].links;
     }},
    {"score", R"({"add":2.5})", [](const Outcome& o) { return o.score == 2500; }},
    {"skip", R"({"what":["virus"]})",  // the rule after it would discard
     [](const Outcome& o) { return o.verdict.kind == VerdictKind::kDeliver && o.matchedRules.size() == 1; }},
    {"greylist", "{}",
     [](const Outcome& o) {
         return o.verdict.kind == VerdictKind::kTempfail && o.verdict.text == "Greylisted, try again later";
     }},
    {"rate-limit", R"({"rate":"mails","then":"reject","text":"Enough"})",
     [](const Outcome& o) { return o.verdict.kind == VerdictKind::kReject && o.verdict.text == "Enough"; }},
    {"notify", R"({"to":"administrator","notice":"held"})",
     [](const Outcome& o) { return o.notices.size() == 1 && o.notices[0].to == "postmaster@example.com"; }},
    {"alert", R"({"text":"look at ${client.address}"})",
     [](const Outcome& o) { return o.alerts.size() == 1; }},
};

// With something to wait for and a rate over its limit.
Outcome outcomeOf(const std::string& action, const std::string& parameters, bool infected) {
    TableSource source;
    source.waits["bob@example.com"] = {std::chrono::seconds(60), "60 s to wait"};
    source.rates["mails"] = {11, true};
    if (infected) source.flag("virus.found", true);
    Mail mail = sampleMail();
    mail.source = &source;
    return run(*compiled(documentOf("[{\"" + action + "\":" + parameters + "}]")), mail).outcomes.front();
}

}  // namespace

TEST_CASE("every action does what it says", "[action]") {
    for (const Row& row : kRows) {
        DYNAMIC_SECTION(row.action) {
            const bool infected = std::string_view(row.action) == "skip";
            CHECK(row.done(outcomeOf(row.action, row.parameters, infected)));
            // Without it nothing of the kind happens.
            CHECK_FALSE(row.done(outcomeOf("score", "{\"add\":0.5}", infected)));
        }
    }
}

TEST_CASE("no action of the table is without a row") {
    for (const ActionSpec& action : ruleActions()) {
        INFO(action.name);
        CHECK(std::any_of(std::begin(kRows), std::end(kRows),
                          [&](const Row& row) { return row.action == action.name; }));
    }
}
