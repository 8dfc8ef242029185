#include "slave/dns/dns_name.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("a name is compared in lower case and without its final dot") {
    CHECK(normalDnsName("Mail.Example.ORG.") == "mail.example.org");
    CHECK(normalDnsName("_dmarc.example.org") == "_dmarc.example.org");
    CHECK(normalDnsName("a b:c/d.example.org") == "a b:c/d.example.org");
    CHECK(normalDnsName("M\xC3\x9CNCHEN.example") == "m\xC3\x9Cnchen.example");
    CHECK(normalDnsName("org") == "org");
}

TEST_CASE("what cannot be asked for is no name") {
    for (const char* name : {"", ".", "..", "a..b", ".a", "a.."}) {
        INFO(name);
        CHECK_FALSE(normalDnsName(name));
    }
    CHECK_FALSE(normalDnsName("hidden.Onion"));
    CHECK_FALSE(normalDnsName(std::string_view("a\0b.example", 11)));
    CHECK(normalDnsName(std::string(63, 'a') + ".example"));
    CHECK_FALSE(normalDnsName(std::string(64, 'a') + ".example"));
    std::string longest;
    for (int i = 0; i < 126; ++i) longest += "a.";
    CHECK(normalDnsName(longest + "b"));  // 253 bytes
    CHECK(normalDnsName(longest + "b."));
    CHECK_FALSE(normalDnsName(longest + "bb"));
}

TEST_CASE("the reverse name of an address") {
    CHECK(reverseDnsName("192.0.2.10") == "10.2.0.192.in-addr.arpa");
    CHECK(reverseDnsName("::ffff:192.0.2.10") == "10.2.0.192.in-addr.arpa");
    CHECK(reverseDnsName("2001:db8::cb01") ==
          "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    CHECK_FALSE(reverseDnsName("example.org"));
    CHECK_FALSE(reverseDnsName(""));
}
