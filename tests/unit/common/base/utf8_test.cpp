#include "common/base/utf8.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

const std::string kNone = "\xef\xbf\xbd";

}  // namespace

TEST_CASE("the length of a character is 0 where its bytes are none") {
    for (const std::string_view good : {"a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        CHECK(utf8Length(good, 0) == good.size());
        CHECK(isValidUtf8(good));
        CHECK(validUtf8(good) == good);
        for (std::size_t cut = 1; cut < good.size(); ++cut) CHECK(utf8Length(good.substr(0, cut), 0) == 0);
    }
    for (const std::string_view bad :
         {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3z", "\xe2\x82z", "\xf0\x9f\x98z"}) {
        CHECK(utf8Length(bad, 0) == 0);
        CHECK_FALSE(isValidUtf8(bad));
    }
}

TEST_CASE("a code point becomes the character that it is read from") {
    for (const char32_t code : {U'a', U'\u007f', U'\u0080', U'\u07ff', U'\u0800', U'\ud7ff', U'\ue000',
                                U'\uffff', U'\U00010000', U'\U0010ffff'}) {
        std::string text = "x";
        appendCodePoint(text, code);
        const std::size_t length = utf8Length(text, 1);
        CHECK(length == text.size() - 1);
        CHECK(utf8CodePoint(text, 1, length) == code);
    }
    for (const std::uint32_t none : {0xd800u, 0xdfffu, 0x110000u, 0xffffffffu}) {
        std::string text;
        appendCodePoint(text, char32_t{none});
        CHECK(text == kNone);
    }
}

TEST_CASE("each byte that belongs to no character becomes U+FFFD") {
    CHECK(validUtf8("a\xff\xfe"
                    "b") == "a" + kNone + kNone + "b");
    CHECK(validUtf8("\xc0\xaf") == kNone + kNone);
    CHECK(validUtf8("\xed\xa0\x80") == kNone + kNone + kNone);
    CHECK(validUtf8("\xe2\x82") == kNone + kNone);
    CHECK(validUtf8("\xc3\xbc\xe2\x82\xc3\xbc") == "\xc3\xbc" + kNone + kNone + "\xc3\xbc");
}

TEST_CASE("text is cut between two characters, and by no more than that needs") {
    const std::string_view text = "a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80z";
    const std::size_t ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (std::size_t limit = 0; limit < std::size(ends); ++limit)
        CHECK(cutUtf8(text, limit) == text.substr(0, ends[limit]));
    CHECK(cutUtf8("", 0).empty());
    // Bytes that continue nothing are no reason to lose what stands before them.
    const std::string hostile = "begin" + std::string(1000, '\x80');
    for (const std::size_t limit : {7u, 8u, 9u, 100u, 1000u})
        CHECK(cutUtf8(hostile, limit).size() >= limit - 3);
}

TEST_CASE("characters are counted, not bytes") {
    CHECK(utf8Characters("a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80z") == 5);
}

TEST_CASE("valid text keeps to its limit though U+FFFD is longer than a byte") {
    const std::string bad(1000, '\xff');
    for (std::size_t limit = 0; limit < 20; ++limit) {
        const std::string text = validUtf8(bad, limit);
        CHECK(text.size() == limit / 3 * 3);
        CHECK(isValidUtf8(text));
        CHECK(isValidUtf8(validUtf8("gr\xc3\xbc\xc3\x9f\xf0\x9f\x98\x80 gr", limit)));
    }
}
