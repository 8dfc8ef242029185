#include "common/learn/lesson.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <set>

#include "common/mail/text_encoder.h"
#include "tests/support/hostile_mail.h"

using namespace weir;

namespace {

Lesson lesson(const std::string& mail, const LessonLimits& limits = {}) {
    const Message message(mail);
    DirectReader reader;
    MailContent content(message, reader);
    return lessonOf(message, content, limits);
}

const std::string kHeader = "From: Ann <ann@example.org>\r\nSubject: hello there\r\n\r\n";

std::string words(const std::string& prefix, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        // Letters alone: a digest leaves out what has digits.
        std::string letters;
        for (std::size_t rest = i + 1; rest > 0; rest /= 26) letters += static_cast<char>('a' + rest % 26);
        text += prefix + letters + (i % 10 == 9 ? "\r\n" : " ");
    }
    return text + "\r\n";
}

std::string attachmentMail(const std::string& type, const std::string& name, const std::string& bytes,
                           const std::string& text = "see the file\r\n") {
    return "From: ann@example.org\r\nSubject: file\r\nMIME-Version: 1.0\r\n"
           "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n" +
           text + "--x\r\nContent-Type: " + type + "\r\nContent-Disposition: attachment; filename=\"" + name +
           "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encodeBase64Lines(bytes, "\r\n") +
           "\r\n--x--\r\n";
}

std::size_t shared(const Lesson& a, const Lesson& b) {
    std::vector<std::uint64_t> both;
    std::set_intersection(a.tokens.begin(), a.tokens.end(), b.tokens.begin(), b.tokens.end(),
                          std::back_inserter(both));
    return both.size();
}

bool risesStrictly(const auto& values) {
    return std::adjacent_find(values.begin(), values.end(),
                              [](const auto& a, const auto& b) { return !(a < b); }) == values.end();
}

}  // namespace

TEST_CASE("a mail gives the same lesson each time, sorted and without doubles") {
    const std::string mail = kHeader + words("w", 300) + words("w", 300);
    const Lesson first = lesson(mail), second = lesson(mail);
    CHECK(first.tokens == second.tokens);
    CHECK(first.digests == second.digests);
    CHECK(first.digests.size() == 1);
    CHECK(first.tokens.size() > 500);
    CHECK(risesStrictly(first.tokens));
    CHECK(risesStrictly(first.digests));
}

TEST_CASE("what servers write on the way is no part of the lesson") {
    const std::string mail = kHeader + words("w", 100);
    const Lesson received = lesson(
        "Return-Path: <bounce@example.org>\r\nDelivered-To: bob@example.com\r\nReceived: from a by b\r\n"
        "Authentication-Results: mx; spf=pass\r\nX-Spam-Status: Yes\r\nDKIM-Signature: v=1\r\n" +
        mail);
    CHECK(received.tokens == lesson(mail).tokens);
    CHECK(received.digests == lesson(mail).digests);
}

TEST_CASE("a word counts for the place where it stands") {
    const Lesson inText = lesson("From: a@b.example\r\nSubject: x\r\n\r\nviagra\r\n");
    const Lesson inSubject = lesson("From: a@b.example\r\nSubject: viagra\r\n\r\nx\r\n");
    const Lesson nowhere = lesson("From: a@b.example\r\nSubject: x\r\n\r\nx\r\n");
    CHECK(shared(inText, inSubject) == shared(inText, nowhere) - 1);  // the subject
    CHECK(inText.tokens != inSubject.tokens);
}

TEST_CASE("two words side by side are more than the two") {
    const Lesson together = lesson(kHeader + "alpha beta gamma delta\r\n");
    const Lesson apart = lesson(kHeader + "beta alpha delta gamma\r\n");
    CHECK(together.tokens.size() == apart.tokens.size());
    // Four words the same, three pairs not.
    CHECK(together.tokens.size() - shared(together, apart) == 3);
}

