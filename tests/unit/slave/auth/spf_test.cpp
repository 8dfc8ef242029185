// What the public suite (spf_suite_test.cpp) does not look at.
#include "slave/auth/spf.h"

#include <catch2/catch.hpp>

#include "tests/support/zone_source.h"

using namespace weir;
using test::ZoneSource;

namespace {

SpfQuestion from(const std::string& address, const std::string& sender = "joe@example.org") {
    SpfQuestion question;
    question.address = address;
    question.helo = "mail.example.org";
    question.sender = sender;
    question.receiver = "mx.example.net";
    question.time = 1'234'567'890;
    return question;
}

std::string number(std::size_t i) {
    return std::to_string(i);
}

}  // namespace

TEST_CASE("an outcome says which term decided, for which domain and what it cost") {
    ZoneSource zone;
    zone.txt("example.org", "v=spf1 mx include:hosts.example.net ~all");
    zone.add("example.org", DnsType::kMx, "mx1.example.org")
        .add("example.org", DnsType::kMx, "mx2.example.org");
    zone.a("mx1.example.org", "192.0.2.1").a("mx2.example.org", "192.0.2.2");
    zone.txt("hosts.example.net", "v=spf1 ip4:198.51.100.0/24 -all");
    const auto mx = checkHost(from("192.0.2.2"), zone);
    CHECK(mx.result == SpfResult::kPass);
    CHECK(mx.mechanism == "mx");
    CHECK(mx.domain == "example.org");
    CHECK_FALSE(mx.helo);
    CHECK(mx.lookups == 1);
    CHECK(mx.questions == 4);
    const auto include = checkHost(from("198.51.100.7"), zone);
    CHECK(include.result == SpfResult::kPass);
    CHECK(include.mechanism == "include:hosts.example.net");
    CHECK(include.lookups == 2);
    const auto all = checkHost(from("203.0.113.1"), zone);
    CHECK(all.result == SpfResult::kSoftFail);
    CHECK(all.mechanism == "~all");
    CHECK(std::string(toString(all.result)) == "softfail");
}

TEST_CASE("an empty sender is the HELO name's postmaster") {
    ZoneSource zone;
    zone.txt("mail.example.org", "v=spf1 exists:%{l}.%{o}.test -all");
    zone.a("postmaster.mail.example.org.test", "127.0.0.1");
    const auto outcome = checkHost(from("192.0.2.1", ""), zone);
    CHECK(outcome.result == SpfResult::kPass);
    CHECK(outcome.helo);
    CHECK(outcome.domain == "mail.example.org");
}

TEST_CASE("where there is no domain to check there is no result") {
    ZoneSource zone;
    for (const char* sender : {"joe", "joe@localhost", "joe@[192.0.2.1]", "joe@a..b", "joe@"}) {
        INFO(sender);
        const auto outcome = checkHost(from("192.0.2.1", sender), zone);
        CHECK(outcome.result == SpfResult::kNone);
        CHECK(outcome.detail == "no domain to check");
    }
    CHECK(zone.asked.empty());
    CHECK(checkHost(from("192.0.2.1"), zone).detail == "example.org has no SPF record");
    CHECK(checkHost(from("no address"), zone).result == SpfResult::kPermError);
}

TEST_CASE("a domain in UTF-8 is asked for in A-labels") {
    ZoneSource zone;
    zone.txt("xn--mnchen-3ya.example", "v=spf1 exists:%{o}.o.test exists:%{d}.d.test -all");
    zone.a("xn--mnchen-3ya.example.d.test", "127.0.0.1");
    const auto outcome = checkHost(from("192.0.2.1", "joe@M\xC3\xBCnchen.Example"), zone);
    CHECK(outcome.result == SpfResult::kPass);
    CHECK(outcome.domain == "xn--mnchen-3ya.example");
}

TEST_CASE("a term with a local part in UTF-8 matches nothing") {
    ZoneSource zone;
    zone.txt("example.org", "v=spf1 exists:%{l}.test exists:%{s}.test ?all");
    zone.a("j\xC3\xB6rg.test", "127.0.0.1");
    const auto outcome = checkHost(from("192.0.2.1", "j\xC3\xB6rg@example.org"), zone);
    CHECK(outcome.result == SpfResult::kNeutral);
    CHECK(zone.asked.size() == 1);
}

