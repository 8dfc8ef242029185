#include "slave/auth/dmarc_record.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

DmarcRecord read(const std::string& text) {
    REQUIRE(isDmarcRecord(text));
    const auto record = parseDmarcRecord(text);
    if (!record) FAIL(record.error().text());
    return *record;
}

std::vector<std::string> addresses(const std::vector<DmarcReportUri>& uris) {
    std::vector<std::string> list;
    for (const DmarcReportUri& uri : uris) list.push_back(uri.address);
    return list;
}

}  // namespace

TEST_CASE("a record is one that begins with v=DMARC1, in these letters") {
    for (const char* text :
         {"v=DMARC1; p=none", "v=DMARC1", "v=DMARC1;", " v = DMARC1 ;p=none", "V=DMARC1;p=none"}) {
        INFO(text);
        CHECK(isDmarcRecord(text));
    }
    for (const char* text :
         {"", "v=dmarc1; p=none", "v=DMARC10; p=none", "v=DMARC1 p=none", "p=none; v=DMARC1", "; v=DMARC1",
          "v=spf1 -all", "DMARC1", "v==DMARC1", "xv=DMARC1"}) {
        INFO(text);
        CHECK_FALSE(isDmarcRecord(text));
    }
}

TEST_CASE("every tag is read") {
    const auto record = read(
        "v=DMARC1; p=quarantine; sp=reject; adkim=s; aspf=s; pct=42; fo=1:d:s; ri=3600; rf=afrf; "
        "rua=mailto:a@example.org,mailto:b@example.org!10m; ruf=mailto:f@example.org;");
    CHECK(record.policy == DmarcPolicy::kQuarantine);
    CHECK(record.subdomainPolicy == DmarcPolicy::kReject);
    CHECK(record.strictDkim);
    CHECK(record.strictSpf);
    CHECK(record.percent == 42);
    CHECK(record.failureOptions == "1:d:s");
    CHECK(record.reportSeconds == 3600);
    CHECK(addresses(record.aggregate) == std::vector<std::string>{"a@example.org", "b@example.org"});
    CHECK_FALSE(record.aggregate[0].maxBytes);
    CHECK(record.aggregate[1].maxBytes == 10u << 20);
    CHECK(record.aggregate[1].uri == "mailto:b@example.org");
    CHECK(addresses(record.failure) == std::vector<std::string>{"f@example.org"});
    CHECK(record.policyOf(false) == DmarcPolicy::kQuarantine);
    CHECK(record.policyOf(true) == DmarcPolicy::kReject);
}

