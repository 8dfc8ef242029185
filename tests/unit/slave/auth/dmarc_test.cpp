#include "slave/auth/dmarc.h"

#include <catch2/catch.hpp>

#include "tests/support/zone_source.h"

using namespace weir;
using test::ZoneSource;

namespace {

const PublicSuffixes& suffixes() {
    static const PublicSuffixes list;
    return list;
}

struct Case {
    ZoneSource zone;
    DmarcQuestion question;

    explicit Case(const std::string& fromDomain) { question.fromDomains = {fromDomain}; }
    Case& record(const std::string& domain, const std::string& text) {
        zone.txt("_dmarc." + domain, text);
        return *this;
    }
    Case& spf(SpfResult result, const std::string& domain) {
        question.spf = {result, domain};
        return *this;
    }
    Case& dkim(const std::string& domain, bool passed = true) {
        question.dkim.push_back({domain, passed, "s1"});
        return *this;
    }
    DmarcOutcome run() { return evaluateDmarc(question, suffixes(), zone); }
};

}  // namespace

TEST_CASE("DMARC passes by an aligned SPF pass or an aligned DKIM signature, either suffices") {
    const auto bySpf = Case("example.org")
                           .record("example.org", "v=DMARC1; p=reject")
                           .spf(SpfResult::kPass, "example.org")
                           .run();
    CHECK(bySpf.result == DmarcResult::kPass);
    CHECK(bySpf.applied == DmarcPolicy::kNone);
    REQUIRE(bySpf.domain() != nullptr);
    CHECK(bySpf.domain()->spfAligned);
    CHECK(bySpf.domain()->dkimAligned.empty());
    CHECK(bySpf.domain()->published == DmarcPolicy::kReject);

    const auto byDkim = Case("example.org")
                            .record("example.org", "v=DMARC1; p=reject")
                            .spf(SpfResult::kFail, "example.org")
                            .dkim("other.example")
                            .dkim("example.org", false)
                            .dkim("example.org")
                            .run();
    CHECK(byDkim.result == DmarcResult::kPass);
    CHECK_FALSE(byDkim.domain()->spfAligned);
    REQUIRE(byDkim.domain()->dkimAligned.size() == 1);
    CHECK(byDkim.domain()->dkimAligned[0].selector == "s1");
}

TEST_CASE("DMARC fails where nothing that passed is aligned") {
    for (const SpfResult result : {SpfResult::kNone, SpfResult::kNeutral, SpfResult::kFail,
                                   SpfResult::kSoftFail, SpfResult::kPermError}) {
        const auto outcome = Case("example.org")
                                 .record("example.org", "v=DMARC1; p=quarantine")
                                 .spf(result, "example.org")
                                 .dkim("example.org", false)
                                 .run();
        CHECK(outcome.result == DmarcResult::kFail);
        CHECK(outcome.applied == DmarcPolicy::kQuarantine);
    }
    const auto others = Case("example.org")
                            .record("example.org", "v=DMARC1; p=reject")
                            .spf(SpfResult::kPass, "example.net")
                            .dkim("notexample.org")
                            .dkim("org")
                            .run();
    CHECK(others.result == DmarcResult::kFail);
    CHECK(others.applied == DmarcPolicy::kReject);
}

TEST_CASE("relaxed alignment is the organizational domain, strict alignment the domain itself") {
    const auto result = [](const std::string& tags, const std::string& from, const std::string& spf,
                           const std::string& dkim) {
        Case one(from);
        one.record(from, "v=DMARC1; p=reject; " + tags);
        if (!spf.empty()) one.spf(SpfResult::kPass, spf);
        if (!dkim.empty()) one.dkim(dkim);
        return one.run().result;
    };
    CHECK(result("", "news.example.co.uk", "bounce.example.co.uk", "") == DmarcResult::kPass);
    CHECK(result("", "example.co.uk", "", "a.b.example.co.uk") == DmarcResult::kPass);
    CHECK(result("", "a.co.uk", "b.co.uk", "") == DmarcResult::kFail);
    CHECK(result("", "a.github.io", "", "b.github.io") == DmarcResult::kFail);
    CHECK(result("aspf=s", "example.org", "mail.example.org", "") == DmarcResult::kFail);
    CHECK(result("aspf=s", "example.org", "Example.ORG", "") == DmarcResult::kPass);
    CHECK(result("aspf=s", "example.org", "", "mail.example.org") == DmarcResult::kPass);
    CHECK(result("adkim=s", "example.org", "", "mail.example.org") == DmarcResult::kFail);
    CHECK(result("adkim=s", "example.org", "", "example.org") == DmarcResult::kPass);
    CHECK(result("adkim=s", "example.org", "mail.example.org", "") == DmarcResult::kPass);
}

