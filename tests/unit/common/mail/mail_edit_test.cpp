// HTML disarmed in whole mails, and all edits together.
#include "common/mail/mail_edit.h"

#include <catch2/catch.hpp>

#include "common/mail/header_edit.h"
#include "common/mail/mime_reader.h"

using namespace weir;

namespace {

BodyEdits disarmOnly(DisarmEdit edit = {}) {
    BodyEdits edits;
    edits.disarm = std::move(edit);
    return edits;
}

std::string edited(const std::string& mail, const BodyEdits& edits) {
    const Message message(mail);
    return editedMail(message, editMail(message, edits));
}

std::string base64(std::string_view bytes) {
    std::string text;
    appendBase64(text, bytes);
    return text;
}

}  // namespace

TEST_CASE("HTML is disarmed in its place and becomes UTF-8") {
    CHECK(edited("MIME-Version: 1.0\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: "
                 "8bit\n\n"
                 "<p onclick=x>Gr\xFC\xDF"
                 "e</p>\n",
                 disarmOnly()) ==
          "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
          "<p>Gr\u00FC\u00DFe</p>\n");
    const std::string mail =
        "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; "
        "boundary=b\r\n\r\n--b\r\n\r\n<script>plain</script>\r\n--b\r\n"
        "Content-Type: text/html\r\nX-Own: kept\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
        base64("<script>x</script><b>y</b>") + "\r\n--b--\r\n";
    const std::string expected =
        "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; "
        "boundary=b\r\n\r\n--b\r\n\r\n<script>plain</script>\r\n--b\r\n"
        "Content-Type: text/html; charset=utf-8\r\nX-Own: kept\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
        base64("<b>y</b>") + "\r\n--b--\r\n";
    CHECK(edited(mail, disarmOnly()) == expected);
    CHECK(edited(expected, disarmOnly()) == expected);
}

TEST_CASE("a mail in which nothing is found stays byte for byte") {
    const std::string mail = "Content-Type: text/html\n\n<p class=x>\xFC</P><!-- y -->\n";
    const Message message(mail);
    const EditedMail result = editMail(message, disarmOnly());
    CHECK_FALSE(result.changed);
    CHECK(result.done.empty());
    CHECK(result.refused.empty());
    CHECK(editedMail(message, result) == mail);
    CHECK(editedMail(message, result, {{HeaderChange::Kind::kAdd, "X-A", "b"}}) ==
          changedMail(message, {{HeaderChange::Kind::kAdd, "X-A", "b"}}));
    CHECK_FALSE(editMail(message, {}).changed);
}

TEST_CASE("HTML hidden by a charset is found") {
    CHECK(edited("Content-Type: text/html; charset=utf-7\n\n+ADw-script+AD4-alert(1)+ADw-/script+AD4-x\n",
                 disarmOnly())
              .find("script") == std::string::npos);
    CHECK(edited("Content-Type: text/html; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" +
                     base64(std::string_view("\xFE\xFF\0<\0b\0a\0s\0e\0>\0x", 16)) + "\n",
                 disarmOnly())
              .ends_with(base64("x") + "\n"));
    const std::string meta = edited(
        "Content-Type: text/html\nContent-Transfer-Encoding: 8bit\n\n<meta charset=koi8-r><base>\xF0\n",
        disarmOnly());
    CHECK(meta.find("\u041F") != std::string::npos);
}

TEST_CASE("HTML files and signed HTML are disarmed only when wanted") {
    const std::string file =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n"
        "Content-Disposition: attachment; filename=a.html\n\n<form>\n--b--\n";
    CHECK_FALSE(editMail(Message(file), disarmOnly()).changed);
    CHECK(edited(file, disarmOnly({.attachments = true})).find("<form>") == std::string::npos);
    const std::string sealed =
        "Content-Type: multipart/signed; boundary=b\n\n--b\nContent-Type: text/html\n\n<form>\n--b\n"
        "Content-Type: application/pgp-signature\n\ns\n--b--\n";
    const EditedMail refused = editMail(Message(sealed), disarmOnly());
    CHECK_FALSE(refused.changed);
    REQUIRE(refused.refused.size() == 1);
    CHECK(refused.refused[0].text ==
          "HTML of part 2 lies in a signed or encrypted part (multipart/signed): 1 forms");
    CHECK(editMail(Message(sealed), disarmOnly({.evenSigned = true})).changed);
}

