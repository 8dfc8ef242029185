#include "slave/scan/rspamd.h"

#include <catch2/catch.hpp>

using namespace weir;
using State = ScanOutcome::State;

namespace {

std::string answer(const std::string& action, const std::string& score, const std::string& symbols = "{}") {
    return R"({"is_skipped":false,"score":)" + score + R"(,"required_score":15.0,"action":")" + action +
           R"(","symbols":)" + symbols + R"(,"messages":{},"milter":{"remove_headers":{"X-Spam":0}}})";
}

std::string headFor(const Envelope& envelope, const std::string& password = "",
                    const RspamdLimits& limits = {}) {
    return rspamdRequestHead({"mail", envelope}, "127.0.0.1:11333", password, limits);
}

bool hasLine(const std::string& head, const std::string& line) {
    return head.find("\r\n" + line + "\r\n") != std::string::npos;
}

}  // namespace

TEST_CASE("an answer of rspamd is action, score, required score and symbols with what they matched") {
    const auto outcome = parseRspamdAnswer(answer(
        "add header", "7.25",
        R"({"HFILTER_HELO":{"name":"HFILTER_HELO","score":1.0,"metric_score":1.0,"options":["h.example","2"]},)"
        R"("MIME_GOOD":{"name":"MIME_GOOD","score":-0.1}})"));
    REQUIRE(outcome);
    CHECK(outcome->state == State::kFound);
    CHECK(outcome->action == "add header");
    CHECK(outcome->score == 7.25);
    CHECK(outcome->required == 15.0);
    REQUIRE(outcome->symbols.size() == 2);
    CHECK(outcome->symbols[0].name == "HFILTER_HELO");
    CHECK(outcome->symbols[0].score == 1.0);
    CHECK(outcome->symbols[0].options == std::vector<std::string>{"h.example", "2"});
    CHECK(outcome->symbols[1].score == Approx(-0.1));
    CHECK(outcome->symbols[1].options.empty());
    CHECK(outcome->names.empty());
}

TEST_CASE("what rspamd calls spam is found; to ask for later is not") {
    for (const char* action : {"reject", "add header", "rewrite subject", "quarantine", "discard"}) {
        CHECK(parseRspamdAnswer(answer(action, "1"))->state == State::kFound);
    }
    for (const char* action : {"no action", "greylist", "soft reject"}) {
        CHECK(parseRspamdAnswer(answer(action, "20"))->state == State::kClean);
    }
    CHECK(parseRspamdAnswer(answer("own action", "14.9"))->state == State::kClean);
    CHECK(parseRspamdAnswer(answer("own action", "15"))->state == State::kFound);
}

TEST_CASE("what is no answer of rspamd is refused, with the place") {
    const std::map<std::string, std::string> wrong = {
        {"", "parse"},
        {"[]", "expected an object"},
        {R"({"error":"no"})", "/action"},
        {R"({"action":5,"score":1})", "/action"},
        {R"({"action":"reject"})", "/score"},
        {R"({"action":"reject","score":"high"})", "/score"},
        {R"({"action":"reject","score":null})", "/score"},
        {R"({"action":"reject","score":1,"symbols":[]})", "/symbols"},
        {answer("reject", "1") + "x", ""},
        {answer("reject", "1e999"), ""},
        {R"({"action":"reject","action":"no action","score":1})", ""}};
    for (const auto& [text, where] : wrong) {
        CAPTURE(text);
        const auto outcome = parseRspamdAnswer(text);
        CHECK_FALSE(outcome);
        if (!outcome && where != "parse") CHECK_THAT(outcome.error().text(), Catch::Contains(where));
    }
}

TEST_CASE("bytes of the mail in rspamd's answer do not hide the answer") {
    const auto outcome = parseRspamdAnswer(
        answer("reject", "20", "{\"BAD\":{\"score\":1,\"options\":[\"\xff\xfe line\\n two\"]}}"));
    REQUIRE(outcome);
    CHECK(outcome->symbols.at(0).options.at(0) == "\xef\xbf\xbd\xef\xbf\xbd line  two");
}

