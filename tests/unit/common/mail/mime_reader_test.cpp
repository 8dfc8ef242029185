#include "common/mail/mime_reader.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

struct Parsed {
    explicit Parsed(std::string text, const MimeLimits& limits = {}) : mail(std::move(text)) {
        header = readHeaderBlock(mail);
        tree = readMime(header, mail, limits);
    }
    bool defect(std::string_view what) const {
        for (const std::string& found : tree.defects) {
            if (found.find(what) != std::string::npos) return true;
        }
        return false;
    }
    std::string mail;
    HeaderBlock header;
    MimeTree tree;
};

}  // namespace

TEST_CASE("a mail without a type is one part of plain text") {
    const Parsed mail("A: 1\r\n\r\nbody\r\n");
    REQUIRE(mail.tree.parts.size() == 1);
    CHECK(mail.tree.parts[0].type == "text/plain");
    CHECK(mail.tree.parts[0].body == "body\r\n");
    CHECK(mail.tree.defects.empty());
}

TEST_CASE("parts lie between boundaries, and what lies outside is text that some clients show") {
    const Parsed mail(
        "Content-Type: multipart/mixed; boundary=\"b:1\"\r\n\r\npreamble\r\n--b:1\r\n\r\none\r\n--b:1  \r\n"
        "Content-Type: Image/PNG\r\nContent-Transfer-Encoding: "
        "BASE64\r\n\r\nQUJD\r\n--b:1--\r\nepilogue\r\n");
    REQUIRE(mail.tree.parts.size() == 5);
    CHECK(mail.tree.parts[0].container);
    CHECK(mail.tree.parts[1].body == "one");
    CHECK(mail.tree.parts[1].depth == 1);
    CHECK(mail.tree.parts[2].type == "image/png");
    CHECK(mail.tree.parts[2].encoding == TransferEncoding::kBase64);
    CHECK(mail.tree.parts[2].body == "QUJD");
    CHECK(mail.tree.parts[2].view.empty());
    CHECK(mail.tree.parts[3].body == "preamble");
    CHECK(mail.tree.parts[3].view == "preamble-with-content");
    CHECK(mail.tree.parts[4].body == "epilogue");
    CHECK(mail.tree.parts[4].parent == 0);
    CHECK(mail.tree.defects.empty());
    CHECK(mail.tree.ambiguities.empty());
}

TEST_CASE("the usual note before the parts is no text") {
    const Parsed mail(
        "Content-Type: multipart/mixed; boundary=b\n\nThis is a multi-part message in MIME format.\n"
        "--b\n\none\n--b--\n");
    CHECK(mail.tree.parts.size() == 2);
}

namespace {

// What a part is made of lies side by side, as MimePart promises; an editor relies on it.
void checkSpans(const MimeTree& tree, std::string_view mail) {
    REQUIRE(tree.parts.at(0).whole == mail);
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
        const MimePart& part = tree.parts[i];
        if (!part.view.empty()) continue;
        INFO("part " << i + 1);
        CHECK(part.whole.starts_with(part.head));
        CHECK(part.whole.ends_with(part.body));
        const std::string_view gap =
            part.whole.substr(part.head.size(), part.whole.size() - part.head.size() - part.body.size());
        CHECK((gap.empty() || gap == "\n" || gap == "\r\n"));
        if (!part.container) continue;
        // The body again, from the delimiters, the parts and the closing line, which follow one another.
        const char* at = nullptr;
        for (const MimePart& child : tree.parts) {
            if (child.parent != i || !child.received || !child.view.empty()) continue;
            const std::string_view front = child.delimiter.empty() ? child.whole : child.delimiter;
            if (at) CHECK(front.data() == at);
            at = child.whole.data() + child.whole.size();
            CHECK(child.delimiter.size() + child.whole.size() == static_cast<std::size_t>(at - front.data()));
            CHECK(front.data() >= part.body.data());
            CHECK(at <= part.body.data() + part.body.size());
        }
        if (!part.closing.empty()) CHECK(part.closing.data() == at);
    }
}

}  // namespace