TEST_CASE("internationalized domains are compared in A-labels") {
    const auto outcome = Case("M\xC3\xBCnchen.example")
                             .record("xn--mnchen-3ya.example", "v=DMARC1; p=reject; adkim=s")
                             .dkim("xn--mnchen-3ya.example")
                             .run();
    CHECK(outcome.result == DmarcResult::kPass);
    CHECK(outcome.domain()->fromDomain == "xn--mnchen-3ya.example");
}

TEST_CASE("a domain's own record comes before that of the organizational domain") {
    Case own("news.example.org");
    own.record("news.example.org", "v=DMARC1; p=none; sp=reject").record("example.org", "v=DMARC1; p=reject");
    const auto outcome = own.run();
    CHECK(outcome.applied == DmarcPolicy::kNone);
    CHECK(outcome.domain()->policyDomain == "news.example.org");
    CHECK_FALSE(own.zone.wasAsked("_dmarc.example.org", DnsType::kTxt));
}

TEST_CASE("without a record of its own a domain has that of the organizational domain, with sp") {
    const auto with =
        Case("a.b.example.org").record("example.org", "v=DMARC1; p=reject; sp=quarantine").run();
    CHECK(with.result == DmarcResult::kFail);
    CHECK(with.applied == DmarcPolicy::kQuarantine);
    CHECK(with.domain()->policyDomain == "example.org");
    CHECK(with.domain()->published == DmarcPolicy::kQuarantine);
    CHECK(Case("a.b.example.org").record("example.org", "v=DMARC1; p=reject").run().applied ==
          DmarcPolicy::kReject);
    CHECK(Case("example.org").record("example.org", "v=DMARC1; p=reject; sp=none").run().applied ==
          DmarcPolicy::kReject);
    // Only these two are asked, not the domains between.
    Case between("a.b.example.org");
    CHECK(between.record("b.example.org", "v=DMARC1; p=reject").run().result == DmarcResult::kNone);
    CHECK(between.zone.asked.size() == 2);
}

TEST_CASE("other TXT records at the name do not count") {
    const auto outcome = Case("example.org")
                             .record("example.org", "v=spf1 -all")
                             .record("example.org", "v=DMARC1; p=reject")
                             .record("example.org", "v=dmarc1; p=none")
                             .run();
    CHECK(outcome.applied == DmarcPolicy::kReject);
    const auto fallback = Case("a.example.org")
                              .record("a.example.org", "v=spf1 -all")
                              .record("example.org", "v=DMARC1; p=reject")
                              .run();
    CHECK(fallback.domain()->policyDomain == "example.org");
}

TEST_CASE("several records, or one that says nothing usable, are a permerror that applies nothing") {
    const auto several = Case("example.org")
                             .record("example.org", "v=DMARC1; p=reject")
                             .record("example.org", "v=DMARC1; p=none")
                             .run();
    CHECK(several.result == DmarcResult::kPermError);
    CHECK(several.applied == DmarcPolicy::kNone);
    CHECK_THAT(several.detail, Catch::Contains("several records"));
    Case broken("a.example.org");
    const auto nothing =
        broken.record("a.example.org", "v=DMARC1; p=block").record("example.org", "v=DMARC1; p=reject").run();
    CHECK(nothing.result == DmarcResult::kPermError);
    CHECK_FALSE(broken.zone.wasAsked("_dmarc.example.org", DnsType::kTxt));
}

