#include "common/learn/lesson.h"

#include <catch2/catch.hpp>

#include "common/learn/learned_model.h"

using namespace weir;

namespace {

Lesson lesson(const std::string& mail) {
    const Message message(mail);
    DirectReader reader;
    MailContent content(message, reader);
    return lessonOf(message, content);
}

}  // namespace

TEST_CASE("a mail gives the same lesson each time") {
    const std::string mail = "From: Ann <ann@example.org>\r\nSubject: hello\r\n\r\nthe quick brown fox\r\n";
    const Lesson first = lesson(mail), second = lesson(mail);
    CHECK(first.tokens == second.tokens);
    CHECK(first.digests == second.digests);
    CHECK(first.tokens.size() > 10);
    CHECK(std::is_sorted(first.tokens.begin(), first.tokens.end()));
}