TEST_CASE("every part says which bytes are its own, so that it can be cut out of the mail") {
    const std::string mail =
        "Subject: x\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\npreamble\r\n--out\r\n"
        "Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n\r\n--in\r\nX: y\r\n--in--\r\n"
        "--out \r\nContent-Type: message/rfc822\r\n\r\nSubject: f\r\n\r\nhi\r\n\r\n"
        "--out\r\nContent-Type: image/png\r\n\r\nx\r\n--out--\r\nepilogue\r\n";
    for (const bool crlf : {true, false}) {
        std::string text = mail;
        if (!crlf) std::erase(text, '\r');
        const Parsed parsed(text);
        REQUIRE(parsed.tree.parts.size() == 9);
        checkSpans(parsed.tree, parsed.mail);
        const MimePart& image = parsed.tree.parts[6];
        CHECK(image.head == (crlf ? "Content-Type: image/png\r\n" : "Content-Type: image/png\n"));
        CHECK(image.delimiter == (crlf ? "\r\n--out\r\n" : "\n--out\n"));
        CHECK(image.parent == 0);
        CHECK(parsed.tree.parts[5].parent == 4);
        CHECK(parsed.tree.parts[1].whole.ends_with("--in--"));
        CHECK(parsed.tree.parts[0].body.ends_with(crlf ? "epilogue\r\n" : "epilogue\n"));
        const auto at = static_cast<std::size_t>(image.delimiter.data() - parsed.mail.data());
        std::string without = parsed.mail;
        without.erase(at, image.delimiter.size() + image.whole.size());
        CHECK(Parsed(without).tree.parts.size() == 8);
        CHECK(without.ends_with(crlf ? "hi\r\n\r\n--out--\r\nepilogue\r\n" : "hi\n\n--out--\nepilogue\n"));
    }
}

