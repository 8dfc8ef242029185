// The laws that merging rests on, on random entries from small ranges, so that ties and orders of all kinds
// occur.
#include "common/wire/shared_entry.h"

#include <catch2/catch.hpp>
#include <random>

using namespace weir;

namespace {

constexpr int kRounds = 3000;

std::mt19937& random() {
    static std::mt19937 engine(20261121);
    return engine;
}

std::uint32_t below(std::uint32_t limit) {
    return std::uniform_int_distribution<std::uint32_t>(0, limit - 1)(random());
}

void fill(TripletEntry& entry) {
    entry = {{}, below(3), below(4), below(4), below(4)};
}
void fill(CountEntry& entry) {
    entry = {{}, 7, 9, below(4), below(5)};
}
void fill(PoisonEntry& entry) {
    entry = {{}, below(3), below(4), std::string(1, static_cast<char>('a' + below(3)))};
}

template <class Entry>
Entry joined(Entry a, const Entry& b) {
    join(a, b);
    return a;
}

}  // namespace

TEMPLATE_TEST_CASE("joining is commutative, associative and idempotent, and says whether it changed anything",
                   "", TripletEntry, CountEntry, PoisonEntry) {
    for (int i = 0; i < kRounds; ++i) {
        TestType a, b, c;
        fill(a);
        fill(b);
        fill(c);
        const TestType both = joined(a, b);
        REQUIRE(both == joined(b, a));
        REQUIRE(joined(both, c) == joined(a, joined(b, c)));
        REQUIRE(joined(a, a) == a);
        REQUIRE(joined(both, a) == both);
        REQUIRE(joined(both, b) == both);
        TestType into = a;
        const bool changed = join(into, b);
        REQUIRE(changed == !(into == a));
    }
}

TEST_CASE("an attempt of a later round replaces an earlier one, and what passed stays passed") {
    TripletEntry early{{}, 0, 100, 250, 900};
    const TripletEntry late{{}, 1, 5000, 0, 6000};
    CHECK(join(early, late));
    CHECK(early == TripletEntry{{}, 1, 5000, 250, 6000});
}

TEST_CASE("keys depend on every part and on where parts end") {
    const SharedKey key = sharedKey({"a", "bc"});
    CHECK(key == sharedKey({"a", "bc"}));
    CHECK(key != sharedKey({"ab", "c"}));
    CHECK(key != sharedKey({"a", "bc", ""}));
    CHECK(key != sharedKey({"a", std::string_view("bc\0", 3)}));
    CHECK(sharedKey({}) != sharedKey({""}));
}

TEST_CASE("a column belongs to one node and one life") {
    const NodeId a{"0196f0c0-0000-7000-8000-00000000000a"}, b{"0196f0c0-0000-7000-8000-00000000000b"};
    CHECK(columnOf(a, 1) == columnOf(a, 1));
    CHECK(columnOf(a, 1) != columnOf(b, 1));
    CHECK(columnOf(a, 1) != columnOf(a, 2));
    CHECK(newLife() != newLife());
}

TEST_CASE("what claims to be of use for years comes from a clock that is wrong") {
    const TimePoint now = fromMillis(1'800'000'000'000);
    CHECK(believable(toSharedSeconds(now), now));
    CHECK(believable(toSharedSeconds(now + kSharedLongest), now));
    CHECK_FALSE(believable(toSharedSeconds(now + kSharedLongest) + 1, now));
    CHECK(toSharedSeconds(fromMillis(-5)) == 0);
    CHECK(toSharedSeconds(fromMillis(INT64_MAX)) == UINT32_MAX);
}
