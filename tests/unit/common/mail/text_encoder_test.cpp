#include "common/mail/text_encoder.h"

#include <catch2/catch.hpp>
#include <random>

#include "common/mail/charset.h"
#include "common/mail/transfer_encoding.h"

using namespace weir;

namespace {

std::string decoded(TransferEncoding encoding, std::string_view bytes) {
    std::string out;
    decodeTransfer(encoding, bytes, out);
    return out;
}

std::size_t longestLine(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        longest = std::max(longest, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return longest;
}

std::string randomBytes(std::mt19937& random, std::string_view alphabet, std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += alphabet[random() % alphabet.size()];
    return bytes;
}

}  // namespace

TEST_CASE("text goes into a charset that holds it, and into no other") {
    CHECK(encodeCharset("Gr\u00FC\u00DFe", "iso-8859-1") ==
          "Gr\xFC\xDF"
          "e");
    CHECK(encodeCharset("Gr\u00FC\u00DFe", "UTF-8") == "Gr\u00FC\u00DFe");
    CHECK(encodeCharset("5 \u20AC", "windows-1252") == "5 \x80");
    CHECK(encodeCharset("plain", "") == "plain");
    CHECK(encodeCharset("plain", "us-ascii") == "plain");
    CHECK_FALSE(encodeCharset("Gr\u00FC\u00DFe", ""));
    CHECK_FALSE(encodeCharset("5 \u20AC", "iso-8859-1"));
    CHECK_FALSE(encodeCharset("\u041F\u0440\u0438", "iso-8859-15"));
    CHECK_FALSE(encodeCharset("plain", "no-such-charset"));
    CHECK_FALSE(encodeCharset("Gr\u00FC\u00DFe", "ascii//TRANSLIT"));
    CHECK_FALSE(encodeCharset("\xFF", "utf-8"));
}

TEST_CASE("a charset with shift states is left in the first one") {
    const auto encoded = encodeCharset("\u3042", "iso-2022-jp");
    REQUIRE(encoded);
    CHECK(encoded->ends_with("\x1B(B"));
    std::string back;
    appendUtf8(back, *encoded + "x", "iso-2022-jp");
    CHECK(back == "\u3042x");
}

TEST_CASE("long text is encoded whole") {
    std::string text;
    for (int i = 0; i < 20000; ++i) text += "\u4E00a\u3042";
    for (const char* charset : {"utf-16", "gb18030", "iso-2022-jp", "euc-jp"}) {
        INFO(charset);
        const auto encoded = encodeCharset(text, charset);
        REQUIRE(encoded);
        std::string back;
        appendUtf8(back, *encoded, charset);
        CHECK(back == text);
    }
}

TEST_CASE("it is known how ASCII lies in a charset") {
    for (const char* name : {"", "us-ascii", "utf-8", "iso-8859-1", "koi8-r", "windows-1251", "big5", "gbk",
                             "shift_jis", "euc-kr", "gb18030"}) {
        INFO(name);
        CHECK(charsetKind(name) == CharsetKind::kAscii);
    }
    CHECK(charsetKind("iso-2022-jp") == CharsetKind::kShifted);
    CHECK(charsetKind("iso-2022-kr") != CharsetKind::kAscii);
    for (const char* name : {"utf-16", "utf-32le", "utf-7", "ibm037"}) {
        INFO(name);
        CHECK(charsetKind(name) == CharsetKind::kOther);
    }
    CHECK(charsetKind("x-none") == CharsetKind::kUnknown);
    CHECK(charsetKind("utf-8//IGNORE") == CharsetKind::kUnknown);
}

TEST_CASE("line ends are told and changed") {
    CHECK(lineEndOf("a\r\nb\n") == "\r\n");
    CHECK(lineEndOf("a\nb\r\n") == "\n");
    CHECK(lineEndOf("\n") == "\n");
    CHECK(lineEndOf("no end") == "\r\n");
    CHECK(withLineEnds("a\r\nb\nc\rd", "\r\n") == "a\r\nb\r\nc\r\nd");
    CHECK(withLineEnds("a\r\n\r\n", "\n") == "a\n\n");
    CHECK(withLineEnds("", "\n").empty());
}

TEST_CASE("quoted-printable keeps what a relay may change") {
    CHECK(encodeQuotedPrintable("a = b\r\n", "\r\n") == "a =3D b\r\n");
    CHECK(encodeQuotedPrintable("end \r\n", "\r\n") == "end=20\r\n");
    CHECK(encodeQuotedPrintable("end \n", "\n") == "end=20\n");
    CHECK(encodeQuotedPrintable("\xC3\xBC", "\n") == "=C3=BC");
    CHECK(encodeQuotedPrintable("From me\n.\n", "\n") == "=46rom me\n=2E\n");
    CHECK(encodeQuotedPrintable("a\nb\r\n", "\r\n") == "a=0Ab\r\n");
    CHECK(encodeQuotedPrintable("a\r\n", "\n") == "a=0D\n");
    CHECK(encodeQuotedPrintable(std::string(76, 'x'), "\n") == std::string(76, 'x'));
    CHECK(encodeQuotedPrintable(std::string(77, 'x'), "\n") == std::string(75, 'x') + "=\nxx");
}

TEST_CASE("what is encoded decodes to the same bytes") {
    std::mt19937 random(7);
    for (int round = 0; round < 400; ++round) {
        const std::string bytes =
            randomBytes(random, std::string_view("ab \t=.From\r\n\r\n\xC3\xBC\0<", 18), random() % 400);
        for (const char* lineEnd : {"\n", "\r\n"}) {
            const std::string quoted = encodeQuotedPrintable(bytes, lineEnd);
            CHECK(decoded(TransferEncoding::kQuotedPrintable, quoted) == bytes);
            CHECK(longestLine(quoted) <= 77);
            CHECK(fitsSevenBit(quoted, lineEnd));
            const std::string base64 = encodeBase64Lines(bytes, lineEnd);
            CHECK(decoded(TransferEncoding::kBase64, base64) == bytes);
            CHECK(longestLine(base64) <= 77);
            const EncodedBytes chosen = encodeTransfer(bytes, lineEnd);
            CHECK(decoded(transferEncodingFromText(chosen.encoding), chosen.bytes) == bytes);
        }
    }
}

TEST_CASE("the encoding follows what a text holds") {
    CHECK(encodeTransfer("plain\r\n", "\r\n").encoding == "7bit");
    CHECK(encodeTransfer("plain\n", "\r\n").encoding == "quoted-printable");
    CHECK(encodeTransfer("Gr\u00FC\u00DFe an alle\n", "\n").encoding == "quoted-printable");
    CHECK(encodeTransfer("\u041F\u0440\u0438\u0432\u0435\u0442\n", "\n").encoding == "base64");
    CHECK(encodeTransfer(std::string(999, 'x'), "\n").encoding == "quoted-printable");
    CHECK(encodeTransfer(std::string(998, 'x'), "\n").encoding == "7bit");
    CHECK(fitsEightBit("\xC3\xBC\n", "\n"));
    CHECK_FALSE(fitsEightBit(std::string_view("\0", 1), "\n"));
    CHECK_FALSE(fitsEightBit("a\rb", "\n"));
}
