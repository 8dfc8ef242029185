#include "slave/dns/dns_message.h"

#include <catch2/catch.hpp>

using namespace weir;
using State = DnsAnswer::State;

namespace {

std::string two(unsigned value) {
    return {static_cast<char>(value >> 8), static_cast<char>(value)};
}
std::string four(std::uint32_t value) {
    return two(value >> 16) + two(value & 0xffff);
}
std::string label(const std::string& text) {
    return std::string(1, static_cast<char>(text.size())) + text;
}
const std::string kEnd(1, '\0');
const std::string kOwner = label("a") + label("test") + kEnd;  // at 12, in the question
const std::string kPointer = "\xC0\x0C";

// `records` after a question for a.test.
std::string message(unsigned answers, const std::string& records, unsigned code = 0,
                    unsigned authorities = 0) {
    return two(1) + two(0x8180u | code) + two(1) + two(answers) + two(authorities) + two(0) + kOwner +
           two(16) + two(1) + records;
}
std::string record(const std::string& owner, unsigned type, std::uint32_t ttl, const std::string& content) {
    return owner + two(type) + two(1) + four(ttl) + two(static_cast<unsigned>(content.size())) + content;
}
DnsReply read(const std::string& bytes, DnsType type, const DnsMessageLimits& limits = {}) {
    return readDnsReply(bytes, "a.test", type, limits);
}
std::chrono::seconds sec(int count) {
    return std::chrono::seconds(count);
}

}  // namespace

TEST_CASE("records of each type are read") {
    const auto a = read(message(2, record(kPointer, 1, 60, "\xC0" + std::string("\0\2\1", 3)) +
                                       record(kOwner, 1, 30, std::string("\12\0\0\1", 4))),
                        DnsType::kA);
    CHECK(a.answer.state == State::kFound);
    CHECK(a.answer.records == std::vector<std::string>{"192.0.2.1", "10.0.0.1"});
    CHECK(a.ttl == sec(30));
    CHECK(a.answer.ttl == sec(30));

    const std::string six = "\x20\x01\x0d\xb8" + std::string(11, '\0') + "\1";
    CHECK(read(message(1, record(kPointer, 28, 60, six)), DnsType::kAaaa).answer.records ==
          std::vector<std::string>{"2001:db8::1"});

    const auto mx = read(message(3, record(kPointer, 15, 60, two(20) + label("B") + kPointer) +
                                        record(kPointer, 15, 60, two(0) + kEnd) +
                                        record(kPointer, 15, 60, two(10) + label("c") + kEnd)),
                         DnsType::kMx);
    CHECK(mx.answer.records == std::vector<std::string>{"", "c", "b.a.test"});

    const auto txt = read(
        message(2, record(kPointer, 16, 60, label("v=spf1 ") + label("-all")) + record(kPointer, 16, 60, "")),
        DnsType::kTxt);
    CHECK(txt.answer.records == std::vector<std::string>{"v=spf1 -all", ""});

    CHECK(
        read(message(1, record(kPointer, 12, 60, label("Host") + kPointer)), DnsType::kPtr).answer.records ==
        std::vector<std::string>{"host.a.test"});
}

TEST_CASE("only records of the name, the type and the class asked for are taken") {
    const auto reply = read(message(4, record(label("b") + kEnd, 16, 60, label("of another name")) +
                                           record(kPointer, 99, 60, label("of another type")) + kPointer +
                                           two(16) + two(3) + four(60) + two(2) + label("c") +
                                           record(label("A") + label("TEST") + kEnd, 16, 60, label("ours"))),
                            DnsType::kTxt);
    CHECK(reply.answer.records == std::vector<std::string>{"ours"});
}

TEST_CASE("aliases are followed and hold no longer than the shortest of them") {
    const std::string other = label("b") + label("test") + kEnd;
    const auto reply =
        read(message(2, record(kPointer, 5, 20, other) + record(other, 16, 60, label("x"))), DnsType::kTxt);
    CHECK(reply.answer.records == std::vector<std::string>{"x"});
    CHECK(reply.ttl == sec(20));
    const auto nowhere = read(message(1, record(kPointer, 5, 20, other)), DnsType::kTxt);
    CHECK(nowhere.answer.state == State::kNoData);
    CHECK_FALSE(nowhere.ttl);
    const auto nothing = read(message(1, record(kPointer, 5, 20, other), 3), DnsType::kTxt);
    CHECK(nothing.answer.state == State::kNoName);
}

