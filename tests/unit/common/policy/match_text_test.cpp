#include "common/policy/match_text.h"

#include <catch2/catch.hpp>
#include <random>

#include "common/policy/network.h"

using namespace weir;

TEST_CASE("folding makes white space, letter case and hidden characters equal") {
    CHECK(foldedText("") == "");
    CHECK(foldedText(" \t\r\n ") == "");
    CHECK(foldedText("  Hello \r\n\tWORLD  ") == "hello world");
    CHECK(foldedText("a\xC2\xA0\xC2\xA0"
                     "b\xE3\x80\x80"
                     "c") == "a b c");
    CHECK(foldedText("ÄÖÜ ЖΣς") == "äöü жσσ");
    CHECK(foldedText("v\xC2\xADi\xE2\x80\x8B"
                     "a\xEF\xBB\xBF"
                     "gra") == "viagra");
    CHECK(foldedText("\xC5\xBF\xE2\x84\xAA") == "sk");
    CHECK(foldedText(std::string("a\0b", 3)) == "a b");
}

// Character by character, as the header says it; of ASCII alone.
static std::string plainlyFolded(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c > ' ' && c != 127) {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

TEST_CASE("folding does not depend on where in a text something stands") {
    std::mt19937 random(1);
    for (int i = 0; i < 3000; ++i) {
        std::string text;
        while (text.size() < static_cast<std::size_t>(i % 100))
            text += random() % 4 ? static_cast<char>(random() % 128) : "  aZ\r\n"[random() % 6];
        CHECK(foldedText(text) == plainlyFolded(text));
        CHECK(foldedText(text + "É" + text + "x") ==
              plainlyFolded(text + "~").substr(0, plainlyFolded(text + "~").size() - 1) + "é" +
                  plainlyFolded("~" + text + "x").substr(1));
    }
}

TEST_CASE("folding twice is folding once, and gives valid text from any bytes") {
    std::mt19937 random(5);
    for (int i = 0; i < 2000; ++i) {
        std::string bytes;
        for (std::size_t n = random() % 40; n > 0; --n)
            bytes += static_cast<char>(random() % (i % 2 ? 256 : 128));
        const std::string folded = foldedText(bytes);
        CHECK(foldedText(folded) == folded);
        std::string buffer;
        CHECK(regexText(folded, buffer) == folded);
        const std::string valid(regexText(bytes, buffer));
        std::string again;
        CHECK(regexText(valid, again) == valid);
    }
}

TEST_CASE("regex text is the text itself unless something has to change") {
    std::string buffer;
    const std::string plain = "Ünchanged \v text";
    CHECK(regexText(plain, buffer).data() == plain.data());
    CHECK(regexText("a\xFF"
                    "b\xC3",
                    buffer) ==
          "a\xEF\xBF\xBD"
          "b\xEF\xBF\xBD");
    CHECK(regexText("\xC5\xBF"
                    "et \xE2\x84\xAA",
                    buffer) == "set k");
    CHECK(regexText("\xED\xA0\x80", buffer).size() == 9);           // surrogates are not UTF-8
    CHECK(regexText("\xC0\xAF\xE0\x80\xAF", buffer).size() == 15);  // overlong forms neither
}

TEST_CASE("bounded text is cut between characters") {
    CHECK(boundedText("short", 10) == "short");
    CHECK(boundedText("ääää", 3) == "ä…");
    CHECK(boundedText(std::string(300, 'x'), 200) == std::string(200, 'x') + "…");
}

TEST_CASE("networks are read in their forms, and host bits are refused") {
    for (const char* text :
         {"192.0.2.1", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32", "::/0", "::1", "10.0.0.0/9"})
        CHECK(toText(*parseNetwork(text)) == text);
    CHECK(*parseNetwork("::ffff:192.0.2.0/120") == *parseNetwork("192.0.2.0/24"));
    CHECK(parseNetwork("192.0.2.1/24").error().what == "has host bits set; did you mean 192.0.2.0/24?");
    CHECK(parseNetwork("2001:db8::1/32").error().what == "has host bits set; did you mean 2001:db8::/32?");
    for (const char* wrong :
         {"", "x", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/a", "::/129", "1.2.3.4/8/8", " 1.2.3.4"})
        CHECK_FALSE(parseNetwork(wrong));
}
