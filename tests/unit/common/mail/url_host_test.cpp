#include "common/mail/url_host.h"

#include <catch2/catch.hpp>

using namespace weir;
using Kind = UrlHost::Kind;

namespace {

std::string name(std::string_view host) {
    return urlHost(host).name;
}

}  // namespace

TEST_CASE("a name is lower case, of A-labels, without its final dot") {
    CHECK(name("WWW.Example.COM") == "www.example.com");
    CHECK(name("example.com.") == "example.com");
    CHECK(name("b\xC3\xBC"
               "cher.example") == "xn--bcher-kva.example");
    CHECK(name("B\xC3\x9C"
               "CHER.example") == "xn--bcher-kva.example");
    CHECK(name("fa\xC3\x9F.de") == "xn--fa-hia.de");
    CHECK(name("XN--BCHER-KVA.example") == "xn--bcher-kva.example");
    CHECK(name("a_b.example.com") == "a_b.example.com");
    CHECK(name("r3---sn-x.example") == "r3---sn-x.example");
    CHECK(urlHost("example.com").kind == Kind::kName);
}

TEST_CASE("fullwidth letters, other dots, invisible and encoded characters do not hide a name") {
    CHECK(name("\xEF\xBD\x81\xEF\xBC\x8E\xEF\xBD\x82\xEF\xBD\xA1"
               "com") == "a.b.com");
    CHECK(name("example\xE3\x80\x82"
               "com") == "example.com");
    CHECK(name("exa\xC2\xADm\xE2\x80\x8Bple.com") == "example.com");
    CHECK(name("%65xample%2Ecom") == "example.com");
    CHECK(name("b%C3%BCcher.example") == "xn--bcher-kva.example");
    CHECK(name("\xE2\x84\xAFxample.com") == "example.com");
}

TEST_CASE("symbols that browsers look up have A-labels too") {
    CHECK(name("\xE2\x98\x83.net") == "xn--n3h.net");
    CHECK(name("I\xE2\x9D\xA4.ws") == "xn--i-7iq.ws");
    CHECK(name("\xE2\x98\x83\xEF\xBC\x8Enet") == "xn--n3h.net");
    CHECK(name("-a.b\xC3\xBC.com") == "-a.xn--b-eha.com");
}

TEST_CASE("an IPv4 address is one in every spelling") {
    for (const char* same : {"192.0.2.1", "192.0.513", "192.513", "3221225985", "0xC0.0.2.1", "0300.0.2.1",
                             "0xc0000201", "030000001001", "192.0.2.1.",
                             "\xEF\xBC\x91"
                             "92.0.2.1",
                             "192.0.2.0x1"}) {
        INFO(same);
        CHECK(name(same) == "192.0.2.1");
        CHECK(urlHost(same).kind == Kind::kIpv4);
    }
    for (const char* none :
         {"256.0.0.1", "1.2.3.4.5", "4294967296", "1.2.3.08", "example.123", "1..2", "1.2.3.0xg1.4"})
        CHECK(urlHost(none).kind == Kind::kNone);
    CHECK(name("0x7f.example") == "0x7f.example");
}

TEST_CASE("an IPv6 address stands in brackets") {
    CHECK(name("[2001:DB8:0:0::1]") == "2001:db8::1");
    CHECK(urlHost("[::1]").kind == Kind::kIpv6);
    CHECK(name("[fe80::1%25eth0]") == "fe80::1");
    CHECK(urlHost("[::1").kind == Kind::kNone);
    CHECK(urlHost("::1").kind == Kind::kNone);
    CHECK(urlHost("[example.com]").kind == Kind::kNone);
}

TEST_CASE("what nobody could look up is no host") {
    for (const std::string& none :
         {std::string(), std::string("a b.example"), std::string("a..example"), std::string("."),
          std::string("a/b"), std::string("a%00b.example"), std::string("a@b"),
          std::string(64, 'a') + ".example", std::string("\xFF.example"), std::string("a%2Fb.example"),
          std::string(5000, 'a')}) {
        INFO(none);
        CHECK(urlHost(none).kind == Kind::kNone);
        CHECK(urlHost(none).name.empty());
    }
    std::string dots = "example";
    for (int i = 0; i < 140; ++i) dots = "a." + dots;
    CHECK(urlHost(dots).kind == Kind::kNone);
    std::string wide;
    for (int i = 0; i < 500; ++i) wide += "\xC3\xBC";
    CHECK(urlHost(wide + ".example").kind == Kind::kNone);
    CHECK(urlHost("\xE2\x98\x83" + wide + ".example").kind == Kind::kNone);
}

TEST_CASE("the registered domain is what stands under a public suffix") {
    CHECK(registeredDomain("www.example.co.uk") == "example.co.uk");
    CHECK(registeredDomain("a.b.example.com") == "example.com");
    CHECK(registeredDomain("user.github.io") == "user.github.io");
    CHECK(registeredDomain("www.xn--bcher-kva.de") == "xn--bcher-kva.de");
    CHECK(registeredDomain("a.b.unknown-suffix") == "b.unknown-suffix");
    CHECK(registeredDomain("co.uk").empty());
    CHECK(registeredDomain("localhost").empty());
    CHECK(registeredDomain("192.0.2.1").empty());
    CHECK(registeredDomain("2001:db8::1").empty());
    CHECK(registeredDomain("").empty());
    CHECK(topLevel("a.b.com") == "com");
    CHECK(topLevel("192.0.2.1").empty());
    CHECK(isKnownTopLevel("com"));
    CHECK(isKnownTopLevel("xn--p1ai"));
    CHECK_FALSE(isKnownTopLevel("txt"));
    CHECK_FALSE(isKnownTopLevel("co.uk"));
    CHECK_FALSE(isKnownTopLevel(""));
}

TEST_CASE("names are shown in Unicode where their labels allow it") {
    CHECK(unicodeHost("www.xn--bcher-kva.example") ==
          "www.b\xC3\xBC"
          "cher.example");
    CHECK(unicodeHost("xn--pypal-4ve.com") == "p\xD0\xB0ypal.com");
    CHECK(unicodeHost("xn--.com") == "xn--.com");
    CHECK(unicodeHost("example.com") == "example.com");
}

TEST_CASE("within is the domain and what is below it") {
    CHECK(isWithin("example.com", "example.com"));
    CHECK(isWithin("a.example.com", "example.com"));
    CHECK_FALSE(isWithin("notexample.com", "example.com"));
    CHECK_FALSE(isWithin("com", "example.com"));
    CHECK_FALSE(isWithin("example.com", ""));
}
