#include "slave/milter/mail_builder.h"

#include <catch2/catch.hpp>
#include <filesystem>

using namespace weir;

namespace {

MailBuilderLimits limits(std::uint64_t mail, std::uint64_t memory) {
    return {mail, memory, std::filesystem::temp_directory_path()};
}

}  // namespace

TEST_CASE("headers and body come together as they were received") {
    const MailBuilderLimits allowed = limits(1 << 20, 1 << 16);
    MemoryBudget budget(1 << 20);
    MailBuilder builder(allowed, budget);
    builder.begin(0);
    builder.header("Subject", " hello", true);
    builder.header("X-Folded", " a\n\tb\r\n c", true);
    builder.header("X-Tight", "value", true);
    builder.header("X-Empty", "", true);
    builder.body("line\r\n");
    builder.body("end");
    CHECK(builder.bytes() ==
          "Subject: hello\r\nX-Folded: a\r\n\tb\r\n c\r\nX-Tight:value\r\nX-Empty:\r\n\r\nline\r\nend");
    CHECK(builder.size() == builder.bytes().size());
}

TEST_CASE("an MTA that keeps the leading space to itself gets one space") {
    const MailBuilderLimits allowed = limits(1 << 20, 1 << 16);
    MemoryBudget budget(1 << 20);
    MailBuilder builder(allowed, budget);
    builder.begin(0);
    builder.header("Subject", "hello", false);
    CHECK(builder.bytes() == "Subject: hello\r\n\r\n");
}

TEST_CASE("a mail over the memory limit is the same from its spool file") {
    const MailBuilderLimits allowed = limits(10 << 20, 1000);
    MemoryBudget budget(1 << 20);
    MailBuilder builder(allowed, budget);
    std::string expected = "A: 1\r\n\r\n";
    builder.begin(0);
    builder.header("A", " 1", true);
    for (int i = 0; i < 300; ++i) {
        const std::string chunk(997, static_cast<char>('a' + i % 26));
        builder.body(chunk);
        expected += chunk;
    }
    CHECK(builder.bytes() == expected);
    CHECK(budget.used() == 0);
    builder.begin(0);
    builder.header("B", " 2", true);
    CHECK(builder.bytes() == "B: 2\r\n\r\n");
}

TEST_CASE("beyond the budget of all mails together the spool takes over") {
    const MailBuilderLimits allowed = limits(10 << 20, 5 << 20);
    MemoryBudget budget(128 << 10);
    MailBuilder first(allowed, budget), second(allowed, budget);
    first.begin(0);
    second.begin(0);
    const std::string large(100'000, 'x');
    first.body(large);
    second.body(large);
    CHECK(budget.used() <= 128u << 10);
    CHECK(first.bytes() == "\r\n" + large);
    CHECK(second.bytes() == "\r\n" + large);
    first.clear();
    second.clear();
    CHECK(budget.used() == 0);
}

TEST_CASE("a mail over the largest size is counted in whole and kept in part") {
    const MailBuilderLimits allowed = limits(10'000, 1000);
    MemoryBudget budget(1 << 20);
    MailBuilder builder(allowed, budget);
    builder.begin(1ull << 60);  // a client may claim what it likes
    builder.header("A", " 1", true);
    for (int i = 0; i < 100; ++i) builder.body(std::string(1000, 'x'));
    CHECK(builder.tooLarge());
    CHECK(builder.size() == 100'008);
    CHECK(builder.bytes().size() == 10'000);
}

TEST_CASE("a spool that cannot be written is told, not thrown") {
    MailBuilderLimits allowed = limits(10 << 20, 1000);
    allowed.spoolFolder = "/nonexistent/spool";
    MemoryBudget budget(1 << 20);
    MailBuilder builder(allowed, budget);
    builder.begin(0);
    builder.body(std::string(5000, 'x'));
    CHECK(builder.bytes().empty());
    CHECK_THAT(builder.spoolProblem(), Catch::Contains("/nonexistent/spool"));
    builder.begin(0);
    builder.body("small");
    CHECK(builder.spoolProblem().empty());
    CHECK(builder.bytes() == "\r\nsmall");
}
