// Disclaimers in whole mails.
#include <catch2/catch.hpp>

#include "common/mail/mail_edit.h"
#include "common/mail/mime_reader.h"
#include "common/mail/transfer_encoding.h"

using namespace weir;

namespace {

const std::string kText = "Our disclaimer says hello to all of you.";

EditedMail edit(const std::string& mail, DisclaimerEdit disclaimer) {
    BodyEdits edits;
    edits.disclaimers = {std::move(disclaimer)};
    return editMail(Message(mail), edits);
}

std::string with(const std::string& mail, DisclaimerEdit disclaimer = {.text = kText}) {
    const Message message(mail);
    return editedMail(message, edit(mail, std::move(disclaimer)));
}

std::string refusal(const std::string& mail) {
    const EditedMail edited = edit(mail, {.text = kText});
    CHECK_FALSE(edited.changed);
    CHECK(edited.body.empty());
    CHECK(edited.headers.empty());
    return edited.refused.empty() ? "" : edited.refused.front().text;
}

std::string base64(std::string_view bytes) {
    std::string text;
    appendBase64(text, bytes);
    return text;
}

}  // namespace

TEST_CASE("a disclaimer goes below the text of a simple mail") {
    CHECK(with("Subject: x\r\n\r\nHello\r\n") == "Subject: x\r\n\r\nHello\r\n\r\n" + kText + "\r\n");
    CHECK(with("Subject: x\n\nHello") == "Subject: x\n\nHello\n\n" + kText + "\n");
    CHECK(with("Subject: x\n\nHello\n", {.text = "a\nb\n", .separator = "-- "}) ==
          "Subject: x\n\nHello\n\n-- \na\nb\n");
    CHECK(with("Subject: x\n\nHello\n",
               {.place = DisclaimerPlace::kBegin, .text = "Beware", .separator = "___"}) ==
          "Subject: x\n\nBeware\n___\n\nHello\n");
    CHECK(with("Subject: x\r\n") == "Subject: x\r\n\r\n\r\n" + kText + "\r\n");
    CHECK(with("Subject: x\n\nHello\n", {.html = "<p>a &amp; b</p>"}) == "Subject: x\n\nHello\n\na & b\n");
}

TEST_CASE("several disclaimers are all there, in their order at either end") {
    BodyEdits edits;
    edits.disclaimers = {{.text = "Legal"},
                         {.place = DisclaimerPlace::kBegin, .text = "From outside"},
                         {.text = "Printed on paper"},
                         {.place = DisclaimerPlace::kBegin, .text = "Not signed"}};
    const auto made = [&](const std::string& mail) {
        const Message message(mail);
        const EditedMail edited = editMail(message, edits);
        CHECK(edited.done.size() == 4);
        CHECK(edited.refused.empty());
        return editedMail(message, edited);
    };
    const std::string once = made("Subject: x\n\nHello\n");
    CHECK(once == "Subject: x\n\nFrom outside\n\nNot signed\n\nHello\n\nLegal\n\nPrinted on paper\n");
    CHECK(made(once) == once);
    const std::string html = made("Content-Type: text/html\n\n<body><p>Hello</p></body>\n");
    std::size_t at = 0;
    for (const char* part : {"From outside", "Not signed", "Hello", "Legal", "Printed on paper", "</body>"}) {
        CAPTURE(part);
        const std::size_t found = html.find(part, at);
        REQUIRE(found != std::string::npos);
        at = found;
    }
}

TEST_CASE("both forms of an alternative get it, in their own charset and encoding") {
    const std::string mail =
        "Content-Type: multipart/alternative; boundary=b\n\n--b\n"
        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
        "quoted-printable\n\nGr=FC=DFe\n"
        "--b\nContent-Type: text/html; charset=windows-1251\nContent-Transfer-Encoding: "
        "8bit\n\n<body>\xCF\xF0</body>\n--b--\n";
    CHECK(with(mail, {.text = "\u00DCber", .html = "<hr>\u00DCber"}) ==
          "Content-Type: multipart/alternative; boundary=b\n\n--b\n"
          "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
          "quoted-printable\n\nGr=FC=DFe\n\n=DCber\n"
          "\n--b\nContent-Type: text/html; charset=windows-1251\nContent-Transfer-Encoding: "
          "8bit\n\n<body>\xCF\xF0\n"
          "<hr>&#220;ber\n</body>\n--b--\n");
}