TEST_CASE("parts of an encoded message do not lie in the mail") {
    std::string encoded;
    appendBase64(encoded, "Content-Type: text/plain\n\nx");
    const Parsed mail("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + encoded);
    REQUIRE(mail.tree.parts.size() == 2);
    CHECK(mail.tree.parts[0].received);
    CHECK_FALSE(mail.tree.parts[1].received);
    CHECK(mail.tree.parts[1].parent == 0);
    CHECK(mail.tree.parts[1].head == "Content-Type: text/plain\n");
}

TEST_CASE("LF line ends and a missing end are read") {
    const Parsed mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nX: y\n--b\n\nthree\n");
    REQUIRE(mail.tree.parts.size() == 4);
    CHECK(mail.tree.parts[1].body == "one");
    CHECK(mail.tree.parts[2].body.empty());
    CHECK(mail.tree.parts[3].body == "three\n");
}

TEST_CASE("an outer boundary ends the inner multipart") {
    const Parsed mail(
        "Content-Type: multipart/mixed; boundary=out\n\n--out\nContent-Type: multipart/mixed; "
        "boundary=out2\n\n"
        "--out2\n\ninner\n--out\n\nouter\n--out--\n");
    REQUIRE(mail.tree.parts.size() == 4);
    CHECK(mail.tree.parts[2].body == "inner");
    CHECK(mail.tree.parts[2].depth == 2);
    CHECK(mail.tree.parts[3].body == "outer");
    CHECK(mail.tree.parts[3].depth == 1);
}

TEST_CASE("the parts of a forwarded message are found, encoded or not") {
    const std::string inner = "Subject: in\n\ntext\n";
    const Parsed plain("Content-Type: message/rfc822\n\n" + inner);
    REQUIRE(plain.tree.parts.size() == 2);
    CHECK(plain.tree.parts[0].container);
    CHECK(plain.tree.parts[0].body == inner);
    CHECK(plain.tree.parts[1].body == "text\n");
    std::string encoded;
    appendBase64(encoded, "Content-Type: application/x-thing; name=evil.exe\n\nMZ");
    const Parsed hidden("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + encoded);
    REQUIRE(hidden.tree.parts.size() == 2);
    CHECK(hidden.tree.parts[1].type == "application/x-thing");
    CHECK(hidden.tree.parts[1].body == "MZ");
}

TEST_CASE("parts of a digest are messages unless they say otherwise") {
    const Parsed mail("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\nhi\n--b--\n");
    REQUIRE(mail.tree.parts.size() == 3);
    CHECK(mail.tree.parts[1].type == "message/rfc822");
    CHECK(mail.tree.parts[2].body == "hi");
}

TEST_CASE("a multipart that cannot be taken apart is read as text and named") {
    const Parsed without("Content-Type: multipart/mixed\n\nhello\n");
    REQUIRE(without.tree.parts.size() == 1);
    CHECK(without.tree.parts[0].type == "text/plain");
    CHECK(without.defect("without boundary"));
    const Parsed unused("Content-Type: multipart/mixed; boundary=b\n\nhello\n");
    REQUIRE(unused.tree.parts.size() == 1);
    CHECK(unused.tree.parts[0].body == "hello\n");
    CHECK_FALSE(unused.tree.parts[0].container);
    CHECK(unused.defect("without parts"));
}

TEST_CASE("of two types the first counts, and the other is read too") {
    const std::string parts = "\n--b\nContent-Type: application/x-thing\n\nx\n--b--\n";
    for (const std::string types :
         {"Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n",
          "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n"}) {
        const Parsed mail(types + parts);
        CHECK(std::count_if(mail.tree.parts.begin(), mail.tree.parts.end(), [](const MimePart& part) {
                  return part.type == "application/x-thing" && part.body == "x";
              }) == 1);
        CHECK(mail.tree.ambiguities.has(Ambiguity::kContradictingType));
        CHECK(mail.defect("twice"));
    }
    const Parsed first("Content-Type: text/html\nContent-Type: text/plain\n\nx\n");
    CHECK(first.tree.parts.at(0).type == "text/html");
    CHECK(first.tree.parts.at(1).type == "text/plain");
}

TEST_CASE("nesting over the limit is cut off, named, and still read as text") {
    std::string mail = "Content-Type: multipart/mixed; boundary=b0\n\n";
    for (int i = 1; i <= 100000; ++i) {
        mail += "--b" + std::to_string(i - 1) + "\nContent-Type: multipart/mixed; boundary=b" +
                std::to_string(i) + "\n\n";
    }
    const Parsed nested(mail, {1000, 50});
    CHECK(nested.tree.parts.size() == 51);
    CHECK(nested.tree.parts.back().type == "text/plain");
    CHECK(nested.tree.parts.back().body.size() > 100000);
    CHECK(nested.defect("nesting over 50"));
    std::string messages;
    for (int i = 0; i < 100000; ++i) messages += "Content-Type: message/rfc822\n\n";
    const Parsed deep(messages, {1000, 50});
    CHECK(deep.tree.parts.size() == 51);
    CHECK(deep.defect("nesting over 50"));
}

TEST_CASE("parts over the limit are left out and named") {
    std::string mail = "Content-Type: multipart/mixed; boundary=x\n\n";
    for (int i = 0; i < 300000; ++i) mail += "--x\n\n";
    const Parsed many(mail);
    CHECK(many.tree.parts.size() == 1000);
    CHECK(many.defect("parts over 1000"));
}

TEST_CASE("a chain of encoded messages costs no more than the mail") {
    std::string mail = "\nend\n";
    for (int i = 0; i < 30; ++i) {
        mail = "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n" +
               (i == 0 ? std::string(20000, 'x') + mail : mail);
    }
    // Each level quotes the one before, so that all of them decode.
    const Parsed chain(mail);
    std::size_t decoded = 0;
    for (const std::string& text : chain.tree.decoded) decoded += text.size();
    CHECK(decoded > 0);
    CHECK(decoded <= mail.size());
    CHECK(chain.defect("encoded messages left out"));
}

TEST_CASE("headers of a part over the limits are left out and named") {
    std::string mail = "Content-Type: multipart/mixed; boundary=x\n\n--x\n";
    for (int i = 0; i < 5000; ++i) mail += "X: y\n";
    mail += "\nbody\n--x--\n";
    const Parsed parsed(mail);
    REQUIRE(parsed.tree.parts.size() == 2);
    CHECK(parsed.tree.parts[1].body == "body");
    CHECK(parsed.defect("header over the limit"));
}

TEST_CASE("a boundary of a thousand dashes in a body of dashes is no trap") {
    const std::string dashes(900, '-');
    const std::string mail = "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=\"" + dashes +
                             "x\"\n\n" + std::string(2u << 20, '-') + "\n";
    CHECK(Parsed(mail).tree.parts.size() == 1);
}
