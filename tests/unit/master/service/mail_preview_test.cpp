#include "master/service/mail_preview.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

const std::string kMail =
    "From: =?utf-8?q?J=C3=BCrgen?= <j@x.example>\r\n"
    "Subject: =?utf-8?b?w5xiZXJzaWNodA==?=\r\n"
    "Content-Type: multipart/mixed; boundary=\"b\"\r\n"
    "\r\n"
    "--b\r\nContent-Type: multipart/alternative; boundary=\"i\"\r\n\r\n"
    "--i\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: "
    "quoted-printable\r\n\r\n"
    "gr=FC=DFe\r\n"
    "--i\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "PHA+Z3L83zwvcD4=\r\n"
    "--i--\r\n"
    "--b\r\nContent-Type: application/octet-stream; name=\"run.exe\"\r\n"
    "Content-Disposition: attachment; filename=\"run.exe\"\r\n\r\nMZ\r\n"
    "--b--\r\n";

}  // namespace

TEST_CASE("a preview shows decoded headers, text, HTML and attachments") {
    const auto preview = previewMail(kMail);
    REQUIRE(preview.headers.size() == 3);
    CHECK(preview.headers[0].second == "J\xc3\xbcrgen <j@x.example>");
    CHECK(preview.headers[1].second ==
          "\xc3\x9c"
          "bersicht");
    CHECK_THAT(preview.text, Catch::Contains("gr\xc3\xbc\xc3\x9f"
                                             "e"));
    REQUIRE(preview.html);
    CHECK(*preview.html == "<p>gr\xc3\xbc\xc3\x9f</p>");
    REQUIRE(preview.attachments.size() == 1);
    CHECK(preview.attachments[0].name == "run.exe");
    CHECK_FALSE(preview.truncated);
}

TEST_CASE("a mail without HTML has none in its preview") {
    const auto preview = previewMail("Subject: plain\r\n\r\njust text\r\n");
    CHECK_FALSE(preview.html);
    CHECK_THAT(preview.text, Catch::Contains("just text"));
}

TEST_CASE("a preview keeps its limits and says that something was cut") {
    PreviewLimits limits;
    limits.textBytes = 100;
    limits.headers = 2;
    limits.headerBytes = 10;
    const auto preview = previewMail(
        "A: " + std::string(50, 'a') + "\r\nB: b\r\nC: c\r\n\r\n" + std::string(5000, 'x'), limits);
    CHECK(preview.truncated);
    CHECK(preview.headers.size() == 2);
    CHECK(preview.headers[0].second.size() == 10);
    CHECK(preview.text.size() <= 100);
    limits = {};
    limits.mailBytes = 64;
    CHECK(previewMail(kMail, limits).truncated);
    CHECK_FALSE(previewMail("").truncated);
}
