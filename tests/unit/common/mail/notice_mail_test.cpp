#include "common/mail/notice_mail.h"

#include <catch2/catch.hpp>

#include "common/mail/message.h"
#include "common/mail/mime_reader.h"

using namespace weir;

namespace {

NoticeMail sample() {
    NoticeMail notice;
    notice.fromAddress = "postmaster@weir.example";
    notice.fromName = "Mail filter";
    notice.to = {"admin@x.example"};
    notice.subject = "A mail was held";
    notice.text = "Hello,\na mail was held.\n";
    notice.date = fromMillis(1795293772000);
    notice.id = "id-1";
    return notice;
}

std::string written(const NoticeMail& notice, const NoticeLimits& limits = {}) {
    const auto mail = noticeMail(notice, limits);
    INFO((mail ? "" : mail.error().text()));
    REQUIRE(mail);
    return *mail;
}

std::string refused(const NoticeMail& notice, const NoticeLimits& limits = {}) {
    const auto mail = noticeMail(notice, limits);
    return mail ? "" : mail.error().text();
}

void checkLines(const std::string& mail) {
    std::size_t column = 0;
    for (std::size_t i = 0; i < mail.size(); ++i) {
        const bool end = mail[i] == '\r';
        CHECK((mail[i] != '\n' || (i > 0 && mail[i - 1] == '\r')));
        CHECK((!end || (i + 1 < mail.size() && mail[i + 1] == '\n')));
        column = mail[i] == '\n' ? 0 : column + 1;
        CHECK(column <= 999);
        CHECK(static_cast<unsigned char>(mail[i]) < 0x80);
    }
}

}  // namespace

TEST_CASE("a notice is a whole mail that nothing answers") {
    CHECK(written(sample()) ==
          "Date: Sat, 21 Nov 2026 20:42:52 +0000\r\nFrom: \"Mail filter\" <postmaster@weir.example>\r\n"
          "To: <admin@x.example>\r\nSubject: A mail was held\r\nMessage-ID: <id-1@weir.example>\r\n"
          "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n"
          "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
          "Hello,\r\na mail was held.\r\n");
}

TEST_CASE("text and HTML are two forms, original headers a part beside them") {
    NoticeMail notice = sample();
    notice.text = "Gr\u00FC\u00DFe";
    notice.html = "<p>Gr\u00FC\u00DFe</p>";
    notice.originalHeaders =
        "Received: by x\nSubject: \xFC\xFF hostile\r\nX: " + std::string(3000, 'y') + "\n";
    notice.inReplyTo = "<1@y.example>";
    const std::string mail = written(notice);
    checkLines(mail);
    const Message message(mail);
    CHECK(message.defects().empty());
    const auto& parts = message.mime().parts;
    REQUIRE(parts.size() == 5);
    CHECK(parts[0].type == "multipart/mixed");
    CHECK(parts[1].type == "multipart/alternative");
    CHECK(parts[2].type == "text/plain");
    CHECK(parts[3].type == "text/html");
    CHECK(parts[4].type == "text/rfc822-headers");
    CHECK(message.text().starts_with("Gr\u00FC\u00DFe\nGr\u00FC\u00DFe\nReceived: by x\nSubject: "));
    CHECK(message.header("In-Reply-To") == std::vector<std::string>{"<1@y.example>"});
    CHECK(message.header("References") == std::vector<std::string>{"<1@y.example>"});
}

TEST_CASE("nothing hostile leaves its place in a notice") {
    NoticeMail notice = sample();
    notice.subject = "x\r\nBcc: a@b\r\n\r\nbody \u20AC";
    notice.fromName = "A \"quoted\" \\ name\r\nX: y";
    notice.inReplyTo = "<1@y>\r\nBcc: a@b";
    notice.text = "a\r\n.\r\nFrom b\r\n--weir-\n" + std::string(2000, 'z') + std::string("\0", 1);
    notice.originalHeaders = "Content-Type: multipart/mixed; boundary=weir\r\n\r\n--weir\r\n";
    const std::string mail = written(notice);
    checkLines(mail);
    const Message message(mail);
    CHECK(message.subject() == "x  Bcc: a@b    body \u20AC");
    CHECK(message.header("Bcc").empty());
    CHECK(message.header("X").empty());
    CHECK(message.header("In-Reply-To").empty());
    CHECK(message.header("From").size() == 1);
    CHECK(message.mime().parts.size() == 3);
    CHECK(message.defects().empty());
}

TEST_CASE("names are written as the phrase they need") {
    NoticeMail notice = sample();
    notice.fromName = "Say \"hi\" \\";
    CHECK(written(notice).find("From: \"Say \\\"hi\\\" \\\\\" <postmaster@weir.example>\r\n") !=
          std::string::npos);
    notice.fromName = "Stra\u00DFe";
    CHECK(Message(written(notice)).header("From") ==
          std::vector<std::string>{"Stra\u00DFe <postmaster@weir.example>"});
    notice.fromName = "";
    CHECK(written(notice).find("From: <postmaster@weir.example>\r\n") != std::string::npos);
    notice.to = {"a@x.example", "b@y.example"};
    CHECK(Message(written(notice)).header("To") == std::vector<std::string>{"<a@x.example>, <b@y.example>"});
}

TEST_CASE("addresses that no header can hold are refused") {
    NoticeMail notice = sample();
    for (const char* bad :
         {"", "a", "a@", "@b", "a b@c", "a@b\r\nBcc: x@y", "a@b>", "a@b,c@d", "\"a b\"@c", "a\xFF@b"}) {
        INFO(bad);
        notice.to = {bad};
        CHECK(refused(notice).find("to: not an address") == 0);
    }
    notice.to = {};
    CHECK(refused(notice) == "to: no recipient");
    notice = sample();
    notice.fromAddress = "nobody";
    CHECK(refused(notice).find("from: not an address") == 0);
    notice = sample();
    notice.to = {"a@b.example", "c@d.example"};
    CHECK(refused(notice, {.recipients = 1}) == "to: more than 1 recipients");
}

TEST_CASE("what is over a limit is cut, and says so") {
    NoticeMail notice = sample();
    notice.originalHeaders = std::string(100, 'h');
    const Message message(written(notice, {.textBytes = 10, .headerBytes = 20}));
    CHECK(message.bytes().find("Hello,\r\na m\r\n[...]\r\n") != std::string::npos);
    CHECK(message.bytes().find(std::string(20, 'h') + "\r\n[...]\r\n") != std::string::npos);
    CHECK(message.bytes().find(std::string(21, 'h')) == std::string::npos);
}

TEST_CASE("each notice has an id of its own") {
    NoticeMail notice = sample();
    notice.id.clear();
    CHECK(Message(written(notice)).messageId() != Message(written(notice)).messageId());
    CHECK(Message(written(notice)).messageId().ends_with("@weir.example>"));
}

TEST_CASE("dates are those of mail headers") {
    CHECK(mailDate(fromMillis(0)) == "Thu, 01 Jan 1970 00:00:00 +0000");
    CHECK(mailDate(fromMillis(951782400000)) == "Tue, 29 Feb 2000 00:00:00 +0000");
}