TEST_CASE("the limits of rspamd's answer hold") {
    RspamdLimits limits;
    limits.answerBytes = 1000;
    limits.answerDepth = 4;
    limits.answerValues = 30;
    limits.symbols = 2;
    limits.options = 1;
    limits.textBytes = 8;
    CHECK_FALSE(
        parseRspamdAnswer(answer("reject", "1", R"({"A":")" + std::string(1000, 'x') + "\"}"), limits));
    CHECK_FALSE(parseRspamdAnswer(answer("reject", "1", R"({"A":{"b":{"c":{"d":1}}}})"), limits));
    CHECK_FALSE(parseRspamdAnswer(
        answer("reject", "1", R"({"A":[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5]})"), limits));
    const auto cut = parseRspamdAnswer(
        answer("reject", "1",
               R"({"A":{"options":["1","2"]},"B_LONG_NAME":{"options":["long option"]},"C":{}})"),
        limits);
    REQUIRE(cut);
    REQUIRE(cut->symbols.size() == 2);
    CHECK(cut->symbols[0].options == std::vector<std::string>{"1"});
    CHECK(cut->symbols[1].name == "B_LONG_N");
    CHECK(cut->symbols[1].options == std::vector<std::string>{"long opt"});
    CHECK_FALSE(parseRspamdAnswer(std::string(100'000, '[')));
}

TEST_CASE("rspamd is told the envelope") {
    Envelope envelope;
    envelope.clientAddress = "2001:db8::1";
    envelope.clientName = "mx.example.org";
    envelope.helo = "helo.example.org";
    envelope.authUser = "alice";
    envelope.sender = "a@example.org";
    envelope.recipients = {"b@example.com", "c@example.com"};
    envelope.queueId = "4bXk";
    const std::string head = headFor(envelope, "secret");
    CHECK(head.starts_with("POST /checkv2 HTTP/1.1\r\nHost: 127.0.0.1:11333\r\n"));
    CHECK(head.ends_with("\r\n\r\n"));
    for (const char* line :
         {"Content-Length: 4", "IP: 2001:db8::1", "Hostname: mx.example.org", "Helo: helo.example.org",
          "User: alice", "From: <a@example.org>", "Rcpt: <b@example.com>", "Rcpt: <c@example.com>",
          "Queue-Id: 4bXk", "Password: secret"}) {
        CAPTURE(line);
        CHECK(hasLine(head, line));
    }
}

TEST_CASE("what the envelope does not know is not told to rspamd") {
    Envelope envelope;
    envelope.clientName = "unknown";
    const std::string head = headFor(envelope);
    CHECK(hasLine(head, "From: <>"));
    for (const char* name : {"IP:", "Helo:", "Hostname:", "User:", "Queue-Id:", "Password:", "Rcpt:"}) {
        CHECK(head.find(name) == std::string::npos);
    }
}

TEST_CASE("nothing in the envelope begins a header of its own") {
    Envelope envelope;
    envelope.helo = "x\r\nIP: 127.0.0.1";
    envelope.sender = std::string("a\n\0b", 4);
    envelope.recipients = {"r\r\n\r\nbody"};
    const std::string head = headFor(envelope);
    CHECK(hasLine(head, "Helo: x??IP: 127.0.0.1"));
    CHECK(hasLine(head, "From: <a??b>"));
    CHECK(hasLine(head, "Rcpt: <r????body>"));
    CHECK(head.find("\r\n\r\n") == head.size() - 4);
}

TEST_CASE("more recipients than rspamd takes are left out") {
    Envelope envelope;
    for (int i = 0; i < 5000; ++i) envelope.recipients.push_back("user" + std::to_string(i) + "@example.com");
    const std::string head = headFor(envelope);
    CHECK(head.size() > 50'000);
    CHECK(head.size() < 64'000);
    envelope.recipients = {std::string(100'000, 'x'), "b@example.com"};
    envelope.helo = std::string(100'000, 'h');
    CHECK(headFor(envelope).size() < 64'000);
}

TEST_CASE("the Host header is the scanner's address") {
    CHECK(hostHeader("inet:127.0.0.1:11333") == "127.0.0.1:11333");
    CHECK(hostHeader("[::1]:11333") == "[::1]:11333");
    CHECK(hostHeader("unix:/run/rspamd.sock") == "localhost");
}