TEST_CASE("text that a reader does not see is not learned") {
    const std::string start =
        "From: a@b.example\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>visible "
        "words</p>";
    const std::string hidden = "<div style=\"display:none\">meeting agenda minutes regards</div>\r\n";
    const Lesson open = lesson(start + "<div>meeting agenda minutes regards</div>\r\n");
    const Lesson covered = lesson(start + hidden), without = lesson(start + "\r\n");
    CHECK(open.tokens.size() > covered.tokens.size() + 4);
    // That something is hidden is.
    CHECK(covered.tokens.size() == without.tokens.size() + 1);
}

TEST_CASE("where links lead is learned whatever they show") {
    const std::string start = "From: a@b.example\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n";
    const Lesson one = lesson(start + "<a href='https://one.example.org/'>click</a>\r\n");
    const Lesson other = lesson(start + "<a href='https://other.example.net/'>click</a>\r\n");
    CHECK(one.tokens.size() - shared(one, other) >= 3);  // host, domain, top level
}

TEST_CASE("copies with another name and other numbers have a like digest") {
    const std::string text = words("offer", 200);
    const Lesson one = lesson(kHeader + "Dear Mr Smith,\r\n" + text + "order 12345 at 10:30\r\n");
    const Lesson other = lesson(kHeader + "Dear Mrs Jones,\r\n" + text + "order 98765 at 23:59\r\n");
    REQUIRE(one.digests.size() == 1);
    REQUIRE(other.digests.size() == 1);
    CHECK(likeness(one.digests[0], other.digests[0]) >= 0.85);
    CHECK(likeness(one.digests[0], one.digests[0]) == 1.0);
}

TEST_CASE("different texts have digests that are not alike") {
    const Lesson one = lesson(kHeader + words("offer", 200));
    const Lesson other = lesson(kHeader + words("letter", 200));
    CHECK(likeness(one.digests.at(0), other.digests.at(0)) < 0.1);
}

TEST_CASE("the likeness of digests is about the part of shingles that two texts share") {
    // 300 words of which 150 are the same: a third of all different shingles are in both.
    const Lesson one = lesson(kHeader + words("same", 150) + words("one", 150));
    const Lesson other = lesson(kHeader + words("same", 150) + words("other", 150));
    const double found = likeness(one.digests.at(0), other.digests.at(0));
    CHECK(found > 0.05);
    CHECK(found < 0.65);
}

TEST_CASE("the same attachment has the same digest under any name and in any mail") {
    const std::string bytes = words("content", 500);
    const Lesson one = lesson(attachmentMail("application/pdf", "a.pdf", bytes));
    const Lesson other =
        lesson(attachmentMail("application/octet-stream", "invoice.doc", bytes, "read this\r\n"));
    const Lesson changed = lesson(attachmentMail("application/pdf", "a.pdf", bytes + "."));
    REQUIRE(one.digests.size() == 1);
    CHECK(one.digests == other.digests);
    REQUIRE(changed.digests.size() == 1);
    CHECK(likeness(one.digests[0], changed.digests[0]) == 0.0);
}

