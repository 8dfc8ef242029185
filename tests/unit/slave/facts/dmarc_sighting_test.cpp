#include "slave/facts/dmarc_sighting.h"

#include <catch2/catch.hpp>

#include "tests/support/zone_source.h"

using namespace weir;
using weir::test::ZoneSource;

namespace {

struct Case {
    Envelope envelope;
    std::string bytes = "From: Alice <alice@news.bank.example>\r\nSubject: t\r\n\r\nbody\r\n";
    ZoneSource dns;
    DmarcReportsSection section;
    SenderAuthentication found;

    Case() {
        section.enabled = true;
        envelope.clientAddress = "192.0.2.1";
        envelope.helo = "mx.bank.example";
        envelope.sender = "bounce@news.bank.example";
        envelope.recipients = {"bob@example.com"};
        dns.txt("news.bank.example", "v=spf1 ip4:192.0.2.0/24 -all");
        record("v=DMARC1; p=reject; sp=quarantine; adkim=s; rua=mailto:dmarc@bank.example!10m");
    }
    void record(const std::string& text) { dns.txt("_dmarc.bank.example", text); }
    std::optional<DmarcSighting> run() {
        const Message message(bytes);
        found = authenticateSender(envelope, message, {}, "mx.example.com", now(), dns);
        return dmarcSighting(found, envelope, section, dns);
    }
    DmarcRow rowOf(VerdictKind verdict) { return withDisposition(*run(), found, verdict).value().row; }
};

struct WithoutRecord : Case {
    WithoutRecord() { dns = ZoneSource().txt("news.bank.example", "v=spf1 -all"); }
};

}  // namespace

TEST_CASE("a sighting says what the domain published, whom to tell and what was found") {
    Case one;
    const auto sighting = one.run();
    REQUIRE(sighting);
    CHECK(sighting->published == DmarcPublished{"bank.example", "reject", "quarantine", "s", "r", 100, "0"});
    CHECK(sighting->destinations == std::vector<DmarcDestination>{{"dmarc@bank.example", 10u << 20}});
    CHECK(sighting->row.source == "192.0.2.1");
    CHECK(sighting->row.count == 1);
    CHECK(sighting->row.headerFrom == "news.bank.example");
    CHECK(sighting->row.envelopeFrom == "news.bank.example");
    CHECK(sighting->row.spfAligned);
    CHECK_FALSE(sighting->row.dkimAligned);
    CHECK(sighting->row.spf == std::vector<DmarcSpfResult>{{"news.bank.example", "mfrom", "pass"}});
}

TEST_CASE("the disposition is what was done; a reason tells where that is not what the record asks for") {
    Case one;
    one.envelope.clientAddress = "203.0.113.5";
    CHECK(one.rowOf(VerdictKind::kQuarantine).disposition == "quarantine");
    CHECK(one.rowOf(VerdictKind::kQuarantine).reasons.empty());
    CHECK(one.rowOf(VerdictKind::kDeliver).disposition == "none");
    CHECK(one.rowOf(VerdictKind::kDeliver).reasons == std::vector<DmarcReason>{{"local_policy", ""}});
    CHECK(one.rowOf(VerdictKind::kDiscard).disposition == "reject");
    CHECK(one.rowOf(VerdictKind::kReject).reasons.size() == 1);
    const auto sighting = one.run();
    CHECK_FALSE(withDisposition(*sighting, one.found, VerdictKind::kTempfail));
    one.found.chainTrusted = true;
    CHECK(withDisposition(*sighting, one.found, VerdictKind::kDeliver)->row.reasons ==
          std::vector<DmarcReason>{{"local_policy", "arc=pass"}});
}

TEST_CASE("a mail that passed has the disposition none, whatever else it was refused for") {
    Case one;
    CHECK(one.rowOf(VerdictKind::kReject).disposition == "none");
    CHECK(one.rowOf(VerdictKind::kReject).reasons.empty());
}

TEST_CASE("a mail that pct leaves out is told so") {
    WithoutRecord one;
    one.record("v=DMARC1; p=quarantine; pct=0; rua=mailto:dmarc@bank.example");
    CHECK(one.rowOf(VerdictKind::kDeliver).reasons == std::vector<DmarcReason>{{"sampled_out", ""}});
    CHECK(one.rowOf(VerdictKind::kQuarantine).reasons.empty());
}

TEST_CASE("nothing is told to a domain that asks for nothing, or that is skipped") {
    WithoutRecord none;
    CHECK_FALSE(none.run());
    none.record("v=DMARC1; p=reject");
    CHECK_FALSE(none.run());
    WithoutRecord web;
    web.record("v=DMARC1; p=reject; rua=https://bank.example/r");
    CHECK_FALSE(web.run());
    Case skipped;
    skipped.section.skipDomains = {"Bank.example"};
    CHECK_FALSE(skipped.run());
}

TEST_CASE("only destinations that want the reports are told") {
    WithoutRecord one;
    one.record("v=DMARC1; p=none; rua=mailto:a@other.example,mailto:b@wanting.example,mailto:c@bank.example");
    one.dns.txt("bank.example._report._dmarc.wanting.example", "v=DMARC1");
    auto sighting = one.run();
    REQUIRE(sighting);
    CHECK(sighting->destinations ==
          std::vector<DmarcDestination>{{"b@wanting.example", 0}, {"c@bank.example", 0}});
    WithoutRecord unwanted;
    unwanted.record("v=DMARC1; p=none; rua=mailto:a@other.example");
    CHECK_FALSE(unwanted.run());
    // Asked again with another mail of the day: this one counts all the same.
    unwanted.dns.fail("bank.example._report._dmarc.other.example");
    sighting = unwanted.run();
    REQUIRE(sighting);
    CHECK(sighting->destinations.empty());
}

TEST_CASE("mail from ourselves, from users and while reports are off is not told") {
    Case one;
    CHECK(isReported(one.envelope, one.section));
    one.envelope.authUser = "alice";
    CHECK_FALSE(isReported(one.envelope, one.section));
    one.envelope.authUser.clear();
    one.envelope.direction = Direction::kOutbound;
    CHECK_FALSE(isReported(one.envelope, one.section));
    one.envelope.direction = Direction::kInbound;
    one.section.enabled = false;
    CHECK_FALSE(isReported(one.envelope, one.section));
}
