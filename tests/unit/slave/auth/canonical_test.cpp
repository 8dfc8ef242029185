#include "slave/auth/canonical.h"

#include <catch2/catch.hpp>
#include <random>

#include "common/base/digest.h"
#include "common/mail/header_block.h"
#include "slave/auth/canonical_mail.h"

using namespace weir;
using Form = Canonicalization;

namespace {

std::string body(std::string_view text, Form form) {
    std::string out;
    canonicalBody(text, form, [&](std::string_view piece) {
        out += piece;
        return true;
    });
    return out;
}

std::string headers(std::string_view text, Form form) {
    std::string out;
    for (const HeaderField& field : readHeaderBlock(text).fields) {
        appendCanonicalField(out, field, form);
        out += "\r\n";
    }
    return out;
}

std::string withLf(std::string text) {
    std::erase(text, '\r');
    return text;
}

std::string sha(std::string_view text) {
    Sha256 digest;
    digest.add(text);
    return digest.bytes();
}

}  // namespace

TEST_CASE("the example of RFC 6376, section 3.4.5, has the forms given there") {
    const std::string head = "A: X\r\nB : Y\t\r\n\tZ  \r\n";
    const std::string text = " C \r\nD \t E\r\n\r\n\r\n";
    CHECK(headers(head, Form::kRelaxed) == "a:X\r\nb:Y Z\r\n");
    CHECK(headers(head, Form::kSimple) == head);
    CHECK(body(text, Form::kRelaxed) == " C\r\nD E\r\n");
    CHECK(body(text, Form::kSimple) == " C \r\nD \t E\r\n");
    CHECK(headers(withLf(head), Form::kRelaxed) == "a:X\r\nb:Y Z\r\n");
    CHECK(headers(withLf(head), Form::kSimple) == head);
    CHECK(body(withLf(text), Form::kRelaxed) == " C\r\nD E\r\n");
    CHECK(body(withLf(text), Form::kSimple) == " C \r\nD \t E\r\n");
}

TEST_CASE("no body is one empty line in the simple form, and nothing in the relaxed one") {
    for (const char* empty : {"", "\r\n", "\n", "\r\n\r\n\n"}) {
        CHECK(body(empty, Form::kSimple) == "\r\n");
        CHECK(body(empty, Form::kRelaxed).empty());
    }
    CHECK(body(" \t\r\n\t\r\n", Form::kRelaxed).empty());
    CHECK(body(" \r\n", Form::kSimple) == " \r\n");
}

TEST_CASE("a last line without its end gets one") {
    CHECK(body("a", Form::kSimple) == "a\r\n");
    CHECK(body("a", Form::kRelaxed) == "a\r\n");
    CHECK(body("a\r\nb ", Form::kRelaxed) == "a\r\nb\r\n");
}

TEST_CASE("empty lines stay where a line follows, and a bare CR is a byte like others") {
    CHECK(body("a\n\n \n\nb\n\n", Form::kRelaxed) == "a\r\n\r\n\r\n\r\nb\r\n");
    CHECK(body("a\n\n \n\nb\n\n", Form::kSimple) == "a\r\n\r\n \r\n\r\nb\r\n");
    CHECK(body("a\rb\r\r\nc\n", Form::kSimple) == "a\rb\r\r\nc\r\n");
    CHECK(body("a\rb\r\r\nc\n", Form::kRelaxed) == "a\rb\r\r\nc\r\n");
}

TEST_CASE("a body larger than any buffer comes through whole") {
    std::string text, relaxed;
    for (int i = 0; i < 20000; ++i) {
        text += "line  " + std::to_string(i) + "\t \r\n";
        relaxed += "line " + std::to_string(i) + "\r\n";
    }
    CHECK(body(text, Form::kRelaxed) == relaxed);
    CHECK(body(withLf(text), Form::kRelaxed) == relaxed);
    CHECK(body(text, Form::kSimple) == text);
    CHECK(body(withLf(text), Form::kSimple) == text);
}

