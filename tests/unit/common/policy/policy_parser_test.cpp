// What is refused, where, and in which words.
#include "common/policy/policy_parser.h"

#include "common/policy/list_entry.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

Json withAction(const std::string& action) {
    return withRules(R"([{"id":"r","then":[)" + action + "]}]");
}

}  // namespace

TEST_CASE("an empty policy is good") {
    CHECK(problemsOf(Json::object()) == "");
}

TEST_CASE("all problems are named, each with its place") {
    const Json document = json(R"({
        "lists": {"bad/name": {"kind":"address","entries":["no-at-sign"]}, "l": {"kind":"numbers","entries":[]}},
        "rules": [
          {"id":"a","when":{"all":[{"sendr":{"is":"x"}},{"size":{"greater":"10X"}}]},"then":[{"discard":{}}]},
          {"id":"a","then":[{"quarantine":{"queue":"Bad Queue"}}],"stop":"yes","colour":1}],
        "sections": {"antivirus":{"on_failure":"ignore"},"spam":{}},
        "extra": 1 })");
    const std::string all = problemsOf(document);
    CHECK_THAT(all, Contains("/lists/bad~1name: expected a list name"));
    CHECK_THAT(all, Contains("/lists/bad~1name/entries/0: expected user@domain"));
    CHECK_THAT(all, Contains("/lists/l/kind: expected a kind of list: address, domain"));
    CHECK_THAT(all, Contains("/rules/0/when/all/0/sendr: unknown field \"sendr\""));
    CHECK_THAT(all, Contains("/rules/0/when/all/1/size/greater: expected a size such as"));
    CHECK_THAT(all, Contains("/rules/1/id: another rule has the id \"a\""));
    CHECK_THAT(all, Contains("/rules/1/then/0/quarantine/queue: expected a queue name"));
    CHECK_THAT(all, Contains("/rules/1/stop: expected true or false, found a text"));
    CHECK_THAT(all, Contains("/rules/1/colour: unknown member"));
    CHECK_THAT(all, Contains("/sections/antivirus/on_failure: expected one of tempfail, skip, quarantine"));
    CHECK_THAT(all, Contains("/sections/spam: unknown section"));
    CHECK_THAT(all, Contains("/extra: unknown member"));
}

TEST_CASE("conditions that cannot be are refused with the reason") {
    const auto problem = [](const std::string& condition) { return problemsOf(withCondition(condition)); };
    CHECK_THAT(problem("[]"), StartsWith("/rules/0/when: expected a condition"));
    CHECK_THAT(problem("{}"), Contains("found an empty object"));
    CHECK_THAT(problem(R"({"all":[]})"), Contains("/rules/0/when/all: expected an array of conditions"));
    CHECK_THAT(problem(R"({"any":{"tls":{"is":true}}})"), Contains("/rules/0/when/any: expected an array"));
    CHECK_THAT(problem(R"({"not":[]})"), Contains("/rules/0/when/not: expected a condition"));
    CHECK_THAT(problem(R"({"sender":"a@b"})"), Contains("expected an operator (is, in, matches"));
    CHECK_THAT(problem(R"({"sender":{"equals":"a@b"}})"),
               Contains("unknown operator \"equals\"; it has is, in"));
    CHECK_THAT(problem(R"({"size":{"matches":"1*"}})"),
               Contains("size has no operator matches; it has is, less"));
    CHECK_THAT(problem(R"({"subject:x":{"is":"a"}})"), Contains("takes nothing after a colon"));
    CHECK_THAT(problem(R"({"header":{"is":"a"}})"), Contains("expected a header name after the colon"));
    CHECK_THAT(problem(R"({"header:a b":{"is":"a"}})"), Contains("expected a header name after the colon"));
    CHECK_THAT(problem(R"({"sender":{"in":"@nobody"}})"),
               Contains("/rules/0/when/sender/in: there is no list \"nobody\""));
    CHECK_THAT(problem(R"({"sender":{"in":"nobody"}})"),
               Contains("expected \"@name\" of a list or an array"));
    CHECK_THAT(problem(R"({"sender":{"in":[]}})"), Contains("at least one entry"));
    CHECK_THAT(problem(R"({"sender":{"in":["x"]}})"),
               Contains("/rules/0/when/sender/in/0: expected user@domain"));
    CHECK_THAT(problem(R"({"sender":{"is":"@x.example"}})"), Contains("use in for a list, or sender.domain"));
    CHECK_THAT(problem(R"({"subject":{"is":7}})"), Contains("expected a text, found a number"));
    CHECK_THAT(problem(R"({"tls":{"is":"yes"}})"), Contains("expected true or false"));
    CHECK_THAT(problem(R"({"direction":{"is":"up"}})"), Contains("expected one of inbound, outbound"));
    CHECK_THAT(problem(R"({"size":{"less":0}})"), Contains("nothing is less than 0"));
    CHECK_THAT(problem(R"({"size":{"between":[5,1]}})"), Contains("first number is greater"));
    CHECK_THAT(problem(R"({"size":{"between":[5]}})"), Contains("expected an array of two numbers"));
    CHECK_THAT(problem(R"({"recipient.count":{"is":-1}})"), Contains("expected a whole number"));
    CHECK_THAT(problem(R"({"recipient.count":{"is":"1K"}})"), Contains("expected a whole number"));
    CHECK_THAT(problem(R"({"client.address":{"in":["192.0.2.1/24"]}})"),
               Contains("did you mean 192.0.2.0/24"));
    CHECK_THAT(problem(R"({"client.address":{"is":"300.1.1.1"}})"), Contains("expected an IP address"));
    CHECK_THAT(problem(R"({"sender.domain":{"is":"a..b"}})"), Contains("expected a domain"));
    CHECK_THAT(problem(R"({"body":{"is":"x"}})"),
               Contains("body has no operator is; it has contains, regex, exists"));
}

