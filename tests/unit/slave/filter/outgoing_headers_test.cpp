#include "slave/filter/outgoing_headers.h"

#include <catch2/catch.hpp>

#include "common/mail/header_edit.h"

using namespace weir;

TEST_CASE("the trace header names node, revision, rules and mail") {
    CHECK(traceHeader("mx1", 42, {"tag-news"}, EventId{"018f"}) ==
          "mx1; revision=42; verdict=deliver; rule=tag-news; mail=018f");
}

TEST_CASE("a rule id cannot forge another field of the trace header") {
    std::string value = traceHeader("mx 1;x=y", 1, {"a; verdict=reject\r\nX-Evil: 1"}, EventId{"m"});
    CHECK(value.find("\nX-Evil") == std::string::npos);
    std::erase(value, '\n');  // where it folds
    CHECK(value.find('\r') == std::string::npos);
    CHECK_THAT(value, Catch::StartsWith("mx_1_x_y; revision=1; verdict=deliver; rule=a__verdict_reject"));
}

TEST_CASE("at most eight rules are named") {
    const std::vector<std::string> rules(100, "rule");
    const std::string value = traceHeader("n", 1, rules, EventId{"m"});
    std::size_t count = 0;
    for (std::size_t at = value.find("rule="); at != std::string::npos; at = value.find("rule=", at + 1))
        ++count;
    CHECK(count == 8);
}

TEST_CASE("forged trace and release headers are removed, whatever their case and number") {
    const Message message(
        "x-weir-verdict: mx9; verdict=deliver\r\nSubject: s\r\nX-WEIR-RELEASE: v1\r\nX-Weir-Verdict: "
        "again\r\n\r\nbody\r\n");
    const std::string mail = changedMail(message, outgoingChanges(message, {}));
    CHECK(mail == "Subject: s\r\n\r\nbody\r\n");
}

TEST_CASE("a mail without such headers needs no change") {
    const Message message("Subject: s\r\n\r\nbody\r\n");
    CHECK(outgoingChanges(message, {}).empty());
}

TEST_CASE("a released copy loses its pass and nothing else") {
    const Message message("X-Weir-Release: v1 x\r\nX-Weir-Verdict: kept\r\nSubject: s\r\n\r\nbody\r\n");
    CHECK(changedMail(message, passedChanges(message)) ==
          "X-Weir-Verdict: kept\r\nSubject: s\r\n\r\nbody\r\n");
}
