#include "common/mail/charset.h"
#include "common/base/utf8.h"

#include <catch2/catch.hpp>
#include <random>

using namespace weir;

namespace {

std::string utf8(std::string_view bytes, std::string_view charset, std::size_t limit = SIZE_MAX) {
    std::string out;
    appendUtf8(out, bytes, charset, limit);
    return out;
}

}  // namespace

TEST_CASE("text of the usual charsets becomes UTF-8") {
    CHECK(utf8("Gr\xFC\xDF", "iso-8859-1") == "Grüß");
    CHECK(utf8("\x80 \x93x\x94", "ISO-8859-1") == "€ “x”");
    CHECK(utf8("\xF0\xD2\xC9\xD7\xC5\xD4", "KOI8-R") == "Привет");
    CHECK(utf8("\x1B$BF|K\\\x1B(B", "iso-2022-jp") == "日本");
    CHECK(utf8("\xC4\xE3\xBA\xC3", "gb2312") == "你好");
    CHECK(utf8(std::string_view("\xFE\xFF\0h\0i", 6), "utf-16").find("hi") != std::string::npos);
    CHECK(utf8("Grüß", "utf-8") == "Grüß");
}

TEST_CASE("undeclared and unknown charsets are read as UTF-8 or else windows-1252") {
    for (const char* charset : {"", "us-ascii", "no-such", "utf-8//IGNORE", "x\ny"}) {
        CHECK(utf8("Grüß", charset) == "Grüß");
        CHECK(utf8("Gr\xFC\xDF", charset) == "Grüß");
    }
}

TEST_CASE("whatever the bytes and the charset, the result is valid UTF-8") {
    std::mt19937 random(3);
    for (const char* charset :
         {"utf-8", "", "iso-2022-jp", "shift_jis", "gb18030", "big5", "utf-7", "utf-16", "utf-32",
          "windows-1251", "euc-kr", "iso-2022-kr", "hz-gb-2312", "nonsense"}) {
        for (int round = 0; round < 50; ++round) {
            std::string bytes(random() % 400, '\0');
            for (char& c : bytes) c = static_cast<char>(random());
            CHECK(isValidUtf8(utf8(bytes, charset)));
            const std::string cut = utf8(bytes, charset, 20);
            CHECK(cut.size() <= 20);
            CHECK(isValidUtf8(cut));
        }
    }
}

TEST_CASE("a limit cuts between characters and says so") {
    std::string out;
    CHECK_FALSE(appendUtf8(out, "ab\xC3\xBC", "utf-8", 3));
    CHECK(out == "ab");
    CHECK(appendUtf8(out, "cd", "utf-8", 2));
    CHECK(out == "abcd");
}

TEST_CASE("overlong forms, surrogates and what lies past Unicode are no UTF-8") {
    for (const char* bytes : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\x80",
                              "\xF8\x88\x80\x80\x80"}) {
        CHECK_FALSE(isValidUtf8(bytes));
    }
    CHECK(isValidUtf8("\xF4\x8F\xBF\xBF\xED\x9F\xBF"));
}

TEST_CASE("a text damaged throughout is still read to its end") {
    const std::string text = utf8(std::string(100000, '\xFF') + "end", "shift_jis");
    CHECK(text.ends_with("end"));
}