TEST_CASE("a list of the wrong kind is refused with the kind that fits") {
    Json document = withCondition(R"({"attachment.name":{"matches":"@l"}})");
    document["lists"]["l"] = {{"kind", "text"}, {"entries", {"a"}}};
    CHECK_THAT(problemsOf(document), Contains("is of kind text; attachment.name matches takes kind glob"));
}

TEST_CASE("expressions that need backtracking are refused with the reason") {
    const auto problem = [](const std::string& regex) {
        return problemsOf(withCondition(Json{{"body", {{"regex", regex}}}}.dump()));
    };
    CHECK_THAT(problem("a(?=b)"),
               Contains("look-ahead is not possible: it cannot be searched in linear time"));
    CHECK_THAT(problem("((a{100}){100}){100}"), Contains("repeats more than 1000 times"));
    CHECK_THAT(problem("\\pL{1000}\\PN{1000}"), Contains("too large"));
    CHECK_THAT(problem("(a"), Contains("not a valid regular expression"));
    CHECK_THAT(problem("a\\Cb"), Contains("half a character"));
    CHECK_THAT(problem(std::string("a\0b", 3)), Contains("NUL"));
    CHECK(problem("(a+)+$") == "");
}

TEST_CASE("actions that cannot be are refused with the reason") {
    const auto problem = [](const std::string& action) { return problemsOf(withAction(action)); };
    CHECK_THAT(problem(R"({"explode":{}})"),
               Contains("/rules/0/then/0/explode: unknown action; known are deliver"));
    CHECK_THAT(problem(R"({"discard":{},"deliver":{}})"),
               Contains("/rules/0/then/0: expected an object of one action"));
    CHECK_THAT(problem(R"({"discard":true})"), Contains("expected an object of parameters"));
    CHECK_THAT(problem(R"({"discard":{"queue":"x"}})"), Contains("unknown parameter; discard has none"));
    CHECK_THAT(problem(R"({"quarantine":{}})"), Contains("quarantine needs \"queue\""));
    CHECK_THAT(problem(R"({"quarantine":{"queue":"-x"}})"), Contains("expected a queue name"));
    CHECK_THAT(problem(R"({"keep":{"queue":"abcdefghijklmnopqrstuvwxyz1234567"}})"),
               Contains("expected a queue name"));
    CHECK_THAT(problem(R"({"reject":{"code":450}})"), Contains("expected an SMTP code from 500 to 599"));
    CHECK_THAT(problem(R"({"reject":{"status":"4.7.1"}})"), Contains("5.x.x"));
    CHECK_THAT(problem(R"({"reject":{"status":"5.7"}})"), Contains("5.x.x"));
    CHECK_THAT(problem(R"({"tempfail":{"code":421}})"), Contains("from 400 to 499, but not 421"));
    CHECK_THAT(problem(R"({"tempfail":{"status":"5.7.1"}})"), Contains("4.x.x"));
    CHECK_THAT(problem(R"({"reject":{"text":"a\r\nb"}})"), Contains("one line of printable ASCII"));
    CHECK_THAT(problem(R"({"add-header":{"name":"X Y","value":"v"}})"), Contains("expected a header name"));
    CHECK_THAT(problem(R"({"add-header":{"name":"X:","value":"v"}})"), Contains("expected a header name"));
    CHECK_THAT(problem(R"({"add-header":{"name":"X-A","value":"a\nBcc: x@y"}})"),
               Contains("one line without control"));
    CHECK_THAT(problem(R"({"replace-header":{"name":"X-A","value":"a\rb"}})"),
               Contains("one line without control"));
    CHECK_THAT(problem(R"({"remove-header":{"name":"x-weir-release"}})"), Contains("written by Weir alone"));
    CHECK_THAT(problem(R"({"tag-subject":{"text":""}})"), Contains("1 to 100 bytes"));
    CHECK_THAT(problem(""), Contains("expected an array of 1 to 50 actions"));
    CHECK(problem(R"({"reject":{"code":554,"status":"5.7.26","text":"No."}})") == "");
}