TEST_CASE("an IPv4-mapped client is an IPv4 client, in networks, look-ups and macros") {
    ZoneSource zone;
    zone.txt("example.org", "v=spf1 ip6:::/0 exists:%{i}.%{v}.test a -all");
    zone.a("192.0.2.1.in-addr.test", "127.0.0.1");
    const auto outcome = checkHost(from("::ffff:192.0.2.1"), zone);
    CHECK(outcome.result == SpfResult::kPass);
    CHECK(outcome.mechanism == "exists:%{i}.%{v}.test");
}

TEST_CASE("networks match to their last bit and not beyond") {
    ZoneSource zone;
    zone.txt("example.org", "v=spf1 ip4:192.0.2.128/25 ip4:10.0.0.1 ip6:2001:db8:8000::/33 -all");
    const auto result = [&](const char* address) { return checkHost(from(address), zone).result; };
    CHECK(result("192.0.2.128") == SpfResult::kPass);
    CHECK(result("192.0.2.255") == SpfResult::kPass);
    CHECK(result("192.0.2.127") == SpfResult::kFail);
    CHECK(result("10.0.0.1") == SpfResult::kPass);
    CHECK(result("10.0.0.2") == SpfResult::kFail);
    CHECK(result("2001:db8:8000::1") == SpfResult::kPass);
    CHECK(result("2001:db8:7fff::1") == SpfResult::kFail);
}

TEST_CASE("DNS failures are temperrors that say what could not be had") {
    ZoneSource zone;
    zone.txt("example.org",
             "v=spf1 " + GENERATE(as<std::string>(), "a:bad.test", "mx:bad.test", "mx:half.test",
                                  "include:bad.test", "exists:bad.test", "redirect=bad.test"));
    zone.fail("bad.test").add("half.test", DnsType::kMx, "bad.test");
    const auto outcome = checkHost(from("192.0.2.1"), zone);
    CHECK(outcome.result == SpfResult::kTempError);
    CHECK_THAT(outcome.detail, Catch::Contains("bad.test"));
    CHECK_THAT(outcome.detail, Catch::Contains("time-out"));
}

TEST_CASE("a ptr whose names cannot be had does not match") {
    ZoneSource zone;
    zone.txt("example.org", "v=spf1 ptr ?all");
    zone.fail("1.2.0.192.in-addr.arpa");
    const auto outcome = checkHost(from("192.0.2.1"), zone);
    CHECK(outcome.result == SpfResult::kNeutral);
    CHECK(outcome.voidLookups == 0);
}

TEST_CASE("the number of terms that ask DNS is bounded, through includes and redirects") {
    ZoneSource zone;
    std::string terms;
    for (int i = 0; i < 5; ++i) {
        terms += " a:n" + number(i) + ".test";
        zone.a("n" + number(i) + ".test", "10.0.0.1");
    }
    zone.txt("example.org", "v=spf1 include:inner.test redirect=next.test");
    zone.txt("inner.test", "v=spf1" + terms + " ?all");
    zone.txt("next.test", "v=spf1 a:n0.test a:n1.test a:n2.test -all");
    CHECK(checkHost(from("192.0.2.1"), zone).result == SpfResult::kFail);  // 1 + 5 + 1 + 3
    CHECK(checkHost(from("192.0.2.1"), zone).lookups == 10);
    SpfLimits limits;
    limits.lookups = 9;
    const auto outcome = checkHost(from("192.0.2.1"), zone, limits);
    CHECK(outcome.result == SpfResult::kPermError);
    CHECK_THAT(outcome.detail, Catch::Contains("more than 9"));
}

TEST_CASE("a term is void once, however many of its names have no address") {
    ZoneSource zone;
    zone.txt("example.org", "v=spf1 mx mx:two.test ?all");
    for (const char* name : {"example.org", "two.test"}) {
        for (int i = 0; i < 5; ++i)
            zone.add(name, DnsType::kMx, "mx" + number(static_cast<std::size_t>(i)) + ".test");
    }
    zone.a("mx0.test", "192.0.2.1");
    const auto six = checkHost(from("2001:db8::1"), zone);  // the hosts have IPv4 alone
    CHECK(six.result == SpfResult::kNeutral);
    CHECK(six.voidLookups == 2);
    SpfLimits limits;
    limits.voidLookups = 1;
    CHECK(checkHost(from("2001:db8::1"), zone, limits).result == SpfResult::kPermError);
}

