#include "common/mail/encoded_word.h"

#include <catch2/catch.hpp>

#include "common/base/utf8.h"

using namespace weir;

TEST_CASE("a header value is shown unfolded, trimmed and decoded") {
    CHECK(decodeHeaderText(" plain text\r\n and more ") == "plain text and more");
    CHECK(decodeHeaderText("=?utf-8?B?R3LDvMOfZQ==?=") == "Grüße");
    CHECK(decodeHeaderText("=?ISO-8859-1?Q?Gr=FC=DFe_aus?= Bern") == "Grüße aus Bern");
    CHECK(decodeHeaderText("=?koi8-r?B?8NLJ18XU?=") == "Привет");
    CHECK(decodeHeaderText("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=") == "日本");
    CHECK(decodeHeaderText("=?utf-8*en?Q?a?= b") == "a b");
}

TEST_CASE("space between two encoded words is not shown, space beside plain text is") {
    CHECK(decodeHeaderText("=?utf-8?Q?a?= =?utf-8?Q?b?=") == "ab");
    CHECK(decodeHeaderText("=?utf-8?Q?a?=\r\n =?iso-8859-1?Q?b?=") == "ab");
    CHECK(decodeHeaderText("=?utf-8?Q?a?= and =?utf-8?Q?b?=") == "a and b");
    CHECK(decodeHeaderText("Re: =?utf-8?Q?a?=") == "Re: a");
    CHECK(decodeHeaderText("x =?broken =?utf-8?Q?a?=") == "x =?broken a");
}

TEST_CASE("a character split between two encoded words is whole") {
    CHECK(decodeHeaderText("=?utf-8?B?R3LD?= =?utf-8?B?vA==?=") == "Grü");
    CHECK(decodeHeaderText("=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC?=") == "Grü");
}

TEST_CASE("what is no encoded word stays as it is") {
    for (const char* text :
         {"=?", "=?utf-8", "=?utf-8?B", "=?utf-8?X?abc?=", "=?utf-8?B?abc", "a =?= b", "=??B?YQ==?="}) {
        CHECK(decodeHeaderText(text) == text);
    }
}

TEST_CASE("raw eight-bit and unknown charsets still give valid UTF-8") {
    CHECK(decodeHeaderText("Gr\xC3\xBC\xC3\x9F") == "Grüß");
    CHECK(decodeHeaderText("Gr\xFC\xDF") == "Grüß");
    CHECK(decodeHeaderText("=?no-such-charset?Q?Gr=FC=DF?=") == "Grüß");
    CHECK(isValidUtf8(decodeHeaderText("=?utf-8?Q?=FF=FE=C3?=")));
    CHECK(decodeHeaderText(std::string("a\0b\rc", 5)) == "a bc");
    CHECK(decodeHeaderText("=?utf-8?Q?a=0AX-Evil:_1?=") == "a X-Evil: 1");
}

TEST_CASE("an encoded value decodes to the text it was made of") {
    for (const std::string& text :
         {std::string("plain words"), std::string("[SPÄM] ein Gruß"),
          std::string("日本語の件名がとても長いときには折り返される必要がある、何度でも、何度でも、何度でも"),
          std::string(3000, 'x'), std::string("literal =?utf-8?Q?a?= here"), std::string("ä  b  ö"),
          "ü" + std::string(400, 'y') + " z"}) {
        const std::string value = encodeHeaderText(text, 9);
        CHECK(decodeHeaderText(value) == text);
        for (const char c : value) CHECK((c == '\n' || (c >= ' ' && c < 0x7F)));
    }
}

TEST_CASE("lines are folded at 78 columns where words allow and never exceed 998") {
    std::string text;
    for (int i = 0; i < 400; ++i) text += i % 3 == 0 ? "wörd " : "word ";
    const std::string value = encodeHeaderText(text, 20);
    std::size_t column = 20, longest = 0;
    for (const char c : value) {
        column = c == '\n' ? 0 : column + 1;
        longest = std::max(longest, column);
    }
    CHECK(longest <= 78);
    for (std::size_t at = value.find('\n'); at != std::string::npos; at = value.find('\n', at + 1)) {
        CHECK(value[at + 1] == ' ');
    }
}

TEST_CASE("a line break in a value cannot begin a header") {
    const std::string value = encodeHeaderText("a\r\nX-Evil: 1\n\nbody\0", 10);
    CHECK(value.find('\n') == std::string::npos);
    CHECK(value.find('\r') == std::string::npos);
}

TEST_CASE("very many encoded words are decoded") {
    std::string raw;
    for (int i = 0; i < 50000; ++i) raw += "=?utf-8?Q?a?= ";
    CHECK(decodeHeaderText(raw) == std::string(50000, 'a'));
    std::string open;
    for (int i = 0; i < 300000; ++i) open += "=?a?q";
    CHECK(decodeHeaderText(open).size() == open.size());
}