TEST_CASE("no record is no DMARC") {
    const auto outcome = Case("a.example.org").spf(SpfResult::kPass, "a.example.org").run();
    CHECK(outcome.result == DmarcResult::kNone);
    CHECK(outcome.detail == "no DMARC record");
    CHECK_FALSE(outcome.domain()->record);
    Case suffix("co.uk");
    CHECK(suffix.run().result == DmarcResult::kNone);
    CHECK(suffix.zone.asked.size() == 1);
}

TEST_CASE("a record that cannot be had is a temperror, and the search ends there") {
    Case own("a.example.org");
    own.zone.fail("_dmarc.a.example.org");
    const auto outcome = own.record("example.org", "v=DMARC1; p=reject").run();
    CHECK(outcome.result == DmarcResult::kTempError);
    CHECK(outcome.applied == DmarcPolicy::kNone);
    CHECK_THAT(outcome.detail, Catch::Contains("_dmarc.a.example.org"));
    CHECK(own.zone.asked.size() == 1);
    Case organizational("a.example.org");
    organizational.zone.fail("_dmarc.example.org");
    CHECK(organizational.run().result == DmarcResult::kTempError);
}

TEST_CASE("an aligned identifier that cannot be verified now makes a fail a temperror") {
    const auto spf = [](const std::string& domain) {
        return Case("example.org")
            .record("example.org", "v=DMARC1; p=reject")
            .spf(SpfResult::kTempError, domain)
            .run()
            .result;
    };
    CHECK(spf("mail.example.org") == DmarcResult::kTempError);
    CHECK(spf("example.net") == DmarcResult::kFail);
    Case dkim("example.org");
    dkim.record("example.org", "v=DMARC1; p=reject").dkim("example.org", false);
    dkim.question.dkim[0].tempError = true;
    CHECK(dkim.run().result == DmarcResult::kTempError);
    CHECK(dkim.run().applied == DmarcPolicy::kNone);
    dkim.spf(SpfResult::kPass, "example.org");
    CHECK(dkim.run().result == DmarcResult::kPass);
}

TEST_CASE("pct leaves the next milder policy to the mails it does not cover") {
    CHECK(sampledPolicy(DmarcPolicy::kReject, 30, 29) == DmarcPolicy::kReject);
    CHECK(sampledPolicy(DmarcPolicy::kReject, 30, 30) == DmarcPolicy::kQuarantine);
    CHECK(sampledPolicy(DmarcPolicy::kQuarantine, 30, 30) == DmarcPolicy::kNone);
    CHECK(sampledPolicy(DmarcPolicy::kNone, 0, 99) == DmarcPolicy::kNone);
    CHECK(sampledPolicy(DmarcPolicy::kReject, 0, 0) == DmarcPolicy::kQuarantine);
    CHECK(sampledPolicy(DmarcPolicy::kReject, 100, 99) == DmarcPolicy::kReject);
    unsigned rejected = 0;
    for (unsigned draw = 0; draw < 100; ++draw) {
        rejected += sampledPolicy(DmarcPolicy::kReject, 37, draw) == DmarcPolicy::kReject ? 1 : 0;
    }
    CHECK(rejected == 37);
    Case one("example.org");
    one.record("example.org", "v=DMARC1; p=reject; pct=50");
    one.question.draw = 49;
    CHECK(one.run().applied == DmarcPolicy::kReject);
    CHECK_FALSE(one.run().domain()->sampledOut);
    one.question.draw = 50;
    CHECK(one.run().result == DmarcResult::kFail);
    CHECK(one.run().applied == DmarcPolicy::kQuarantine);
    CHECK(one.run().domain()->sampledOut);
    CHECK(one.run().domain()->published == DmarcPolicy::kReject);
}