TEST_CASE("a charset that cannot hold the text makes way for UTF-8") {
    CHECK(with("Content-Type: text/plain; charset=us-ascii; format=fixed\n\nHello\n", {.text = "\u20AC"}) ==
          "Content-Type: text/plain; charset=utf-8; format=\"fixed\"\n"
          "Content-Transfer-Encoding: quoted-printable\nMIME-Version: 1.0\n\nHello\n\n=E2=82=AC\n");
    const std::string latin = with(
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\n"
        "Content-Transfer-Encoding: 8bit\n\nGr\xFC\xDF\n",
        {.text = "\u20AC"});
    CHECK(latin ==
          "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
          "Gr\u00FC\u00DF\n\n\u20AC\n");
    const std::string wide =
        with("Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" +
             base64(std::string_view("\xFE\xFF\0H\0i", 6)) + "\n");
    CHECK(Message(wide).text() == "Hi\n\n" + kText + "\n");
    CHECK(wide.find("charset=utf-8") != std::string::npos);
}

TEST_CASE("a text of unknown charset is left alone where it would be guessed") {
    const std::string mail = "Content-Type: text/plain; charset=x-unknown\n\n\xFC\n";
    CHECK(with(mail) == mail + "\n" + kText + "\n");
    const EditedMail edited = edit(mail, {.text = "\u20AC"});
    CHECK_FALSE(edited.changed);
    REQUIRE(edited.refused.size() == 1);
    CHECK(edited.refused[0].text.find("charset \"x-unknown\"") != std::string::npos);
    const std::string html = with("Content-Type: text/html; charset=x-unknown\n\n\xFC\n", {.html = "\u20AC"});
    CHECK(html == "Content-Type: text/html; charset=x-unknown\n\n\xFC\n\n&#8364;\n");
}

TEST_CASE("base64 is decoded and encoded again") {
    const std::string mail =
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
        base64("<p>Gr\u00FC\u00DFe</p>\r\n") + "\r\n";
    const std::string edited = with(mail, {.html = "<i>x</i>"});
    std::string decoded;
    decodeTransfer(TransferEncoding::kBase64, Message(edited).body(), decoded);
    CHECK(decoded == "<p>Gr\u00FC\u00DFe</p>\r\n\r\n<i>x</i>\r\n");
    CHECK(refusal("Content-Transfer-Encoding: base64\n\nSGVsbG8h!!\n").find("base64 is damaged") !=
          std::string::npos);
    CHECK(refusal("Content-Transfer-Encoding: x-own\n\nHello\n").find("encoding is not known") !=
          std::string::npos);
}

TEST_CASE("format=flowed is kept") {
    const std::string mail = "MIME-Version: 1.0\nContent-Type: text/plain; format=flowed\n\nHello \n";
    CHECK(with(mail, {.text = "From us"}) == mail + "\n\n From us\n");
}

TEST_CASE("lines that are too long for the encoding make it quoted-printable") {
    const std::string edited = with("Subject: x\n\nHello\n", {.text = std::string(1200, 'y')});
    CHECK(edited.find("Content-Transfer-Encoding: quoted-printable") != std::string::npos);
    CHECK(Message(edited).text() == "Hello\n\n" + std::string(1200, 'y') + "\n");
    const std::string kept = "Subject: x\n\n" + std::string(2000, 'z') + "\n";
    CHECK(with(kept) == kept + "\n" + kText + "\n");
}

TEST_CASE("attachments and attached messages never get it") {
    const std::string rest =
        "\n--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nfile\n--b\nContent-Type: "
        "text/plain; name=a.txt\n\n"
        "named\n--b\nContent-Type: message/rfc822\n\nSubject: y\n\ninner\n--b--\n";
    const std::string head =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n";
    CHECK(with(head + "\nHello" + rest) == head + "\nHello\n\n" + kText + "\n" + rest);
    CHECK(with(head + "\nHello\n--b\n\nsecond" + rest) ==
          head + "\nHello\n\n" + kText + "\n\n--b\n\nsecond" + rest);
}

