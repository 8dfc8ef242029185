// Sections: every setting with its default and its limits, named entries, references.
#include "common/policy/policy_sections.h"

#include "common/policy/rule.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

namespace {

std::string problemsOfSections(const std::string& sections) {
    return problemsOf(Json{{"sections", json(sections)}});
}

PolicyPtr parsed(const std::string& sections) {
    auto policy = parsePolicy(Json{{"sections", json(sections)}});
    REQUIRE(policy);
    return *policy;
}

}  // namespace

TEST_CASE("defaults of sections fit together, and every name stands once") {
    const PolicySections defaults;
    CHECK(defaults.antivirus.address == "inet:127.0.0.1:3310");
    CHECK(defaults.parsing.failure.choice == OnFailure::kQuarantine);
    CHECK(defaults.greylisting.delaySeconds == 300);
    for (const SectionSpec& one : policySections()) {
        INFO(one.name);
        CHECK(findSection(one.name) == &one);
        for (const SettingSpec& setting : one.settings) {
            CHECK_FALSE(setting.help.empty());
            CHECK((setting.kind != SettingSpec::Kind::kChoice || !setting.choices.empty()));
        }
    }
}

TEST_CASE("a named section holds entries, each with the defaults it does not set") {
    const PolicyPtr policy = parsed(R"({"dns-lists": {"comment": "ours", "zen": {"zone": "zen.example.org",
        "codes": ["127.0.0.2 sbl 4.5", "127.0.0.4/30 xbl"], "weight": 2}},
        "rates": {"hour": {"key": "header", "header": "Subject", "limit": 100}}})");
    const DnsListSection& list = policy->sections.dnsLists.at("zen");
    CHECK(list.zone == "zen.example.org");
    CHECK(list.asks == DnsListSection::Asks::kClient);
    REQUIRE(list.codes.size() == 2);
    CHECK(list.codes[0].weight == 4500);
    CHECK(list.codes[1].meaning == "xbl");
    CHECK(list.codes[1].weight == 2000);
    CHECK(policy->sections.rates.at("hour").windowSeconds == 3600);
    CHECK(policy->sections.rates.at("hour").key == RateSection::Key::kHeader);
}

TEST_CASE("a recipient server has an address and domains of its own") {
    const PolicyPtr policy =
        parsed(R"({"recipient-servers":{"main":{"domains":["Example.com"],"server":"[2001:db8::1]:2525"}}})");
    const RecipientServerSection& one = policy->sections.recipientServers.at("main");
    CHECK(one.domains == std::vector<std::string>{"example.com"});
    CHECK(one.server == "[2001:db8::1]:2525");
    CHECK(one.failure.choice == OnFailure::kTempfail);
    for (const char* server : {"mail.example.com", ":25", "mail.example.com:0", "mail.example.com:x", ""})
        CHECK(problemsOfSections(R"({"recipient-servers":{"a":{"domains":["example.com"],"server":")" +
                                 std::string(server) + "\"}}}")
                  .find("/sections/recipient-servers/a/server: expected HOST:PORT") == 0);
    CHECK(problemsOfSections(R"({"recipient-servers":{"a":{"domains":[],"server":"a.example:25"}}})")
              .find("/sections/recipient-servers/a/domains: expected 1 to 1000 texts") == 0);
    CHECK(problemsOfSections(R"({"recipient-servers":{"a":{"domains":["x.example"],"server":"a.example:25"},
        "b":{"domains":["X.example"],"server":"b.example:25"}}})") ==
          "/sections/recipient-servers/b/domains: x.example is already asked of \"a\"\n");
}

