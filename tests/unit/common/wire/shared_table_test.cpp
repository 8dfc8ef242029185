#include "common/wire/shared_table.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

using namespace weir;

namespace {

SharedKey numbered(std::uint32_t number) {
    SharedKey key{};
    for (unsigned i = 0; i < 4; ++i) key[i] = static_cast<std::uint8_t>(number >> (8 * i));
    return key;
}

using Table = SharedTable<SharedKey, std::uint32_t>;

bool holds(Table& table, std::uint32_t number) {
    const auto* entry = table.find(numbered(number));
    return entry && entry->value == number;
}

}  // namespace

TEST_CASE("a table finds what was put in and nothing else, whatever is taken out") {
    Table table(100'000);
    std::map<std::uint32_t, bool> there;
    std::mt19937 random(7);
    for (int i = 0; i < 20'000; ++i) {
        const auto number = static_cast<std::uint32_t>(random() % 3000);
        if (auto* entry = table.find(numbered(number))) {
            table.erase(*entry);
            there[number] = false;
        } else {
            table.insert(numbered(number), number);
            there[number] = true;
        }
    }
    std::size_t size = 0;
    for (const auto& [number, is] : there) {
        REQUIRE(holds(table, number) == is);
        size += is;
    }
    CHECK(table.size() == size);
    CHECK(table.weight() == size);
    CHECK(table.places() <= 3000);
    std::size_t visited = 0;
    for (std::size_t at = 0; at < table.places();)
        at = table.visit(at, 100, [&](Table::Entry&) { ++visited; });
    CHECK(visited == size);
    CHECK(table.evicted() == 0);
}

TEST_CASE("a full table throws out what was changed longest ago") {
    Table table(3);
    for (std::uint32_t i = 0; i < 3; ++i) table.insert(numbered(i), i);
    table.touch(*table.find(numbered(0)));
    table.insert(numbered(3), 3);
    CHECK(holds(table, 0));
    CHECK_FALSE(holds(table, 1));
    CHECK(holds(table, 2));
    CHECK(table.size() == 3);
    CHECK(table.evicted() == 1);
}

TEST_CASE("a flood of the lower rank leaves the higher rank its half") {
    Table table(100);
    for (std::uint32_t i = 0; i < 60; ++i) table.insert(numbered(i), i, 1);
    for (std::uint32_t i = 1000; i < 2000; ++i) table.insert(numbered(i), i, 0);
    CHECK(table.weight(1) == 50);
    CHECK(table.weight(0) == 50);
    CHECK(holds(table, 59));
    CHECK_FALSE(holds(table, 0));
    // And the other way round.
    for (std::uint32_t i = 3000; i < 4000; ++i) table.insert(numbered(i), i, 1);
    CHECK(table.weight(1) == 50);
    CHECK(table.weight(0) == 50);
}

TEST_CASE("an entry that grows makes others go, never itself") {
    Table table(10);
    for (std::uint32_t i = 0; i < 5; ++i) table.insert(numbered(i), i);
    table.weigh(*table.find(numbered(0)), 8);
    CHECK(holds(table, 0));
    CHECK(holds(table, 4));
    CHECK(table.size() == 3);
    CHECK(table.weight() == 10);
    table.weigh(*table.find(numbered(0)), 50);
    CHECK(holds(table, 0));
    CHECK(table.size() == 1);
    table.insert(numbered(9), 9);
    CHECK(holds(table, 9));
    CHECK_FALSE(holds(table, 0));
}

TEST_CASE("keys that differ in one bit go to different buckets") {
    std::map<std::uint64_t, int> buckets;
    for (std::size_t byte = 0; byte < 16; ++byte)
        for (unsigned bit = 0; bit < 8; ++bit) {
            SharedKey key{};
            key[byte] = static_cast<std::uint8_t>(1u << bit);
            ++buckets[secretHash(key) & 0xffff];
            ++buckets[secretHash(SharedTableKey{key, 5, 6, 7}) & 0xffff];
        }
    CHECK(buckets.size() > 240);
}
