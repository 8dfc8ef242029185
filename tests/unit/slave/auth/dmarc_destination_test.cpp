#include "slave/auth/dmarc_destination.h"

#include <catch2/catch.hpp>

#include "tests/support/zone_source.h"

using namespace weir;
using test::ZoneSource;
using State = ReportDestination::State;

namespace {

ReportDestination verify(ZoneSource& zone, const std::string& policyDomain, const std::string& uri) {
    static const PublicSuffixes suffixes;
    const auto uris = parseDmarcUris(uri, 1);
    REQUIRE(uris.size() == 1);
    return verifyReportDestination(policyDomain, uris[0], suffixes, zone);
}

}  // namespace

TEST_CASE("reports to the same organization need nobody's word") {
    ZoneSource zone;
    const auto destination = verify(zone, "news.example.co.uk", "mailto:r@reports.example.co.uk!5m");
    CHECK(destination.state == State::kOwn);
    REQUIRE(destination.uris.size() == 1);
    CHECK(destination.uris[0].maxBytes == 5u << 20);
    CHECK(zone.asked.empty());
}

TEST_CASE("reports to another organization need its word in DNS") {
    ZoneSource zone;
    CHECK(verify(zone, "example.org", "mailto:r@third.example").state == State::kNotWanted);
    CHECK(zone.wasAsked("example.org._report._dmarc.third.example", DnsType::kTxt));
    zone.txt("example.org._report._dmarc.third.example", "not DMARC");
    CHECK(verify(zone, "example.org", "mailto:r@third.example").state == State::kNotWanted);
    zone.txt("example.org._report._dmarc.third.example", "v=DMARC1");
    const auto wanted = verify(zone, "example.org", "mailto:r@third.example");
    CHECK(wanted.state == State::kWanted);
    CHECK(wanted.uris == parseDmarcUris("mailto:r@third.example", 1));
    // Two domains of one public suffix are two organizations.
    CHECK(verify(zone, "a.co.uk", "mailto:r@b.co.uk").state == State::kNotWanted);
}

TEST_CASE("the receiver may name another address of the same host, and of no other") {
    ZoneSource zone;
    zone.txt("example.org._report._dmarc.third.example",
             "v=DMARC1; rua=mailto:victim@else.example,mailto:other@third.example!1k");
    const auto moved = verify(zone, "example.org", "mailto:r@third.example");
    CHECK(moved.state == State::kWanted);
    REQUIRE(moved.uris.size() == 1);
    CHECK(moved.uris[0].address == "other@third.example");
    ZoneSource bad;
    bad.txt("example.org._report._dmarc.third.example", "v=DMARC1; rua=mailto:victim@else.example");
    CHECK(verify(bad, "example.org", "mailto:r@third.example").uris ==
          parseDmarcUris("mailto:r@third.example", 1));
}

TEST_CASE("a word that cannot be had now is no refusal") {
    ZoneSource zone;
    zone.fail("example.org._report._dmarc.third.example");
    const auto destination = verify(zone, "example.org", "mailto:r@third.example");
    CHECK(destination.state == State::kTempError);
    CHECK(destination.uris.empty());
    CHECK_THAT(destination.detail, Catch::Contains("time-out"));
}

TEST_CASE("URIs of other schemes have a host too, and what has none is refused") {
    ZoneSource zone;
    CHECK(verify(zone, "example.org", "https://user@reports.example.org:8443/x?y").state == State::kOwn);
    CHECK(verify(zone, "example.org", "https://third.example/x").state == State::kNotWanted);
    CHECK(verify(zone, "example.org", "urn:x").detail == "the URI has no host");
    CHECK(verify(zone, "example.org", "https:///x").state == State::kNotWanted);
}