TEST_CASE("what a section cannot mean is refused with its place") {
    CHECK(problemsOfSections(R"({"nothing":{}})")
              .find("/sections/nothing: unknown section; known are antivirus, icap") == 0);
    CHECK(problemsOfSections(R"({"dns-lists":{"zen":{}}})").find("/sections/dns-lists/zen: needs \"zone\"") ==
          0);
    CHECK(problemsOfSections(R"({"dns-lists":{"Zen":{"zone":"z.example"}}})").find("expected a name") !=
          std::string::npos);
    CHECK(problemsOfSections(R"({"dns-lists":{"z":{"zone":"z.example","codes":["127.0.0.2"]}}})")
              .find("/sections/dns-lists/z/codes/0: expected an answer, a word") == 0);
    CHECK(problemsOfSections(R"({"dns-lists":{"z":{"zone":"z.example","codes":["127.0.0.1/24 x"]}}})")
              .find("127.0.0.0/24") != std::string::npos);
    CHECK(problemsOfSections(R"({"dns-lists":{"z":{"zone":"z.example","weight":"x"}}})")
              .find("three decimals") != std::string::npos);
    CHECK(problemsOfSections(R"({"rates":{"r":{"key":"header","limit":1}}})")
              .find("/sections/rates/r/header: expected the name") == 0);
    CHECK(problemsOfSections(R"({"rates":{"r":{"header":"Subject","limit":1}}})")
              .find("only for the key header") != std::string::npos);
    CHECK(problemsOfSections(R"({"rates":{"r":{"limit":0}}})").find("from 1 to") != std::string::npos);
    CHECK(problemsOfSections(R"({"authentication":{"trusted_sealers":"example.com"}})")
              .find("expected an array") != std::string::npos);
    CHECK(problemsOfSections(R"({"authentication":{"trusted_sealers":["not a domain"]}})")
              .find("/sections/authentication/trusted_sealers/0") == 0);
    CHECK(problemsOfSections(R"({"site":{"administrator":"x"}})").find("expected a mail address") !=
          std::string::npos);
    CHECK(problemsOfSections(R"({"directory":{"enabled":true}})").find("/sections/directory/url") == 0);
    CHECK(problemsOfSections(R"x({"directory":{"filter":"(mail=x)"}})x").find("%s") != std::string::npos);
    CHECK(problemsOfSections(R"({"directory":{"url":"http://x"}})").find("ldaps://") != std::string::npos);
    CHECK(problemsOfSections(R"({"queues":{"a-name-that-is-longer-than-thirty-two":{}}})")
              .find("expected a queue name") != std::string::npos);
    CHECK(problemsOfSections(R"({"location":{"country_file":"relative.mmdb"}})").find("full path") !=
          std::string::npos);
    CHECK(problemsOfSections(R"({"antivirus":{"on_failure":"pray"}})")
              .find("tempfail, skip, quarantine, score") != std::string::npos);
    CHECK(problemsOfSections(R"({"dns":{"servers":["localhost"]}})").find("expected an IP address") !=
          std::string::npos);
    CHECK(problemsOfSections(R"({"dns":{"servers":["192.0.2.1","192.0.2.2:5353","2001:db8::1"]}})") == "");
    CHECK(
        problemsOfSections(R"({"signing":{"example.com":{"selectors":[]}}})").find("expected 1 to 8 texts") !=
        std::string::npos);
    CHECK(problemsOfSections(R"({"signing":{"Not a domain":{"selectors":["s"]}}})").find("domain") !=
          std::string::npos);
    CHECK(problemsOfSections(R"({"notices":{"n":{"text":""}}})").find("1 to 20000 bytes") !=
          std::string::npos);
}

TEST_CASE("a draft names its queues; a node takes a revision that does not") {
    Json document = withRules(R"([{"id":"a","then":[{"quarantine":{"queue":"spam"}}]},
        {"id":"b","then":[{"keep":{"queue":"unscanned"}}]}])");
    CHECK(problemsOf(document) == "");
    const auto draft = checkDraft(document);
    REQUIRE_FALSE(draft);
    REQUIRE(draft.error().size() == 1);
    CHECK(draft.error()[0].text() == "/rules/0/then/0: there is no queue \"spam\" in the section queues");
    document["sections"] = {{"queues", {{"spam", {{"label", "Spam"}}}}}};
    CHECK(checkDraft(document));
    document["levels"] = {
        {"group:paris", {{"rules", json(R"([{"id":"c","then":[{"keep":{"queue":"own"}}]}])")}}}};
    CHECK_FALSE(checkDraft(document));
    document["levels"]["group:paris"]["sections"] = {{"queues", {{"own", Json::object()}}}};
    CHECK(checkDraft(document));
}

TEST_CASE("rules refer to rates and DNS lists that there are") {
    CHECK(problemsOf(withCondition(R"({"rate:none":{"greater":1}})")).find("there is no rate \"none\"") !=
          std::string::npos);
    CHECK(problemsOf(withCondition(R"({"dns-list":{"is":"none:sbl"}})")).find("there is no list \"none\"") !=
          std::string::npos);
    CHECK(
        problemsOf(withCondition(R"({"dmarc.result":{"is":"great"}})")).find("expected one of none, pass") !=
        std::string::npos);
    Json document = withCondition(R"({"dns-list":{"in":["zen","zen:sbl"]},"rate:r":{"greater":3}})");
    document["sections"] = json(R"({"dns-lists":{"zen":{"zone":"z.example"}},"rates":{"r":{"limit":1}}})");
    CHECK(problemsOf(document) == "");
}

TEST_CASE("DMARC reports need the name and the address that they come from") {
    CHECK(problemsOfSections(R"({"dmarc-reports": {"enabled": true, "from": "dmarc@x.example"}})")
              .find("/sections/dmarc-reports/org_name") == 0);
    CHECK(problemsOfSections(R"({"dmarc-reports": {"enabled": true, "org_name": "X"}})")
              .find("/sections/dmarc-reports/from") == 0);
    CHECK(problemsOfSections(R"({"dmarc-reports": {"receive": "nobody"}})")
              .find("/sections/dmarc-reports/receive") == 0);
    const auto policy = parsed(
        R"({"dmarc-reports": {"enabled": true, "org_name": "X", "from": "dmarc@x.example", "skip_domains": ["x.example"]}})");
    CHECK(policy->sections.dmarcReports.enabled);
    CHECK(policy->sections.dmarcReports.from == "dmarc@x.example");
    CHECK(policy->sections.dmarcReports.receive.empty());
}