TEST_CASE("a related or nested body is found") {
    const std::string mail =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: "
        "multipart/related; boundary=b\n\n"
        "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nplain\n--c\nContent-Type: "
        "text/html\n\n<p>h</p>\n--c\n"
        "Content-Type: text/calendar\n\nBEGIN\n--c--\n--b\nContent-Type: image/png\nContent-ID: "
        "<i>\n\nx\n--b--\n--a\n"
        "Content-Type: text/plain\n\nfooter\n--a--\n";
    const std::string edited = with(mail);
    CHECK(edited.find("plain\n\n" + kText + "\n\n--c") != std::string::npos);
    CHECK(edited.find("<p>h</p>\n<p>" + kText + "</p>\n\n--c") != std::string::npos);
    CHECK(edited.find("BEGIN\n--c--") != std::string::npos);
    CHECK(edited.find("\n\nfooter\n--a--") != std::string::npos);
}

TEST_CASE("signed and encrypted mail is left whole") {
    CHECK(refusal("Content-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: "
                  "application/pgp-signature\n\ny\n"
                  "--b--\n") == "it is signed (multipart/signed)");
    CHECK(refusal("Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: "
                  "application/pgp-encrypted\n\nx\n--b--\n") == "it is encrypted (multipart/encrypted)");
    CHECK(refusal("Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: "
                  "base64\n\nTUlJ\n")
              .find("signed or encrypted") != std::string::npos);
    CHECK(refusal("Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/signed; "
                  "boundary=b\n\n--b\n\nx\n"
                  "--b--\n--a\n\nfooter\n--a--\n")
              .find("signed") != std::string::npos);
    CHECK(refusal("Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n") ==
          "it holds a PGP message");
    CHECK(refusal("Content-Transfer-Encoding: base64\n\n" + base64("-----BEGIN PGP MESSAGE-----\n") + "\n") ==
          "it holds a PGP message");
    CHECK(edit("Subject: x\n\nsee -----BEGIN PGP MESSAGE----- in the middle\n", {.text = kText}).changed);
    CHECK(edit("Subject: x\n\n> -----BEGIN PGP MESSAGE-----\n", {.text = kText}).changed);
}

TEST_CASE("a disclaimer is not added twice") {
    const std::string mail = "MIME-Version: 1.0\nContent-Type: text/html\n\n<p>Hi</p>\n";
    const std::string once = with(mail);
    CHECK(with(once) == once);
    CHECK(edit(once, {.text = kText}).done ==
          std::vector<EditNote>{{"disclaimer", "there already in part 1"}});
    const std::string reply = "Subject: Re\n\nYes.\n\n> Hi\n> Our disclaimer says hello\n> to all of you.\n";
    CHECK(with(reply) == reply);
    CHECK(with(reply, {.text = kText, .once = false}) == reply + "\n" + kText + "\n");
}

TEST_CASE("a mail without text gets a part with it where that can be") {
    const std::string mixed =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: "
        "image/png\n\nx\n--b--\n";
    CHECK(with(mixed, {.place = DisclaimerPlace::kBegin, .text = "Hi"}) ==
          "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; "
          "charset=utf-8\n"
          "Content-Transfer-Encoding: 7bit\nContent-Disposition: inline\n\nHi\n--b\nContent-Type: "
          "image/png\n\nx\n--b--\n");
    CHECK(with(mixed, {.text = "Hi"}) ==
          "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: "
          "image/png\n\nx\n--b\n"
          "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\nContent-Disposition: "
          "inline\n\nHi\n--b--\n");
    const std::string single =
        "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf;\r\n name=\"a.pdf\"\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nJVBERi0=\r\n";
    const std::string wrapped = with(single, {.text = "Hi"});
    const Message message(wrapped);
    CHECK(message.text() == "Hi\n");
    REQUIRE(message.mime().parts.size() == 3);
    CHECK(message.mime().parts[0].type == "multipart/mixed");
    CHECK(message.mime().parts[1].head ==
          "Content-Type: application/pdf;\r\n name=\"a.pdf\"\r\nContent-Transfer-Encoding: "
          "base64\r\nContent-Disposition: attachment\r\n");
    CHECK(message.mime().parts[1].body == "JVBERi0=\r\n");
    CHECK(message.header("Content-Disposition").empty());
    CHECK(message.header("Content-Transfer-Encoding").empty());
    CHECK(message.defects().empty());
    CHECK(refusal("Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: "
                  "text/calendar\n\nx\n--b--\n")
              .find("no text that could hold it (multipart/alternative)") != std::string::npos);
}
