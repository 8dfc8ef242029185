// Attachments stripped from whole mails.
#include <catch2/catch.hpp>

#include "common/mail/mail_edit.h"
#include "common/mail/mime_reader.h"

using namespace weir;

namespace {

MacroText notice(std::string_view text, MacroPlace place = MacroPlace::kPlain) {
    auto parsed = MacroText::parse(text, "", place, true);
    REQUIRE(parsed);
    return *parsed;
}

StripEdit strip(std::vector<StripPart> parts) {
    StripEdit edit;
    edit.parts = std::move(parts);
    edit.notice =
        notice("${file.name} (${file.type}, ${file.size} bytes) was removed: ${file.reason}. Item ${queue}.");
    edit.values = [](Macro macro) { return macro == Macro::kQueue ? std::string("42") : std::string(); };
    return edit;
}

EditedMail edit(const std::string& mail, StripEdit wanted) {
    BodyEdits edits;
    edits.strip = std::move(wanted);
    return editMail(Message(mail), edits);
}

std::string without(const std::string& mail, StripEdit wanted) {
    const Message message(mail);
    return editedMail(message, edit(mail, std::move(wanted)));
}

const std::string kMixed =
    "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\ntext\n--b\n"
    "Content-Type: application/x-dosexec; name=evil.exe\nContent-Transfer-Encoding: base64\nContent-ID: "
    "<e@x>\nX-Own: y\n\n"
    "TVqQAAMA\n--b\nContent-Type: image/png\n\npixels\n--b--\nepilogue\n";

}  // namespace

TEST_CASE("a stripped part gives its place to a notice, and its siblings stay") {
    CHECK(without(kMixed, strip({{2, "executable"}})) ==
          "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
          "boundary=b\n\npreamble\n--b\n\ntext\n--b\n"
          "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n"
          "Content-Disposition: inline; filename=\"removed-attachment.txt\"\n\n"
          "evil.exe (application/x-dosexec, 6 bytes) was removed: executable. Item 42.\n--b\n"
          "Content-Type: image/png\n\npixels\n--b--\nepilogue\n");
    const EditedMail edited = edit(kMixed, strip({{2, "executable"}}));
    CHECK(edited.headers.empty());
    CHECK(edited.done ==
          std::vector<EditNote>{{"strip", "evil.exe (application/x-dosexec, 6 bytes): executable"}});
    CHECK(edited.refused.empty());
}

TEST_CASE("several parts are stripped at once, and one that is not there is said") {
    const EditedMail edited = edit(kMixed, strip({{3, "image"}, {2, "executable"}, {9, "x"}}));
    CHECK(edited.done.size() == 2);
    REQUIRE(edited.refused.size() == 1);
    CHECK(edited.refused[0].text == "the mail has no part 10");
    const std::string mail = editedMail(Message(kMixed), edited);
    CHECK(mail.find("pixels") == std::string::npos);
    CHECK(mail.find("TVqQ") == std::string::npos);
    CHECK(mail.ends_with("--b--\nepilogue\n"));
}

TEST_CASE("a mail that is nothing but the attachment becomes a text mail") {
    const std::string mail =
        "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: application/zip; name=a.zip\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\nContent-ID: "
        "<1>\r\n\r\nUEsDBA==\r\n";
    CHECK(without(mail, strip({{0, "archive"}})) ==
          "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: 7bit\r\n\r\n"
          "a.zip (application/zip, 4 bytes) was removed: archive. Item 42.\r\n");
    const std::string old = "Subject: x\n\nMZ\n";
    CHECK(without(old, strip({{0, "y"}}))
              .starts_with("Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain") == false);
    CHECK(Message(without(old, strip({{0, "y"}}))).header("MIME-Version") == std::vector<std::string>{"1.0"});
}

TEST_CASE("a container is stripped whole") {
    const std::string edited = without(kMixed, strip({{0, "all"}, {2, "executable"}}));
    CHECK(edited.find("--b") == std::string::npos);
    CHECK(Message(edited).mime().parts.size() == 1);
    CHECK(Message(edited).text().find("multipart/mixed") != std::string::npos);
}

TEST_CASE("the HTML of an alternative is replaced by HTML") {
    const std::string mail =
        "MIME-Version: 1.0\nContent-Type: multipart/alternative; "
        "boundary=b\n\n--b\n\ntext\n--b\nContent-Type: text/html\n\n"
        "<b>x</b>\n--b--\n";
    StripEdit wanted = strip({{2, "<phish>"}});
    CHECK(without(mail, wanted)
              .find("Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\n"
                    "<p>a file") == std::string::npos);
    CHECK(without(mail, wanted).find("was removed: &lt;phish&gt;. Item 42.</p>\n--b--\n") !=
          std::string::npos);
    wanted.htmlNotice = notice("<i>${file.reason}</i>", MacroPlace::kHtml);
    CHECK(without(mail, wanted).find("\n\n<i>&lt;phish&gt;</i>\n--b--\n") != std::string::npos);
    CHECK(without(mail, wanted).find("Content-Disposition") == std::string::npos);
}

