#include "slave/milter/direction.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

Envelope from(const std::string& address, const std::string& user = "") {
    Envelope envelope;
    envelope.clientAddress = address;
    envelope.authUser = user;
    return envelope;
}

}  // namespace

TEST_CASE("direction follows the client, not the addresses") {
    const auto rule = DirectionRule::make({"10.0.0.0/8", "2001:db8::/32"}, {"587"});
    REQUIRE(rule);
    CHECK(rule->of(from("192.0.2.1"), "25") == Direction::kInbound);
    CHECK(rule->of(from("10.1.2.3"), "25") == Direction::kOutbound);
    CHECK(rule->of(from("2001:db8::1"), "25") == Direction::kOutbound);
    CHECK(rule->of(from("2001:db9::1"), "25") == Direction::kInbound);
    CHECK(rule->of(from("192.0.2.1", "alice"), "25") == Direction::kOutbound);
    CHECK(rule->of(from("192.0.2.1"), "587") == Direction::kOutbound);
    CHECK(rule->of(from(""), "") == Direction::kOutbound);
    CHECK(rule->of(from("not an address"), "") == Direction::kInbound);
}

TEST_CASE("networks and ports that cannot be read are refused") {
    CHECK_FALSE(DirectionRule::make({"10.0.0.0/33"}, {}));
    CHECK_FALSE(DirectionRule::make({"example.org"}, {}));
    CHECK_FALSE(DirectionRule::make({}, {"0"}));
    CHECK_FALSE(DirectionRule::make({}, {"65536"}));
    CHECK_FALSE(DirectionRule::make({}, {"587x"}));
}
