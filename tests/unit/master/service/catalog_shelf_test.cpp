#include "master/service/catalog_shelf.h"

#include <catch2/catch.hpp>

#include "common/base/digest.h"

using namespace weir;

TEST_CASE("the shelf offers what was last put, and wakes for what is new alone") {
    int woken = 0;
    CatalogShelf shelf([&] { ++woken; });
    CHECK(shelf.offers().empty());
    CHECK(shelf.bytes("learned") == nullptr);
    shelf.put("user-lists", "one");
    shelf.put("learned", "");
    CHECK(woken == 2);
    CHECK(shelf.offers() ==
          std::vector<CatalogOffer>{{"learned", sha256Hex(""), 0}, {"user-lists", sha256Hex("one"), 3}});
    const auto held = shelf.bytes("user-lists");
    const std::uint64_t before = shelf.version();
    shelf.put("user-lists", "one");
    CHECK(woken == 2);
    CHECK(shelf.version() == before);
    shelf.put("user-lists", "other");
    CHECK(woken == 3);
    CHECK(shelf.version() != before);
    CHECK(*held == "one");  // for who is still sending it
    CHECK(*shelf.bytes("user-lists") == "other");
}

TEST_CASE("the shelf refuses what no node would take") {
    CatalogShelf shelf;
    shelf.put("large", std::string(WireLimits::kCatalogBytes, 'x'));
    CHECK_THROWS_AS(shelf.put("large", std::string(WireLimits::kCatalogBytes + 1, 'x')), Error);
    CHECK(shelf.offers().front().size == WireLimits::kCatalogBytes);
    for (std::size_t i = 1; i < WireLimits::kCatalogs; ++i) shelf.put(std::to_string(i), "");
    CHECK_THROWS_AS(shelf.put("more", ""), Error);
    CHECK_NOTHROW(shelf.put("1", "new"));
}
