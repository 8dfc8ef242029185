#include "slave/dns/dns_cache.h"

#include <catch2/catch.hpp>

using namespace weir;
using namespace std::chrono_literals;

namespace {

const DnsCache::Clock::time_point kStart{};

DnsAnswer found(const std::string& record) {
    return {DnsAnswer::State::kFound, {record}, {}, ""};
}
DnsQuestion text(const std::string& name) {
    return {name, DnsType::kTxt};
}

}  // namespace

TEST_CASE("an answer is there until its time is over, with the time it has left") {
    DnsCache cache(10, 10'000);
    cache.put(text("a"), found("x"), kStart, 60s);
    CHECK(cache.get(text("a"), kStart)->ttl == 60s);
    CHECK(cache.get(text("a"), kStart + 58500ms)->ttl == 2s);
    CHECK(cache.get(text("a"), kStart + 59s)->records == std::vector<std::string>{"x"});
    CHECK_FALSE(cache.get(text("a"), kStart + 60s));
    CHECK(cache.entries() == 0);
    CHECK(cache.bytes() == 0);
}

TEST_CASE("questions differ in name and in type") {
    DnsCache cache(10, 10'000);
    cache.put(text("a"), found("x"), kStart, 60s);
    CHECK_FALSE(cache.get({"a", DnsType::kA}, kStart));
    CHECK_FALSE(cache.get(text("b"), kStart));
}

TEST_CASE("a newer answer takes the place of the old one") {
    DnsCache cache(10, 10'000);
    cache.put(text("a"), found("old"), kStart, 60s);
    cache.put(text("a"), found("new"), kStart, 60s);
    CHECK(cache.entries() == 1);
    CHECK(cache.get(text("a"), kStart)->records[0] == "new");
    cache.put(text("a"), found("gone"), kStart, 0s);
    CHECK_FALSE(cache.get(text("a"), kStart));
}

TEST_CASE("when the entries are used up, the one unused for longest goes") {
    DnsCache cache(2, 10'000);
    cache.put(text("a"), found("x"), kStart, 60s);
    cache.put(text("b"), found("x"), kStart, 60s);
    cache.get(text("a"), kStart);
    cache.put(text("c"), found("x"), kStart, 60s);
    CHECK(cache.entries() == 2);
    CHECK(cache.get(text("a"), kStart));
    CHECK_FALSE(cache.get(text("b"), kStart));
    CHECK(cache.get(text("c"), kStart));
}

TEST_CASE("the bytes of the cache are bounded, however large answers are") {
    DnsCache cache(1000, 10'000);
    for (int i = 0; i < 100; ++i) {
        cache.put(text("n" + std::to_string(i)), found(std::string(1000, 'x')), kStart, 60s);
        REQUIRE(cache.bytes() <= 10'000);
    }
    CHECK(cache.entries() >= 5);
    CHECK(cache.get(text("n99"), kStart));
    cache.put(text("huge"), found(std::string(20'000, 'x')), kStart, 60s);
    CHECK_FALSE(cache.get(text("huge"), kStart));
    CHECK(cache.get(text("n99"), kStart));
}
