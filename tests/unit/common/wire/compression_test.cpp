#include "common/wire/compression.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("what was compressed comes back") {
    for (const std::size_t size : {0u, 1u, 1024u, 300'000u}) {
        std::string bytes;
        for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * i >> 3);
        const auto back = decompress(compress(bytes), size);
        REQUIRE(back);
        CHECK(*back == bytes);
    }
}

TEST_CASE("a bomb is stopped at the limit") {
    const std::string bomb = compress(std::string(200u << 20, 'A'));
    CHECK(bomb.size() < 100'000);
    const auto result = decompress(bomb, 1u << 20);
    REQUIRE_FALSE(result);
    CHECK(result.error().what == "more than 1048576 bytes when decompressed");
    CHECK_FALSE(decompress(compress(std::string(1001, 'x')), 1000));
    CHECK(decompress(compress(std::string(1000, 'x')), 1000));
}

TEST_CASE("damaged, cut and extended zstd data is refused") {
    const std::string whole = compress("a text that is long enough to be worth it, worth it, worth it");
    CHECK_FALSE(decompress("", 100));
    CHECK_FALSE(decompress("not zstd at all", 100));
    CHECK_FALSE(decompress(whole.substr(0, whole.size() - 3), 100));
    CHECK_FALSE(decompress(whole + "x", 100));
    CHECK_FALSE(decompress(whole + whole, 1000));
}

TEST_CASE("a frame that asks for a huge window is refused") {
    // Magic, no content size, window descriptor 2^30, then an empty last block.
    const std::string frame("\x28\xB5\x2F\xFD\x00\xA0\x01\x00\x00", 9);
    CHECK_FALSE(decompress(frame, 1u << 20));
}
