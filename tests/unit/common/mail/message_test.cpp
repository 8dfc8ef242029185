#include "common/mail/message.h"

#include <catch2/catch.hpp>

#include "common/base/utf8.h"
#include "common/mail/transfer_encoding.h"

using namespace weir;

namespace {

std::string base64(std::string_view bytes) {
    std::string text;
    appendBase64(text, bytes);
    return text;
}

bool has(const std::vector<std::string>& defects, std::string_view what) {
    for (const std::string& defect : defects) {
        if (defect.find(what) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a mail is its header block, an empty line and its body") {
    const std::string bytes = "Subject: hi\r\nMessage-ID: <1@x> \r\n\r\nbody\r\n";
    const Message mail(bytes);
    CHECK(mail.bytes() == bytes);
    CHECK(mail.headerBlock() == "Subject: hi\r\nMessage-ID: <1@x> \r\n");
    CHECK(mail.body() == "body\r\n");
    CHECK(mail.subject() == "hi");
    CHECK(mail.messageId() == "<1@x>");
    CHECK(mail.text() == "body\n");
    CHECK(mail.attachments().empty());
    CHECK(mail.defects().empty());
}

TEST_CASE("an empty mail has nothing and fails at nothing") {
    for (const char* bytes : {"", "\r\n", "\n", "\r", "x"}) {
        const Message mail(bytes);
        CHECK(mail.headers().empty());
        CHECK(mail.subject().empty());
        CHECK(mail.messageId().empty());
        CHECK(mail.attachments().empty());
        CHECK(mail.text().size() <= 2);
    }
}

TEST_CASE("every value of a header is given, decoded, in order") {
    const Message mail("X-A: =?utf-8?Q?=C3=BC?=\r\nSubject: 1\r\nx-a: two\r\n\r\n");
    CHECK(mail.header("x-A") == std::vector<std::string>{"ü", "two"});
    CHECK(mail.header("X-B").empty());
}

TEST_CASE("text comes from plain and HTML parts, in every encoding and charset") {
    const std::string bytes =
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
        "charset=iso-8859-1\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\nzwei\r\n--b\r\n"
        "Content-Type: text/html; charset=koi8-r\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
        base64("<p>\xF0\xD2\xC9\xD7\xC5\xD4<b>!</b></p>") + "\r\n--b--\r\n";
    CHECK(Message(bytes).text() == "Grüße\nzwei\nПривет!\n");
}

TEST_CASE("an attached text is a file, an inline text with a name is read and listed") {
    const Message mail(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; name=a.txt\n\nseen\n"
        "--b\nContent-Disposition: attachment; filename=b.txt\n\nnot seen\n--b\n"
        "Content-Disposition: attachment\n\nnameless\n--b--\n");
    CHECK(mail.text() == "seen\n");
    REQUIRE(mail.attachments().size() == 3);
    CHECK(mail.attachments()[0].name == "a.txt");
    CHECK(mail.attachments()[1].name == "b.txt");
    CHECK(mail.attachments()[1].declaredType == "text/plain");
    CHECK(mail.attachments()[2].name.empty());
    CHECK(mail.attachments()[2].size == 8);
}

TEST_CASE("real types come from the bytes and only when asked for") {
    const std::string program = "MZ" + std::string(0x3A, '\0') + std::string("\x40\0\0\0PE\0\0\x4C\x01", 10) +
                                std::string(20000, '\0');
    const std::string bytes =
        "Content-Type: application/pdf; name=\"invoice.pdf\"\nContent-Transfer-Encoding: base64\n\n" +
        base64(program);
    const Message mail(bytes);
    REQUIRE(mail.attachments().size() == 1);
    CHECK(mail.attachments()[0].realType.empty());
    CHECK(mail.attachments()[0].size == program.size());
    CHECK(mail.attachmentsWithRealTypes()[0].realType == "application/x-dosexec");
    CHECK(mail.attachments()[0].declaredType == "application/pdf");
}

TEST_CASE("a part with several names goes by each") {
    const Message mail(
        "Content-Type: application/octet-stream; name=evil.exe\nContent-Disposition: attachment; "
        "filename=nice.txt\n\nx");
    REQUIRE(mail.attachmentsWithRealTypes().size() == 2);
    CHECK(mail.attachments()[0].name == "nice.txt");
    CHECK(mail.attachments()[1].name == "evil.exe");
    CHECK(mail.attachments()[0].realType == mail.attachments()[1].realType);
    CHECK(has(mail.defects(), "several names"));
}

TEST_CASE("a fallback name of the same kind is no second name") {
    const auto count = [](const std::string& parameters) {
        return Message("Content-Type: x/y\nContent-Disposition: attachment; " + parameters + "\n\nx")
            .attachments()
            .size();
    };
    CHECK(count("filename=\"Gr__e.pdf\"; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf") == 1);
    CHECK(count("filename=a.txt; filename*=utf-8''evil.exe") == 2);
    CHECK(count("filename=a.txt; filename=evil.exe") == 2);
}

TEST_CASE("a name is what a system would save") {
    const auto name = [](const std::string& value) {
        return Message("Content-Type: x/y\nContent-Disposition: attachment; filename=\"" + value + "\"\n\nx")
            .attachments()
            .at(0)
            .name;
    };
    CHECK(name("evil.exe . ") == "evil.exe");
    CHECK(name("evil\x01.exe") == "evil.exe");
    CHECK(name("..").empty());
}

TEST_CASE("attachments of a forwarded message are listed with it") {
    const Message mail(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
        "Subject: in\nContent-Type: application/x-thing; name=evil.exe\n\nMZ\n--b--\n");
    REQUIRE(mail.attachments().size() == 2);
    CHECK(mail.attachments()[0].declaredType == "message/rfc822");
    CHECK(mail.attachments()[1].name == "evil.exe");
}

TEST_CASE("damage is named with its part") {
    const Message mail("Content-Type: image/png\nContent-Transfer-Encoding: base64\n\nQUJD!!!\n");
    CHECK(mail.attachments().at(0).size == 3);
    CHECK(has(mail.defects(), "base64 damaged in part 1"));
}

TEST_CASE("text over the limit is cut between characters and named") {
    MessageLimits limits;
    limits.textBytes = 10;
    std::string many;
    for (int i = 0; i < 100; ++i) many += "ü";
    for (const std::string head : {"\n", "Content-Type: text/html\n\n"}) {
        const std::string bytes = head + many;
        const Message mail(bytes, limits);
        CHECK(mail.text().size() <= 10);
        CHECK(mail.text().size() >= 8);
        CHECK(isValidUtf8(mail.text()));
        CHECK(has(mail.defects(), "text over 10 bytes"));
    }
}

TEST_CASE("attachments over the limit are left out and named") {
    std::string bytes = "Content-Type: multipart/mixed; boundary=x\n\n";
    for (int i = 0; i < 20000; ++i) bytes += "--x\nContent-Type: image/png\n\n\n";
    const Message mail(bytes);
    CHECK(mail.attachments().size() == 500);
    CHECK(has(mail.defects(), "attachments over 500"));
    CHECK(has(mail.defects(), "parts over 1000"));
}

TEST_CASE("headers over the limit are left out and named") {
    std::string bytes;
    for (int i = 0; i < 200000; ++i) bytes += "X-H: y\r\n";
    bytes += "\r\nbody\r\n";
    const Message mail(bytes);
    CHECK(mail.headers().size() == 1000);
    CHECK(mail.text() == "body\n");
    CHECK(has(mail.defects(), "headers over 1000"));
    const std::string huge = "Subject: " + std::string(20u << 20, 'x') + "\r\n\r\nbody\r\n";
    const Message one(huge);
    CHECK(one.subject().size() <= 1u << 20);
    CHECK(one.text() == "body\n");
    CHECK(has(one.defects(), "header block over"));
}

TEST_CASE("a NUL cuts no header value") {
    const std::string bytes("Subject: a\0b\r\nTo: x\r\n\r\nVI\0AGRA", 30);
    const Message mail(bytes);
    CHECK(mail.subject() == "a b");
    CHECK(mail.headers().size() == 2);
    CHECK(mail.text() == "VIAGRA\n");
    CHECK(has(mail.defects(), "NUL"));
}

TEST_CASE("a moved message keeps its views") {
    const std::string bytes = "Subject: hi\n\nbody\n";
    Message first(bytes);
    first.text();
    const Message second = std::move(first);
    CHECK(second.subject() == "hi");
    CHECK(second.text() == "body\n");
}