TEST_CASE("signatures, small files and small images have no digest") {
    const std::string bytes(20'000, 'x'), small(2047, 'x');
    CHECK(lesson(attachmentMail("application/pdf", "a.pdf", small)).digests.empty());
    CHECK(lesson(attachmentMail("application/pdf", "a.pdf", small + "x")).digests.size() == 1);
    CHECK(lesson(attachmentMail("image/png", "logo.png", bytes.substr(0, 16'000))).digests.empty());
    CHECK(lesson(attachmentMail("image/png", "picture.png", bytes)).digests.size() == 1);
    CHECK(lesson(attachmentMail("application/pkcs7-signature", "smime.p7s", bytes)).digests.empty());
}

TEST_CASE("a short text has no digest: many mails say thank you") {
    CHECK(lesson(kHeader + "Thank you very much for your message, I will answer it soon. Regards, Ann\r\n")
              .digests.empty());
    // As many words, repeated, are no more shingles.
    std::string repeated;
    for (int i = 0; i < 500; ++i) repeated += "click here now ";
    CHECK(lesson(kHeader + repeated + "\r\n").digests.empty());
}

TEST_CASE("every limit of a lesson holds") {
    const std::string text = words("word", 2000);
    SECTION("bytes of text") {
        LessonLimits limits;
        limits.textBytes = 1000;
        CHECK(lesson(kHeader + text, limits).tokens.size() < 400);
        CHECK(lesson(kHeader + text + words("more", 9), limits).digests ==
              lesson(kHeader + text, limits).digests);
        CHECK(lesson(kHeader + text + words("more", 900)).digests != lesson(kHeader + text).digests);
    }
    SECTION("tokens of the text") {
        LessonLimits limits;
        limits.textTokens = 50;
        limits.otherTokens = 30;
        CHECK(lesson(kHeader + text, limits).tokens.size() <= 80);
        CHECK(lesson(kHeader + text, limits).tokens.size() > 50);
    }
    SECTION("a text over the limit keeps the same tokens as its copy with some words more") {
        LessonLimits limits;
        limits.textTokens = 400;
        const Lesson one = lesson(kHeader + text, limits),
                     other = lesson(kHeader + "a few words more\r\n" + text, limits);
        CHECK(shared(one, other) > one.tokens.size() - 30);
    }
    SECTION("bytes of a header") {
        LessonLimits limits;
        limits.headerBytes = 100;
        std::string subject = words("word", 1000);
        std::erase(subject, '\r');
        std::replace(subject.begin(), subject.end(), '\n', ' ');
        const std::string mail = "From: a@b.example\r\nSubject: " + subject + "\r\n\r\nx\r\n";
        CHECK(lesson(mail, limits).tokens.size() < 100);
        CHECK(lesson(mail).tokens.size() > 300);
    }
    SECTION("tokens that are not of the text") {
        LessonLimits limits;
        limits.otherTokens = 5;
        limits.textTokens = 0;
        CHECK(lesson(kHeader + text, limits).tokens.size() == 5);
    }
    SECTION("characters of a word: of a longer one only about its length counts") {
        const Lesson one = lesson(kHeader + std::string(40, 'a') + "\r\n");
        const Lesson other = lesson(kHeader + std::string(41, 'b') + "\r\n");
        CHECK(one.tokens == other.tokens);
        CHECK(lesson(kHeader + std::string(30, 'a') + "\r\n").tokens !=
              lesson(kHeader + std::string(30, 'b') + "\r\n").tokens);
    }
    SECTION("hosts of links") {
        std::string links;
        for (int i = 0; i < 300; ++i) links += "http://host" + std::to_string(i) + ".example.org/\r\n";
        LessonLimits limits;
        limits.textTokens = 0;
        limits.otherTokens = 5000;
        const std::size_t usual = lesson(kHeader + links, limits).tokens.size();
        limits.links = 10;
        CHECK(lesson(kHeader + links, limits).tokens.size() == usual - 90);
    }
    SECTION("attachments") {
        std::string mail = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n";
        for (int i = 0; i < 40; ++i)
            mail += "--x\r\nContent-Type: application/pdf; name=\"file" + std::to_string(i) +
                    ".pdf\"\r\n\r\n" + std::string(3000, static_cast<char>('A' + i)) + "\r\n";
        mail += "--x--\r\n";
        CHECK(lesson(mail).digests.size() == 20);
        LessonLimits limits;
        limits.attachments = 3;
        CHECK(lesson(mail, limits).digests.size() == 3);
        CHECK(lesson(mail, limits).tokens.size() < lesson(mail).tokens.size());
    }
    SECTION("shingles of a text with a digest") {
        LessonLimits limits;
        limits.shingles = 8;
        const std::string ten = "one two three four five six seven eight nine ten\r\n";
        CHECK(lesson(kHeader + ten, limits).digests.size() == 1);
        limits.shingles = 9;
        CHECK(lesson(kHeader + ten, limits).digests.empty());
    }
}

TEST_CASE("no mail gives more than the limits allow, however it is made") {
    const LessonLimits limits;
    for (const test::MailBomb& bomb : test::mailBombs()) {
        INFO(bomb.name);
        const Lesson found = lesson(bomb.make(bomb.n / 4 + 1));
        CHECK(found.tokens.size() <= limits.textTokens + limits.otherTokens);
        CHECK(found.digests.size() <= limits.attachments + 1);
        CHECK(risesStrictly(found.tokens));
    }
}