TEST_CASE("rules of many kinds of wrong members are refused") {
    CHECK_THAT(problemsOf(withRules(R"([{"id":"bad id","then":[{"discard":{}}]}])")),
               Contains("/rules/0/id: expected an id"));
    CHECK_THAT(problemsOf(withRules(R"([{"then":[{"discard":{}}]}])")), Contains("/rules/0/id"));
    CHECK_THAT(problemsOf(withRules(R"([7])")), Contains("/rules/0: expected a rule object, found a number"));
    CHECK_THAT(problemsOf(withRules(R"([{"id":"a"}])")), Contains("/rules/0/then: expected an array"));
    CHECK_THAT(problemsOf(withRules(R"([{"id":"a","direction":"both","then":[{"discard":{}}]}])")),
               Contains("leave it out for both"));
    CHECK_THAT(problemsOf(withRules(R"([{"id":"a","nodes":["mx1"],"then":[{"discard":{}}]}])")),
               Contains("/rules/0/nodes/0: expected \"group:NAME\""));
    CHECK_THAT(problemsOf(withRules(R"([{"id":"a","name":"two\nlines","then":[{"discard":{}}]}])")),
               Contains("/rules/0/name"));
    CHECK_THAT(problemsOf(json(R"([])")), Contains("expected a policy object, found an array"));
}

TEST_CASE("the limits hold") {
    SECTION("nesting") {
        const auto nested = [](int levels) {
            std::string text = R"({"tls":{"is":true}})";
            for (int i = 1; i < levels; ++i) text = "{\"not\":" + text + "}";
            return problemsOf(withCondition(text));
        };
        CHECK(nested(20) == "");
        CHECK_THAT(nested(21), Contains("conditions nest deeper than 20"));
    }
    SECTION("pattern length") {
        const auto phrase = [](std::size_t length) {
            return problemsOf(withCondition(Json{{"body", {{"contains", std::string(length, 'x')}}}}.dump()));
        };
        CHECK(phrase(4096) == "");
        CHECK_THAT(phrase(4097), Contains("longer than 4096 bytes"));
    }
    SECTION("rules") {
        Json rules = Json::array();
        for (std::size_t i = 0; i <= PolicyLimits::kRules; ++i)
            rules.push_back({{"id", "r" + std::to_string(i)}, {"then", {{{"discard", Json::object()}}}}});
        CHECK_THAT(problemsOf({{"rules", rules}}), Contains("/rules: more than 20000 rules"));
        rules.erase(rules.size() - 1);
        CHECK(problemsOf({{"rules", rules}}) == "");
    }
    SECTION("entries, of lists and arrays together") {
        Json entries = Json::array();
        for (std::size_t i = 0; i < PolicyLimits::kEntries; ++i) entries.push_back("e" + std::to_string(i));
        Json document = withCondition(R"({"subject":{"in":["one more"]}})");
        document["lists"]["big"] = {{"kind", "text"}, {"entries", entries}};
        CHECK_THAT(problemsOf(document), Contains("more than 1000000 entries together"));
    }
    SECTION("problems") {
        Json entries = Json::array();
        for (int i = 0; i < 5000; ++i) entries.push_back("");
        const auto parsed = parsePolicy({{"lists", {{"l", {{"kind", "text"}, {"entries", entries}}}}}});
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().size() == ProblemList::kMost + 1);
        CHECK(parsed.error().back().what == "and 4800 more problems");
    }
}