TEST_CASE("HTML in an attached message is disarmed, in an encoded one it is reported") {
    const std::string inner = "Subject: i\nContent-Type: text/html\n\n<form>y\n";
    const std::string attached =
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n" + inner +
        "\n--b--\n";
    CHECK(edited(attached, disarmOnly()).find("Content-Type: text/html; charset=utf-8\n\ny\n\n--b--") !=
          std::string::npos);
    const EditedMail encoded = editMail(
        Message("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64(inner) + "\n"),
        disarmOnly());
    CHECK_FALSE(encoded.changed);
    REQUIRE(encoded.refused.size() == 1);
    CHECK(encoded.refused[0].text.find("lies in an encoded message: 1 forms") != std::string::npos);
}

TEST_CASE("strip, disarm and disclaimer work on one another's result") {
    const std::string mail =
        "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/html; charset=us-ascii\r\n\r\n<p onclick=x>Hello</p>\r\n--b\r\n"
        "Content-Type: application/x-dosexec; name=a.exe\r\n\r\nMZ\r\n--b--\r\n";
    BodyEdits edits = disarmOnly();
    edits.strip = StripEdit{};
    edits.strip->parts = {{2, "executable"}};
    edits.strip->notice = *MacroText::parse("${file.name} removed", "", MacroPlace::kPlain, true);
    edits.disclaimers = {DisclaimerEdit{.text = "Goodbye to you all, says the house."}};
    const Message message(mail);
    const EditedMail result = editMail(message, edits);
    CHECK(result.changed);
    CHECK(result.headers.empty());
    CHECK(result.done ==
          std::vector<EditNote>{{"strip", "a.exe (application/x-dosexec, 2 bytes): executable"},
                                {"disarm", "HTML of part 2: 1 event handlers"},
                                {"disclaimer", "at the end of part 2"}});
    CHECK(
        result.body ==
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p>\r\n<p>Goodbye to you all, says "
        "the "
        "house.</p>\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
        "7bit\r\n"
        "Content-Disposition: inline; filename=\"removed-attachment.txt\"\r\n\r\na.exe removed\r\n--b--\r\n");
    CHECK(editedMail(message, result) == std::string(message.headerBlock()) + "\r\n" + result.body);
}

TEST_CASE("header changes of the steps and of the rules are made in one order") {
    const std::string mail =
        "Subject: x\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\nUEsD\n";
    BodyEdits edits;
    edits.strip = StripEdit{};
    edits.strip->parts = {{0, "archive"}};
    edits.strip->notice = *MacroText::parse("gone", "", MacroPlace::kPlain, true);
    edits.disclaimers = {DisclaimerEdit{.text = "Gr\u00FC\u00DFe aus dem Hause der Filter"}};
    const Message message(mail);
    const EditedMail result = editMail(message, edits);
    const std::string whole =
        editedMail(message, result, {{HeaderChange::Kind::kTagSubject, "Subject", "[cut]"}});
    CHECK(whole ==
          "Subject: [cut] x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
          "quoted-printable\n"
          "MIME-Version: 1.0\n\ngone\n\nGr=C3=BC=C3=9Fe aus dem Hause der Filter\n");
    // The milter makes the same of the same lists.
    std::vector<HeaderChange> all = result.headers;
    all.push_back({HeaderChange::Kind::kTagSubject, "Subject", "[cut]"});
    CHECK(applyHeaderEdits(message.headerBlock(), planHeaderEdits(message.headers(), all)) + "\n" +
              result.body ==
          whole);
}

TEST_CASE("editing costs time in proportion to the mail") {
    std::string mail = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n";
    for (int i = 0; i < 900; ++i) mail += "--b\nContent-Type: text/html\n\n<p onclick=x>y</p>\n";
    mail += "--b--\n";
    BodyEdits edits = disarmOnly();
    edits.strip = StripEdit{};
    edits.strip->notice = *MacroText::parse("${file.name} removed", "", MacroPlace::kPlain, true);
    for (std::size_t i = 2; i < 900; i += 2) edits.strip->parts.push_back({i, "even"});
    edits.disclaimers = {DisclaimerEdit{.text = "hello"}};
    const EditedMail result = editMail(Message(mail), edits);
    CHECK(result.done.size() == 449 + 451 + 1);
    CHECK(Message(editedMail(Message(mail), result)).mime().parts.size() == 901);
}
