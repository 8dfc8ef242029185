#include "common/mail/header_edit.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/mail/header_block.h"

using namespace weir;
using Kind = HeaderChange::Kind;

namespace {

std::string changed(const std::string& mail, const std::vector<HeaderChange>& changes) {
    return changedMail(Message(mail), changes);
}

const std::string kMail =
    "Received: a\r\nSubject: hello\r\n there\r\nX-A: 1\r\nx-a: 2\r\nTo: b@c\r\n\r\nbody\r\n";

}  // namespace

TEST_CASE("without changes the mail stays byte for byte") {
    CHECK(changed(kMail, {}) == kMail);
}

TEST_CASE("an added header comes last and in the block's line ends") {
    CHECK(changed("A: 1\r\n\r\nx", {{Kind::kAdd, "B", "2"}}) == "A: 1\r\nB: 2\r\n\r\nx");
    CHECK(changed("A: 1\n\nx", {{Kind::kAdd, "B", "2"}}) == "A: 1\nB: 2\n\nx");
    CHECK(changed("A: 1", {{Kind::kAdd, "B", "2"}}) == "A: 1\r\nB: 2\r\n");
}

TEST_CASE("a replaced header keeps its place and stands alone") {
    CHECK(changed(kMail, {{Kind::kReplace, "X-A", "new"}}) ==
          "Received: a\r\nSubject: hello\r\n there\r\nX-A: new\r\nTo: b@c\r\n\r\nbody\r\n");
    CHECK(changed("A: 1\r\n\r\n", {{Kind::kReplace, "B", "2"}}) == "A: 1\r\nB: 2\r\n\r\n");
}

TEST_CASE("a removed header is gone wherever it stood, the rest is untouched") {
    CHECK(changed(kMail, {{Kind::kRemove, "x-A", ""}}) ==
          "Received: a\r\nSubject: hello\r\n there\r\nTo: b@c\r\n\r\nbody\r\n");
    CHECK(changed(kMail, {{Kind::kRemove, "X-None", ""}}) == kMail);
}

TEST_CASE("a tag stands before the subject as received and is put there once") {
    const std::string tagged = changed(kMail, {{Kind::kTagSubject, "Subject", "[SPAM]"}});
    CHECK(Message(tagged).subject() == "[SPAM] hello there");
    CHECK(tagged.find("Subject: [SPAM] hello\r\n there\r\n") != std::string::npos);
    CHECK(changed(tagged, {{Kind::kTagSubject, "Subject", "[SPAM]"}}) == tagged);
    CHECK(Message(changed("A: 1\r\n\r\n", {{Kind::kTagSubject, "Subject", "[SPAM]"}})).subject() == "[SPAM]");
    CHECK(Message(changed("Subject:\r\n\r\n", {{Kind::kTagSubject, "Subject", "[SPAM]"}})).subject() ==
          "[SPAM]");
}

TEST_CASE("an encoded tag before an encoded subject keeps the space between them") {
    const std::string mail = "Subject: =?koi8-r?B?8NLJ18XU?=\r\n\r\n";
    const std::string tagged = changed(mail, {{Kind::kTagSubject, "Subject", "[VERDÄCHTIG]"}});
    CHECK(Message(tagged).subject() == "[VERDÄCHTIG] Привет");
    CHECK(tagged.find("=?koi8-r?B?8NLJ18XU?=") != std::string::npos);
}

TEST_CASE("changes are made in the order given") {
    CHECK(changed("A: 1\r\n\r\n",
                  {{Kind::kAdd, "B", "2"}, {Kind::kReplace, "B", "3"}, {Kind::kRemove, "A", ""}}) ==
          "B: 3\r\n\r\n");
    CHECK(changed("A: 1\r\n\r\n", {{Kind::kAdd, "B", "2"}, {Kind::kRemove, "B", ""}}) == "A: 1\r\n\r\n");
}

TEST_CASE("deletes for the milter come last to first, so that no index moves") {
    const HeaderBlock block = readHeaderBlock("X: 1\r\nx: 2\r\nX: 3\r\n\r\n");
    const auto edits = planHeaderEdits(block.fields, {{Kind::kReplace, "X", "new"}, {Kind::kAdd, "Y", "1"}});
    REQUIRE(edits.size() == 4);
    CHECK(edits[0] == HeaderEdit{HeaderEdit::Kind::kChange, "X", 1, "new"});
    CHECK(edits[1] == HeaderEdit{HeaderEdit::Kind::kDelete, "X", 3, ""});
    CHECK(edits[2] == HeaderEdit{HeaderEdit::Kind::kDelete, "x", 2, ""});
    CHECK(edits[3] == HeaderEdit{HeaderEdit::Kind::kAppend, "Y", 0, "1"});
}

TEST_CASE("long and foreign values are encoded and folded") {
    const std::string value = "Grüße " + std::string(300, 'x') + " und mehr";
    const std::string mail = changed("A: 1\r\n\r\nbody", {{Kind::kAdd, "X-Note", value}});
    CHECK(Message(mail).header("X-Note") == std::vector<std::string>{value});
    CHECK(Message(mail).body() == "body");
    CHECK(Message(mail).headers().size() == 2);
}

TEST_CASE("a value with line breaks adds one header and no more") {
    const std::string mail = changed("A: 1\r\n\r\nbody", {{Kind::kAdd, "B", "x\r\nC: y\r\n\r\nfake body"}});
    CHECK(Message(mail).headers().size() == 2);
    CHECK(Message(mail).body() == "body");
}

TEST_CASE("a change of a header with an impossible name is a mistake of the caller") {
    CHECK_THROWS_AS(changed(kMail, {{Kind::kAdd, "X Y", "1"}}), Error);
    CHECK_THROWS_AS(changed(kMail, {{Kind::kAdd, "X:\r\nY", "1"}}), Error);
}

TEST_CASE("fields over the reader's limit survive an edit") {
    std::string mail;
    for (int i = 0; i < 1500; ++i) mail += "X-" + std::to_string(i) + ": y\r\n";
    const std::string edited = changed(mail + "\r\nbody", {{Kind::kAdd, "Z", "1"}});
    CHECK(edited == mail + "Z: 1\r\n\r\nbody");
}