TEST_CASE("an mx with more names than the limit is a permerror") {
    ZoneSource zone;
    zone.txt("example.org", "v=spf1 mx -all");
    for (std::size_t i = 0; i < 10; ++i) zone.add("example.org", DnsType::kMx, "mx" + number(i) + ".test");
    for (std::size_t i = 0; i < 11; ++i) zone.a("mx" + number(i) + ".test", "192.0.2." + number(i));
    CHECK(checkHost(from("192.0.2.9"), zone).result == SpfResult::kPass);
    zone.add("example.org", DnsType::kMx, "mx10.test");
    const auto outcome = checkHost(from("192.0.2.1"), zone);
    CHECK(outcome.result == SpfResult::kPermError);
    CHECK_THAT(outcome.detail, Catch::Contains("more than 10 MX"));
}

TEST_CASE("of the client's names only the first are looked at, and each is asked for once") {
    ZoneSource zone;
    zone.txt("example.org", "v=spf1 ptr ptr:b.test ptr:host.test exists:%{p}.p.test ?all");
    for (std::size_t i = 0; i < 20; ++i) {
        zone.add("1.2.0.192.in-addr.arpa", DnsType::kPtr, "n" + number(i) + ".host.test");
        if (i > 8) zone.a("n" + number(i) + ".host.test", "192.0.2.1");
    }
    SpfLimits limits;
    limits.ptrNames = 9;
    CHECK(checkHost(from("192.0.2.1"), zone, limits).result == SpfResult::kNeutral);
    CHECK(zone.wasAsked("unknown.p.test", DnsType::kA));
    CHECK(zone.asked.size() == 1 + 1 + 9 + 1);
    CHECK(checkHost(from("192.0.2.1"), zone).result == SpfResult::kPass);
}

TEST_CASE("a record over its limits is a permerror, not a long evaluation") {
    ZoneSource zone;
    std::string record = "v=spf1";
    for (int i = 0; i < 50; ++i) record += " ip4:10.0.0.1";
    zone.txt("example.org", record + " -all");
    SpfLimits limits;
    CHECK(checkHost(from("192.0.2.1"), zone, limits).result == SpfResult::kFail);
    limits.record.terms = 50;
    CHECK_THAT(checkHost(from("192.0.2.1"), zone, limits).detail, Catch::Contains("over 50 terms"));
    limits = {};
    limits.record.bytes = 100;
    CHECK_THAT(checkHost(from("192.0.2.1"), zone, limits).detail, Catch::Contains("over 100 bytes"));
}

TEST_CASE("macros cannot make a name of any length") {
    ZoneSource zone;
    std::string term = "v=spf1 exists:";
    for (int i = 0; i < 100; ++i) term += "%{l}";
    zone.txt("example.org", term + ".test -all");
    CHECK(checkHost(from("192.0.2.1", std::string(20, 'x') + "@example.org"), zone).result ==
          SpfResult::kFail);
    const auto outcome = checkHost(from("192.0.2.1", std::string(100, 'x') + "@example.org"), zone);
    CHECK(outcome.result == SpfResult::kPermError);
    CHECK_THAT(outcome.detail, Catch::Contains("longer than 4096"));
}

TEST_CASE("a name that macros made too long loses labels on its left") {
    ZoneSource zone;
    zone.txt("example.org", "v=spf1 exists:%{l}.tail.test -all");
    std::string local, kept;
    for (int i = 0; i < 80; ++i) local += "ab" + std::string(i == 0 ? "" : "c") + ".";
    local.pop_back();
    checkHost(from("192.0.2.1", local + "@example.org"), zone);
    REQUIRE(zone.asked.size() == 2);
    const std::string& name = zone.asked[1].first;
    CHECK(name.size() <= 253);
    CHECK(name.size() > 248);
    CHECK(name.ends_with("abc.tail.test"));
    CHECK(name.starts_with("abc."));
}