TEST_CASE("what a record does not say is the default") {
    const auto record = read("v=DMARC1; p=reject");
    CHECK(record.policy == DmarcPolicy::kReject);
    CHECK_FALSE(record.subdomainPolicy);
    CHECK(record.policyOf(true) == DmarcPolicy::kReject);
    CHECK(record.percent == 100);
    CHECK_FALSE(record.strictDkim);
    CHECK_FALSE(record.strictSpf);
    CHECK(record.failureOptions == "0");
    CHECK(record.reportSeconds == 86'400);
    CHECK(record.aggregate.empty());
}

TEST_CASE("case and space do not matter but in the version") {
    const auto record = read("v=DMARC1 ;\tP = Reject ; ASPF=S; Pct = 7 ;rua = MAILTO:A@example.org ");
    CHECK(record.policy == DmarcPolicy::kReject);
    CHECK(record.strictSpf);
    CHECK(record.percent == 7);
    CHECK(addresses(record.aggregate) == std::vector<std::string>{"A@example.org"});
}

TEST_CASE("unknown tags, nonsense, wrong values and tags that come again are passed over") {
    const auto record = read(
        "v=DMARC1; x-future=1; ;; nonsense; =empty; p=reject; p=none; pct=101; adkim=x; aspf=; fo=9:1:1:q; "
        "ri=soon;"
        "np=reject; t=y; \xFF=\x01");
    CHECK(record.policy == DmarcPolicy::kReject);
    CHECK(record.percent == 100);
    CHECK_FALSE(record.strictDkim);
    CHECK(record.failureOptions == "1");
    CHECK(record.reportSeconds == 86'400);
    CHECK(read("v=DMARC1; p=reject; pct=-1").percent == 100);
    CHECK(read("v=DMARC1; p=reject; pct=0").percent == 0);
    CHECK(read("v=DMARC1; p=reject; pct=99999999999999999999999").percent == 100);
}

TEST_CASE("a wrong or missing policy is none where there is somewhere to report, else no record") {
    for (const char* policy : {"", "p=block;", "p=;", "p=reject; sp=block;", "p=reject; sp=;"}) {
        INFO(policy);
        const std::string text = std::string("v=DMARC1; ") + policy;
        const auto refused = parseDmarcRecord(text);
        REQUIRE_FALSE(refused);
        CHECK_THAT(refused.error().text(), Catch::Contains("expected none, quarantine or reject"));
        const auto record = read(text + " rua=mailto:a@example.org");
        CHECK(record.policy == DmarcPolicy::kNone);
        CHECK_FALSE(record.subdomainPolicy);
        CHECK_FALSE(parseDmarcRecord(text + " rua=nothing usable"));
    }
}

TEST_CASE("report addresses are decoded, and those that could do harm left out") {
    const auto of = [](const std::string& value) { return parseDmarcUris(value, 16); };
    CHECK(of("mailto:a%2Bb@example.org")[0].address == "a+b@example.org");
    CHECK(of("mailto:a@example.org?subject=x")[0].address == "a@example.org");
    CHECK(of(" mailto:a@example.org , ,mailto:a@example.org").size() == 1);
    CHECK(of("https://example.org/report")[0].address.empty());
    CHECK(of("https://example.org/report")[0].uri == "https://example.org/report");
    for (const char* bad :
         {"mailto:", "mailto:a", "mailto:@example.org", "mailto:a@", "mailto:a@b@example.org",
          "a@example.org", "mailto:a%0D%0ARCPT@example.org", "mailto:a%20b@example.org",
          "mailto:<a@example.org>", "mailto:a@exa mple.org", "mailto:a%2Cb@example.org",
          "mailto:a@example.org!", "mailto:a@example.org!x", "mailto:a@example.org!10x",
          "mailto:a@example.org!99999999t", "mailto:a@\xC3\xBC.example", ":x", ""}) {
        INFO(bad);
        CHECK(of(bad).empty());
    }
    CHECK(of("mailto:a@example.org!5")[0].maxBytes == 5u);
    CHECK(of("mailto:a@example.org!5K")[0].maxBytes == 5u << 10);
    CHECK(of("mailto:a@example.org!2g")[0].maxBytes == std::uint64_t{2} << 30);
    CHECK(of("mailto:a@example.org!1t")[0].maxBytes == std::uint64_t{1} << 40);
}

TEST_CASE("the number of report addresses is limited") {
    std::string list;
    for (int i = 0; i < 20; ++i) list += "mailto:a" + std::to_string(i) + "@example.org,";
    CHECK(parseDmarcUris(list, 16).size() == 16);
    CHECK(read("v=DMARC1; p=none; rua=" + list).aggregate.size() == DmarcRecordLimits().uris);
}

TEST_CASE("a record over a limit is refused") {
    std::string text = "v=DMARC1; p=reject;";
    for (int i = 0; i < 60; ++i) text += "x=y;";
    DmarcRecordLimits limits;
    limits.tags = 62;
    CHECK(parseDmarcRecord(text, limits));
    limits.tags = 61;
    CHECK_THAT(parseDmarcRecord(text, limits).error().text(), Catch::Contains("over 61 tags"));
    limits = {};
    limits.bytes = text.size();
    CHECK(parseDmarcRecord(text, limits));
    limits.bytes = text.size() - 1;
    CHECK_THAT(parseDmarcRecord(text, limits).error().text(), Catch::Contains("bytes"));
}