TEST_CASE("a loop of aliases and a chain over the limit are failures") {
    const std::string other = label("b") + label("test") + kEnd;
    const auto loop =
        read(message(2, record(kPointer, 5, 20, other) + record(other, 5, 20, kPointer)), DnsType::kTxt);
    CHECK(loop.answer.state == State::kTempError);
    CHECK_THAT(loop.answer.detail, Catch::Contains("aliases"));
    std::string chain = record(kPointer, 5, 20, label("n0") + kEnd);
    for (int i = 0; i < 4; ++i) {
        chain +=
            record(label("n" + std::to_string(i)) + kEnd, 5, 20, label("n" + std::to_string(i + 1)) + kEnd);
    }
    chain += record(label("n4") + kEnd, 16, 20, label("end"));
    DnsMessageLimits limits;
    limits.aliases = 5;
    CHECK(read(message(6, chain), DnsType::kTxt, limits).answer.found());
    limits.aliases = 4;
    CHECK(read(message(6, chain), DnsType::kTxt, limits).answer.state == State::kTempError);
}

TEST_CASE("a negative answer holds as long as its SOA says") {
    const auto soa = [](std::uint32_t ttl, std::uint32_t minimum) {
        return record(kEnd, 6, ttl,
                      label("ns") + kEnd + label("root") + kEnd + four(1) + four(2) + four(3) + four(4) +
                          four(minimum));
    };
    CHECK(read(message(0, soa(600, 90), 3, 1), DnsType::kA).ttl == sec(90));
    CHECK(read(message(0, soa(45, 90), 0, 1), DnsType::kA).ttl == sec(45));
    const auto none = read(message(0, "", 3), DnsType::kA);
    CHECK(none.answer.state == State::kNoName);
    CHECK_FALSE(none.ttl);
}

TEST_CASE("a TTL with the highest bit is none") {
    CHECK(read(message(1, record(kPointer, 16, 0x80000000u, label("x"))), DnsType::kTxt).ttl == sec(0));
}

TEST_CASE("another response code is a failure that names it") {
    CHECK_THAT(read(message(0, "", 2), DnsType::kA).answer.detail, Catch::Contains("SERVFAIL"));
    CHECK_THAT(read(message(0, "", 5), DnsType::kA).answer.detail, Catch::Contains("REFUSED"));
    CHECK_THAT(read(message(0, "", 9), DnsType::kA).answer.detail, Catch::Contains("RCODE 9"));
    CHECK(rcodeText("short") == "nothing");
}

TEST_CASE("an answer of more records than the limit is a failure") {
    std::string records;
    for (int i = 0; i < 9; ++i) records += record(kPointer, 16, 60, label("x"));
    DnsMessageLimits limits;
    limits.records = 9;
    CHECK(read(message(9, records), DnsType::kTxt, limits).answer.records.size() == 9);
    limits.records = 8;
    CHECK(read(message(9, records), DnsType::kTxt, limits).answer.state == State::kTempError);
}

TEST_CASE("bytes that lie are malformed, wherever they end") {
    const std::string whole = message(2, record(kPointer, 15, 60, two(5) + label("b") + kPointer) +
                                             record(kPointer, 15, 60, two(5) + label("c") + kEnd));
    REQUIRE(read(whole, DnsType::kMx).answer.found());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        INFO(size);
        const auto reply = read(whole.substr(0, size), DnsType::kMx);
        CHECK(reply.answer.state == State::kTempError);
        CHECK(reply.answer.detail == "malformed answer");
    }
    const auto malformed = [](const std::string& records, DnsType type) {
        return read(message(1, records), type).answer.detail == "malformed answer";
    };
    CHECK(malformed(record(kPointer, 12, 60, "\xC0\xFF"), DnsType::kPtr));  // a pointer past the end
    CHECK(malformed(record("\xC0\x1C", 12, 60, kEnd), DnsType::kPtr));      // to itself
    CHECK(malformed(record(kPointer, 12, 60, "\x41" + std::string(65, 'a')), DnsType::kPtr));  // 01: no label
    CHECK(malformed(record(kPointer, 12, 60, label("a.b") + kEnd), DnsType::kPtr));            // a dot inside
    CHECK(malformed(record(kPointer, 12, 60, label(std::string("a\0", 2)) + kEnd), DnsType::kPtr));
    CHECK(malformed(record(kPointer, 1, 60, "abc"), DnsType::kA));
    CHECK(malformed(record(kPointer, 16, 60, "\5abc"), DnsType::kTxt));
    std::string tooLong;
    for (int i = 0; i < 5; ++i) tooLong += label(std::string(60, 'a'));
    CHECK(malformed(record(kPointer, 12, 60, tooLong + kEnd), DnsType::kPtr));
    CHECK(read(std::string(2, '\0') + std::string(30, '\0'), DnsType::kA).answer.state ==
          State::kTempError);  // a query
}