TEST_CASE("of several From domains the strictest failing one decides") {
    Case one("mild.example");
    one.question.fromDomains = {"good.example", "mild.example", "strict.example", "none.example",
                                "Mild.example."};
    one.record("good.example", "v=DMARC1; p=reject").record("mild.example", "v=DMARC1; p=quarantine");
    one.record("strict.example", "v=DMARC1; p=reject").dkim("good.example");
    const auto outcome = one.run();
    CHECK(outcome.result == DmarcResult::kFail);
    CHECK(outcome.applied == DmarcPolicy::kReject);
    CHECK(outcome.domains.size() == 4);
    CHECK(outcome.domain()->fromDomain == "strict.example");
    one.question.fromDomains = {"good.example", "none.example"};
    CHECK(one.run().result == DmarcResult::kNone);
    one.question.fromDomains = {"good.example"};
    CHECK(one.run().result == DmarcResult::kPass);
    one.zone.fail("_dmarc.away.example");
    one.question.fromDomains = {"good.example", "away.example"};
    CHECK(one.run().result == DmarcResult::kTempError);
    one.question.fromDomains = {"mild.example", "away.example"};
    CHECK(one.run().result == DmarcResult::kFail);
}

TEST_CASE("a From field of more domains than the limit never passes") {
    Case one("good.example");
    one.record("good.example", "v=DMARC1; p=reject").dkim("good.example").dkim("fine.example");
    one.record("fine.example", "v=DMARC1; p=reject").record("bad.example", "v=DMARC1; p=reject");
    DmarcLimits limits;
    limits.fromDomains = 2;
    one.question.fromDomains = {"good.example", "fine.example", "good.example"};
    CHECK(evaluateDmarc(one.question, suffixes(), one.zone, limits).result == DmarcResult::kPass);
    one.question.fromDomains = {"good.example", "fine.example", "bad.example"};
    const auto over = evaluateDmarc(one.question, suffixes(), one.zone, limits);
    CHECK(over.result == DmarcResult::kPermError);
    CHECK(over.domains.size() == 2);
    CHECK_THAT(over.detail, Catch::Contains("more than 2"));
    one.question.fromDomains = {"bad.example", "fine.example", "good.example"};
    CHECK(evaluateDmarc(one.question, suffixes(), one.zone, limits).applied == DmarcPolicy::kReject);
}

TEST_CASE("a From field without a usable domain is not evaluated") {
    Case one("");
    one.question.fromDomains = {};
    CHECK(one.run().result == DmarcResult::kNone);
    CHECK(one.run().domain() == nullptr);
    CHECK_FALSE(one.run().detail.empty());
    one.question.fromDomains = {"a..b", "\xFF"};
    CHECK(one.run().result == DmarcResult::kNone);
    CHECK(one.zone.asked.empty());
}

TEST_CASE("what a row of an aggregate report needs is there") {
    const auto outcome = Case("a.example.org")
                             .record("example.org",
                                     "v=DMARC1; p=reject; sp=quarantine; adkim=s; pct=20; fo=1; "
                                     "rua=mailto:r@example.org")
                             .run();
    const DmarcDomain& domain = *outcome.domain();
    REQUIRE(domain.record);
    CHECK(domain.policyDomain == "example.org");
    CHECK(domain.record->policy == DmarcPolicy::kReject);
    CHECK(domain.record->subdomainPolicy == DmarcPolicy::kQuarantine);
    CHECK(domain.record->percent == 20);
    CHECK(domain.record->strictDkim);
    CHECK_FALSE(domain.record->strictSpf);
    CHECK(domain.record->failureOptions == "1");
    CHECK(domain.record->aggregate[0].address == "r@example.org");
}

TEST_CASE("the records of all From domains can be asked for ahead") {
    ZoneSource zone;
    expectDmarc({"a.example.org", "b.example", "a..b", "A.example.org"}, suffixes(), zone);
    using Pairs = std::vector<std::pair<std::string, DnsType>>;
    CHECK(zone.expected == Pairs{{"_dmarc.a.example.org", DnsType::kTxt},
                                 {"_dmarc.example.org", DnsType::kTxt},
                                 {"_dmarc.b.example", DnsType::kTxt}});
    CHECK(zone.asked.empty());
}