TEST_CASE("an explanation is printable ASCII of bounded length") {
    ZoneSource zone;
    zone.txt("example.org", "v=spf1 -all exp=why.test");
    zone.txt("why.test", "%{l} %{c} %{r} %{t} %{o} %{h} %{v}");
    const auto outcome = checkHost(from("192.0.2.1", "a\r\nb\xC3\xBC@example.org"), zone);
    CHECK(outcome.result == SpfResult::kFail);
    CHECK(outcome.explanation ==
          "a??b?? 192.0.2.1 mx.example.net 1234567890 example.org mail.example.org in-addr");
    SpfLimits limits;
    limits.explanationBytes = 5;
    CHECK(checkHost(from("192.0.2.1"), zone, limits).explanation == "joe 1");
    limits = {};
    limits.expansionBytes = 20;
    CHECK(checkHost(from("192.0.2.1"), zone, limits).explanation.empty());
}

TEST_CASE("an explanation is looked up for a fail alone, and only where it is wanted") {
    ZoneSource zone;
    zone.txt("example.org", "v=spf1 ip4:192.0.2.1 -all exp=why.test").txt("why.test", "because");
    checkHost(from("192.0.2.1"), zone);
    CHECK_FALSE(zone.wasAsked("why.test", DnsType::kTxt));
    SpfQuestion question = from("192.0.2.2");
    question.explain = false;
    CHECK(checkHost(question, zone).explanation.empty());
    CHECK_FALSE(zone.wasAsked("why.test", DnsType::kTxt));
    question.explain = true;
    CHECK(checkHost(question, zone).explanation == "because");
}

TEST_CASE("includes of a record and hosts of an mx are asked for together") {
    ZoneSource zone;
    zone.txt("example.org",
             "v=spf1 include:a.test include:%{d}.macro.test include:b.test mx -all include:never.test");
    zone.txt("a.test", "v=spf1 ?all")
        .txt("b.test", "v=spf1 ?all")
        .txt("example.org.macro.test", "v=spf1 ?all");
    zone.add("example.org", DnsType::kMx, "mx1.test").add("example.org", DnsType::kMx, "mx2.test");
    checkHost(from("192.0.2.1"), zone);
    using Pairs = std::vector<std::pair<std::string, DnsType>>;
    CHECK(zone.expected == Pairs{{"a.test", DnsType::kTxt},
                                 {"b.test", DnsType::kTxt},
                                 {"mx1.test", DnsType::kA},
                                 {"mx2.test", DnsType::kA}});
}

TEST_CASE("what is wrong with a record is said") {
    ZoneSource zone;
    const auto [record, what] = GENERATE(table<std::string, std::string>({
        {"v=spf1 ipv4:192.0.2.1 -all", "ipv4:192.0.2.1: unknown mechanism"},
        {"v=spf1 ip4:192.0.2.300", "no IPv4 address"},
        {"v=spf1 ip4:192.0.2.1/33", "prefix length"},
        {"v=spf1 ip4:2001:db8::1", "no IPv4 address"},
        {"v=spf1 ip6:192.0.2.1", "no IPv6 address"},
        {"v=spf1 ip4:01.2.3.4", "no IPv4 address"},
        {"v=spf1 a/24/24", "may not follow"},
        {"v=spf1 a:example", "neither in a macro nor in a top-level label"},
        {"v=spf1 include", "must follow"},
        {"v=spf1 a:%{z}.test", "unknown macro letter"},
        {"v=spf1 a:%{d0}.test", "at least one part"},
        {"v=spf1 a:%{d.test", "does not end with }"},
        {"v=spf1 a:%(d).test", "begins no macro"},
        {"v=spf1 redirect=a.test redirect=a.test", "given twice"},
        {"v=spf1 -", "unknown mechanism"},
        {"v=spf1 \x01", "printable"},
    }));
    INFO(record);
    zone.txt("example.org", record);
    const auto outcome = checkHost(from("192.0.2.1"), zone);
    CHECK(outcome.result == SpfResult::kPermError);
    CHECK_THAT(outcome.detail, Catch::Contains(what));
    CHECK_THAT(outcome.detail, Catch::StartsWith("SPF of example.org: "));
}
