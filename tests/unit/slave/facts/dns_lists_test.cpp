#include "slave/facts/dns_lists.h"

#include <catch2/catch.hpp>

#include "tests/support/zone_source.h"

using namespace weir;
using weir::test::ZoneSource;

namespace {

DnsListSection listWith(std::vector<DnsListSection::Code> codes = {}) {
    DnsListSection list;
    list.zone = "zen.example";
    list.weight = 1500;
    list.codes = std::move(codes);
    return list;
}

}  // namespace

TEST_CASE("an address is looked up backwards, a name as it is") {
    ZoneSource dns;
    dns.a("17.2.0.192.zen.example", "127.0.0.2").a("bad.example.zen.example", "127.0.0.3");
    CHECK(askDnsList("zen", listWith(), {"192.0.2.17"}, dns).hits == std::vector<std::string>{"zen"});
    CHECK(askDnsList("zen", listWith(), {"192.0.2.17"}, dns).score == 1500);
    CHECK(askDnsList("zen", listWith(), {"Bad.Example."}, dns).hits.size() == 1);
    CHECK(askDnsList("zen", listWith(), {"192.0.2.18", "good.example"}, dns).hits.empty());
    dns.a("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.zen.example", "127.0.0.2");
    CHECK(askDnsList("zen", listWith(), {"2001:db8::1"}, dns).hits.size() == 1);
}

TEST_CASE("codes have meanings and weights, and other answers do not count") {
    ZoneSource dns;
    dns.a("1.2.0.192.zen.example", "127.0.0.2").a("1.2.0.192.zen.example", "127.0.0.10");
    dns.a("2.2.0.192.zen.example", "127.0.0.99");
    const DnsListSection list = listWith({{"127.0.0.2/32", "sbl", 4500}, {"127.0.0.10/31", "pbl", 500}});
    const DnsListResult found = askDnsList("zen", list, {"192.0.2.1"}, dns);
    CHECK(found.hits == std::vector<std::string>{"zen", "zen:sbl", "zen:pbl"});
    CHECK(found.score == 4500);
    CHECK(askDnsList("zen", list, {"192.0.2.2"}, dns).hits.empty());
}

TEST_CASE("a list that refuses to answer, or does not answer, is a failure and no hit") {
    ZoneSource dns;
    dns.a("1.2.0.192.zen.example", "127.255.255.254").a("2.2.0.192.zen.example", "203.0.113.9");
    dns.fail("3.2.0.192.zen.example");
    for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3"}) {
        const DnsListResult result = askDnsList("zen", listWith(), {address}, dns);
        CHECK(result.hits.empty());
        CHECK(result.failure.find("the list zen ") == 0);
    }
}

TEST_CASE("a mail full of links asks a list about a few of them") {
    ZoneSource dns;
    std::vector<std::string> hosts;
    for (int i = 0; i < 100; ++i) hosts.push_back("h" + std::to_string(i) + ".example");
    askDnsList("zen", listWith(), hosts, dns);
    CHECK(dns.asked.size() == DnsListLimits().names);
    expectDnsList(listWith(), {"h1.example", "h1.example", "not a name"}, dns);
    CHECK(dns.expected.size() == 2);
}
