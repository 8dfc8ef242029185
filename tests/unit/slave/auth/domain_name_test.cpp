#include "slave/auth/domain_name.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("a mail domain is compared in A-labels, lower case and without the final dot") {
    CHECK(asciiDomain("Example.ORG.") == "example.org");
    CHECK(asciiDomain("m\xC3\xBCnchen.example") == "xn--mnchen-3ya.example");
    CHECK(asciiDomain("M\xC3\x9CNCHEN.Example") == "xn--mnchen-3ya.example");
    CHECK(asciiDomain("stra\xC3\x9F"
                      "e.example") == "xn--strae-oqa.example");  // not "strasse": IDNA 2008
    CHECK(asciiDomain("xn--mnchen-3ya.example") == "xn--mnchen-3ya.example");
    CHECK(asciiDomain("_x.under_score.example") == "_x.under_score.example");
}

TEST_CASE("what is no domain name is none") {
    CHECK_FALSE(asciiDomain(""));
    CHECK_FALSE(asciiDomain("a..b"));
    CHECK_FALSE(asciiDomain(std::string(64, 'a') + ".example"));
    CHECK_FALSE(asciiDomain("\xFF\xFE.example"));
    CHECK_FALSE(asciiDomain(std::string("\xC3\xBC\0.example", 11)));
    CHECK_FALSE(asciiDomain("\xC3\xBC..example"));
    std::string long_;
    for (int i = 0; i < 500; ++i) long_ += "\xC3\xBC.";
    CHECK_FALSE(asciiDomain(long_ + "example"));
    CHECK_FALSE(asciiDomain(std::string(100'000, '\xC3')));
}