TEST_CASE("bodies of any bytes have the form that the words of RFC 6376 give them") {
    // Section 3.4.3 and 3.4.4, line by line as they are written there.
    const auto byTheBook = [](const std::string& text, Form form) {
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            std::string line = text.substr(at, end - at);
            if (end < text.size() && line.ends_with('\r')) line.pop_back();
            std::string relaxed;
            for (const char c : line) {
                const bool blank = c == ' ' || c == '\t';
                if (!blank) relaxed += c;
                if (blank && !relaxed.ends_with(' ')) relaxed += ' ';
            }
            if (relaxed.ends_with(' ')) relaxed.pop_back();
            lines.push_back(form == Form::kRelaxed ? relaxed : line);
            at = end + 1;
        }
        while (!lines.empty() && lines.back().empty()) lines.pop_back();
        if (lines.empty() && form == Form::kSimple) lines.emplace_back();
        std::string out;
        for (const std::string& line : lines) out += line + "\r\n";
        return out;
    };
    std::mt19937 random(1);
    constexpr std::string_view bytes = "  \t\r\n\nabcdefgh";
    for (int i = 0; i < 20000; ++i) {
        std::string text;
        for (std::size_t size = random() % 60; size > 0; --size) {
            text += bytes[random() % bytes.size()];
            if (random() % 8 == 0) text += "\r\n";
        }
        REQUIRE(body(text, Form::kSimple) == byTheBook(text, Form::kSimple));
        REQUIRE(body(text, Form::kRelaxed) == byTheBook(text, Form::kRelaxed));
    }
}

TEST_CASE("a body hash ends at its length and says whether more comes") {
    const std::vector<HeaderField> none;
    const std::string text = "abc  d\r\n\r\n\r\n";
    CanonicalMail mail(none, text);
    const BodyHash& cut = mail.bodyHash(Form::kRelaxed, 4);
    CHECK(cut.digest == sha("abc "));
    CHECK(cut.bytes == 4);
    CHECK_FALSE(cut.whole);
    const BodyHash& exact = mail.bodyHash(Form::kRelaxed, 7);
    CHECK(exact.digest == sha("abc d\r\n"));
    CHECK(exact.whole);
    const BodyHash& beyond = mail.bodyHash(Form::kRelaxed, 100);
    CHECK(beyond.bytes == 7);
    CHECK(beyond.whole);
    CHECK(mail.bodyHash(Form::kSimple).digest == sha("abc  d\r\n"));
    CHECK(mail.bodyHash(Form::kSimple, 0).digest == sha(""));
    CHECK_FALSE(mail.bodyHash(Form::kSimple, 0).whole);
    CHECK(&mail.bodyHash(Form::kRelaxed, 4) == &cut);
}

TEST_CASE("hashes that were expected together are those that each has alone") {
    const std::vector<HeaderField> none;
    std::string text;
    for (int i = 0; i < 3000; ++i) text += "line  " + std::to_string(i) + "\t \n\n";
    for (const Form form : {Form::kSimple, Form::kRelaxed}) {
        CanonicalMail together(none, text);
        const std::vector<std::uint64_t> lengths = {0, 1, 16383, 16384, 16385, 20000, 20000, 1u << 30};
        for (const std::uint64_t length : lengths) together.expectBodyHash(form, length);
        together.expectBodyHash(form);
        for (const std::uint64_t length : lengths) {
            CanonicalMail alone(none, text);
            const BodyHash& one = alone.bodyHash(form, length);
            CHECK(one.digest == sha(body(text, form).substr(0, length)));
            CHECK(together.bodyHash(form, length).digest == one.digest);
            CHECK(together.bodyHash(form, length).bytes == one.bytes);
            CHECK(together.bodyHash(form, length).whole == one.whole);
        }
        CHECK(together.bodyHash(form).digest == sha(body(text, form)));
        CHECK(together.bodyHash(form).whole);
        CHECK(together.bodyHash(form, body(text, form).size()).whole);
    }
}

TEST_CASE("a list of names picks fields from the bottom up, each at most once") {
    const std::string text = "To: 1\r\nFrom: 2\r\nTO: 3\r\nX: 4\r\nto: 5\r\n\r\n";
    const HeaderBlock block = readHeaderBlock(text);
    CanonicalMail mail(block.fields, "");
    using Picked = std::vector<std::size_t>;
    CHECK(mail.pick({"to", "from", "to"}) == Picked{4, 1, 2});
    CHECK(mail.pick({"to", "to", "to", "to"}) == Picked{4, 2, 0});
    CHECK(mail.pick({"cc", "from", "from"}) == Picked{1});
    CHECK(mail.pick({"to", "to", "to"}, 2) == Picked{4, 0});
    CHECK(mail.pick({}).empty());
}