TEST_CASE("sections are read with their defaults, ranges and sizes") {
    const auto policy = compiled(json(R"({"sections":{
        "antivirus":{"enabled":true,"address":"unix:/run/clamd.sock","on_failure":"quarantine","timeout_ms":500,"max_size":"1M"},
        "retention":{"quarantine_days":7}}})"));
    CHECK(policy->sections().antivirus.enabled);
    CHECK(policy->sections().antivirus.address == "unix:/run/clamd.sock");
    CHECK(policy->sections().antivirus.failure.choice == OnFailure::kQuarantine);
    CHECK(policy->sections().antivirus.timeoutMillis == 500);
    CHECK(policy->sections().antivirus.maxBytes == 1u << 20);
    CHECK(policy->sections().retention.quarantineDays == 7);
    CHECK(policy->sections().retention.quarantineBytes == 10ull << 30);
    CHECK(policy->sections().report.days == 14);
    const auto problem = [](const char* sections) { return problemsOf({{"sections", json(sections)}}); };
    CHECK_THAT(problem(R"({"antivirus":{"timeout_ms":1}})"),
               Contains("expected a whole number from 100 to 120000"));
    CHECK_THAT(problem(R"({"retention":{"quarantine_size":"1K"}})"),
               Contains("expected a size from 1M to 1024T"));
    CHECK_THAT(problem(R"({"antivirus":{"address":"localhost:3310"}})"),
               Contains("inet:HOST:PORT or unix:/PATH"));
    CHECK_THAT(problem(R"({"antivirus":{"address":"inet:localhost:99999"}})"), Contains("inet:HOST:PORT"));
    CHECK_THAT(problem(R"({"antivirus":{"colour":"red"}})"),
               Contains("/sections/antivirus/colour: unknown member"));
}

TEST_CASE("sizes are read and written alike") {
    for (const char* text : {"0", "1", "1023", "1K", "10M", "2G", "3T"})
        CHECK(sizeText(*parseSize(text)) == text);
    CHECK(*parseSize("10m") == 10u << 20);
    for (const char* wrong : {"", "K", "1KB", "-1", "1.5M", "99999999999T", " 1"})
        CHECK_FALSE(parseSize(wrong));
}

TEST_CASE("what is allowed but probably not meant is a warning") {
    const auto parsed = parsePolicy(json(R"({
        "lists":{"unused":{"kind":"text","entries":["x"]},"empty":{"kind":"text","entries":[]}},
        "rules":[{"id":"v","when":{"virus.found":{"is":true}},"then":[{"discard":{}}]},
                 {"id":"e","when":{"subject":{"in":"@empty"}},"then":[{"discard":{}}]},
                 {"id":"all","then":[{"deliver":{}}],"stop":true},
                 {"id":"late","then":[{"discard":{}}]}]})"));
    REQUIRE(parsed);
    std::string all;
    for (const Problem& one : policyWarnings(**parsed)) all += one.text() + "\n";
    CHECK_THAT(all, Contains("/rules/0: asks about virus"));
    CHECK_THAT(all, Contains("/rules/3: is never reached: the rule \"all\""));
    CHECK_THAT(all, Contains("/lists/unused: no rule uses this list"));
    CHECK_THAT(all, Contains("/lists/empty: this list has no entries"));
    CHECK_THAT(all, !Contains("/lists/empty: no rule"));
}