TEST_CASE("a part of an attached message is replaced inside it") {
    const std::string mail =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\ntext\n--a\nContent-Type: "
        "message/rfc822\n\n"
        "Subject: inner\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ninner text\n--b\n"
        "Content-Type: application/zip\n\nPK\n--b--\n\n--a--\n";
    const Message message(mail);
    REQUIRE(message.mime().parts.size() == 6);
    CHECK(message.mime().parts[5].type == "application/zip");
    const std::string edited = without(mail, strip({{5, "archive"}}));
    CHECK(edited.find("PK") == std::string::npos);
    CHECK(edited.find("inner text\n--b\nContent-Type: text/plain; charset=utf-8\n") != std::string::npos);
    CHECK(edited.ends_with("Item 42.\n--b--\n\n--a--\n"));
    CHECK(Message(edited).mime().parts.size() == 6);
}

TEST_CASE("an encoded attached message is replaced whole, once for all that goes") {
    std::string encoded;
    appendBase64(
        encoded,
        "Subject: i\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: a/b; name=n1\n\nx\n--b\n"
        "Content-Type: a/c; name=n2\n\ny\n--b--\n");
    const std::string mail =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\ntext\n--a\n"
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" +
        encoded + "\n--a--\n";
    const Message message(mail);
    REQUIRE(message.mime().parts.size() == 6);
    CHECK_FALSE(message.mime().parts[5].received);
    const std::string edited = without(mail, strip({{4, "one"}, {5, "two"}}));
    CHECK(Message(edited).mime().parts.size() == 3);
    CHECK(edited.find("n1 (a/b, 1 bytes) was removed: one. Item 42.\nn2 (a/c") != std::string::npos);
}

TEST_CASE("a signature is not broken unless that is wanted") {
    const std::string mail =
        "MIME-Version: 1.0\nContent-Type: multipart/signed; boundary=b\n\n--b\nContent-Type: "
        "multipart/mixed; boundary=c\n\n--c\n"
        "\nx\n--c\nContent-Type: a/b; name=n\n\ny\n--c--\n--b\nContent-Type: "
        "application/pgp-signature\n\nz\n--b--\n";
    const EditedMail refused = edit(mail, strip({{3, "r"}}));
    CHECK_FALSE(refused.changed);
    REQUIRE(refused.refused.size() == 1);
    CHECK(refused.refused[0].text ==
          "n (a/b, 1 bytes): r; not removed: it lies in a signed or encrypted part (multipart/signed)");
    StripEdit wanted = strip({{3, "r"}});
    wanted.evenSigned = true;
    CHECK(edit(mail, wanted).changed);
    CHECK(edit(mail, strip({{0, "r"}})).changed);
}

TEST_CASE("hostile names do not leave the notice") {
    const std::string mail =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: "
        "a/b\n"
        "Content-Disposition: attachment; "
        "filename*=utf-8''x%0D%0A--b%0D%0AContent-Type:%20text/html%0D%0A%0D%0A%3Cb%3E%E2%80%AE\n\n"
        "y\n--b--\n";
    const std::string edited = without(mail, strip({{2, "r\n--b\n"}}));
    const Message message(edited);
    CHECK(message.mime().parts.size() == 3);
    CHECK(message.text().find("\u202E") == std::string::npos);
    for (const EditNote& note : edit(mail, strip({{2, "r"}})).done) {
        CHECK(note.text.find_first_of("\r\n") == std::string::npos);
    }
}

TEST_CASE("parts that share their line end with a boundary are replaced") {
    const std::string mail =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n--b\n\nx\n--b--\n";
    const Message message(mail);
    const std::string edited = without(mail, strip({{1, "r"}}));
    CHECK(Message(edited).mime().parts.size() == message.mime().parts.size());
    CHECK(edited.find("\n--b\n\nx\n--b--\n") != std::string::npos);
}

TEST_CASE("a notice that is not ASCII is encoded") {
    StripEdit wanted = strip({{2, "x"}});
    wanted.notice = notice("\u00DCberpr\u00FCft: ${file.name}");
    wanted.noticeName = "\u00DCber.txt";
    const std::string edited = without(kMixed, wanted);
    CHECK(edited.find("Content-Transfer-Encoding: quoted-printable") != std::string::npos);
    CHECK(edited.find("filename*=utf-8''%c3%9cber.txt") != std::string::npos);
    CHECK(Message(edited).text().find("\u00DCberpr\u00FCft: evil.exe") != std::string::npos);
}

TEST_CASE("a name that reads like a boundary is not one in the notice") {
    const std::string mail =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: "
        "a/b; name=--b\n\ny\n"
        "--b--\n";
    StripEdit wanted = strip({{2, "r"}});
    wanted.notice = notice("Removed:\n${file.name}\n--b--\nthe end");
    const std::string edited = without(mail, wanted);
    CHECK(edited.find("Content-Transfer-Encoding: base64") != std::string::npos);
    CHECK(Message(edited).mime().parts.size() == 3);
    CHECK(Message(edited).text() == "text\nRemoved:\n--b\n--b--\nthe end\n");
}
