#include "slave/parser/byte_codec.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("numbers, flags and texts come back as they were written") {
    std::string bytes;
    ByteWriter out(bytes);
    out.number(0);
    out.number(UINT64_MAX);
    out.flag(true);
    out.flag(false);
    out.text("");
    out.text(
        "gr\xc3\xbc\xc3\x9f"
        "e");
    ByteReader in(bytes);
    CHECK(in.number() == 0);
    CHECK(in.number() == UINT64_MAX);
    CHECK(in.flag());
    CHECK_FALSE(in.flag());
    CHECK(in.text().empty());
    CHECK_FALSE(in.ended());
    CHECK(in.text() ==
          "gr\xc3\xbc\xc3\x9f"
          "e");
    CHECK(in.ended());
}

TEST_CASE("what is cut off anywhere is refused, and everything after it is empty") {
    std::string bytes;
    ByteWriter out(bytes);
    out.number(7);
    out.flag(true);
    out.text("text");
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        ByteReader in(std::string_view(bytes).substr(0, length));
        in.number();
        in.flag();
        in.text();
        CHECK_FALSE(in.good());
        CHECK_FALSE(in.ended());
        CHECK(in.number() == 0);
        CHECK(in.text().empty());
    }
}

TEST_CASE("a text that is longer than the bytes, or no UTF-8, is refused") {
    for (const std::uint64_t length : {std::uint64_t{5}, UINT64_MAX, UINT64_MAX - 7}) {
        std::string bytes;
        ByteWriter(bytes).number(length);
        bytes += "text";
        ByteReader in(bytes);
        CHECK(in.text().empty());
        CHECK_FALSE(in.good());
    }
    std::string bytes;
    ByteWriter(bytes).text("\xff");
    CHECK(ByteReader(bytes).raw() == "\xff");
    ByteReader in(bytes);
    CHECK(in.text().empty());
    CHECK_FALSE(in.good());
}

TEST_CASE("a count of more elements than can follow is refused before anything is reserved") {
    std::string bytes;
    ByteWriter(bytes).number(3);
    bytes.append(24, 'x');
    CHECK(ByteReader(bytes).count(8) == 3);
    ByteReader tooMany(bytes);
    CHECK(tooMany.count(9) == 0);
    CHECK_FALSE(tooMany.good());
}

TEST_CASE("a flag is 0 or 1") {
    CHECK(ByteReader("\1").flag());
    ByteReader in("\2");
    CHECK_FALSE(in.flag());
    CHECK_FALSE(in.good());
}
