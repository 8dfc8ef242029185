#include "common/mail/address.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("an address is compared without brackets, route, space and the case of its domain") {
    CHECK(normalAddress("<Bob@Example.ORG>") == "Bob@example.org");
    CHECK(normalAddress("Bob@Example.ORG") == "Bob@example.org");
    CHECK(normalAddress(" < bob@example.org > ") == "bob@example.org");
    CHECK(normalAddress("<@relay.example,@b.example:bob@example.org>") == "bob@example.org");
    CHECK(normalAddress("bob@example.org.") == "bob@example.org");
    CHECK(normalAddress("<>").empty());
    CHECK(normalAddress("").empty());
    CHECK(normalAddress("<Postmaster>") == "Postmaster");
    CHECK(normalAddress("<\"a@b\"@Example.org>") == "\"a@b\"@example.org");
}

TEST_CASE("an address is split at its last at-sign") {
    CHECK(splitAddress("\"a@b\"@example.org").local == "\"a@b\"");
    CHECK(splitAddress("\"a@b\"@example.org").domain == "example.org");
    CHECK(splitAddress("postmaster").local == "postmaster");
    CHECK(splitAddress("postmaster").domain.empty());
}

TEST_CASE("a list entry names one address, one domain or the subdomains of one") {
    CHECK(addressMatches("bob@example.org", "<Bob@EXAMPLE.org>"));
    CHECK_FALSE(addressMatches("bob@example.org", "rob@example.org"));
    CHECK(addressMatches("@example.org", "anyone@Example.Org"));
    CHECK_FALSE(addressMatches("@example.org", "anyone@mail.example.org"));
    CHECK_FALSE(addressMatches("@example.org", "anyone@badexample.org"));
    CHECK(addressMatches("@.example.org", "anyone@mail.example.org"));
    CHECK(addressMatches("@.example.org", "anyone@a.b.example.org"));
    CHECK_FALSE(addressMatches("@.example.org", "anyone@example.org"));
    CHECK_FALSE(addressMatches("@.org", ""));
}

TEST_CASE("an entry that is none of these is refused and says what was expected") {
    for (const char* entry :
         {"", "@", "@.", "bob", "example.org", "bob@", "a b@example.org", "bob@.example.org"}) {
        INFO(entry);
        const auto result = addressListEntry(entry);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().what.find("user@domain") != std::string::npos);
    }
}

TEST_CASE("a domain of very many labels gives a bounded number of keys") {
    std::string address = "a@";
    for (int i = 0; i < 10000; ++i) address += "x.";
    CHECK(addressListKeys(address + "org").size() <= 130);
}
