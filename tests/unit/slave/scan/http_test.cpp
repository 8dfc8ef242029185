#include <catch2/catch.hpp>

#include "slave/scan/http_body.h"
#include "slave/scan/http_head.h"
#include "slave/scan/scan_outcome.h"
#include "slave/scan/scanner_socket.h"
#include "tests/support/scripted_peer.h"

using namespace weir;
using test::ScriptedPeer;

namespace {

// What a client reads of one answer: the body, or the text of what is wrong with it.
struct Read {
    std::string body;
    std::string wrong;
    ScanFailure failure = ScanFailure::kNone;
    bool ended = false;
};

Read readAnswer(const std::string& answer, const HttpLimits& limits = {}) {
    ScriptedPeer peer([&](int socket) { ScriptedPeer::write(socket, answer); });
    const Until until{std::chrono::steady_clock::now() + std::chrono::seconds(5)};
    ScannerSocket socket(ScannerAddress(peer.address()).targets(until), until);
    Read read;
    try {
        const HttpHead head = readHttpHead(socket, limits);
        HttpBody body(socket, head, limits);
        read.body = body.all();
        read.ended = body.ended();
    } catch (const ScanError& error) {
        read.wrong = error.what();
        read.failure = error.failure();
    }
    return read;
}

std::string withHead(const std::string& fields, const std::string& body) {
    return "HTTP/1.1 200 OK\r\n" + fields + "\r\n" + body;
}

void refuses(const std::string& answer, const std::string& why, const HttpLimits& limits = {},
             ScanFailure failure = ScanFailure::kNonsense) {
    const Read read = readAnswer(answer, limits);
    CAPTURE(answer.substr(0, 200));
    CHECK(std::string(toString(read.failure)) == toString(failure));
    CHECK_THAT(read.wrong, Catch::Contains(why));
    CHECK(read.wrong.size() < 300);
}

const std::string kChunked = "Transfer-Encoding: chunked\r\n";

}  // namespace

TEST_CASE("the head of an answer is status, reason and fields") {
    const auto head = parseHttpHead(
        "HTTP/1.1 200 OK then\r\nServer: rspamd/3.4\nX-List: a, b ,C\r\nX-Folded: 1\r\n\tone\r\n  two "
        "\r\nEmpty:\r\n");
    REQUIRE(head);
    CHECK(head->protocol == "HTTP/1.1");
    CHECK(head->status == 200);
    CHECK(head->reason == "OK then");
    CHECK(*head->field("SERVER") == "rspamd/3.4");
    CHECK(*head->field("x-folded") == "1\none\ntwo");
    CHECK(head->field("Empty")->empty());
    CHECK(head->field("Missing") == nullptr);
    CHECK(head->lists("x-list", "c"));
    CHECK_FALSE(head->lists("x-list", "d"));
    CHECK(parseHttpHead("ICAP/1.0 204")->status == 204);
    CHECK(parseHttpHead("GET http://x/ HTTP/1.1\r\nHost: x")->status == 0);
}

TEST_CASE("what is no head is refused") {
    for (const char* text :
         {"", " ", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000 OK", "HTTP/1.1 099 no",
          "HTTP/1.1 abc OK", "SMTP 200 OK", "220 mail.example ESMTP", "HTTP/1.1 200 OK\r\nno colon",
          "HTTP/1.1 200 OK\r\n: no name", "HTTP/1.1 200 OK\r\nbad name: x",
          "HTTP/1.1 200 OK\r\n folded: first", "HTTP/1.1 200 OK\r\n\r\nA: b"}) {
        CAPTURE(text);
        CHECK_FALSE(parseHttpHead(text));
    }
}

TEST_CASE("the limits of a head hold") {
    HttpLimits limits;
    limits.line = 40;
    limits.head = 80;
    limits.fields = 3;
    CHECK(readAnswer(withHead("A: 1\r\nB: 2\r\nContent-Length: 0\r\n", ""), limits).wrong.empty());
    refuses(withHead("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n", ""), "more than 3 header fields", limits);
    refuses(withHead("A: " + std::string(38, 'x') + "\r\n", ""), "more than 40 bytes", limits);
    refuses(withHead("A: " + std::string(30, 'x') + "\r\nB: " + std::string(30, 'x') + "\r\n", ""),
            "a head over 80 bytes", limits);
    refuses("\r\n\r\n\r\n\r\n\r\n\r\n" + withHead("", ""), "empty lines");
    CHECK(readAnswer("\r\n\r\n" + withHead("Content-Length: 0\r\n", "")).wrong.empty());
}

TEST_CASE("a body is read by its length, by its chunks, or to the end") {
    const Read length = readAnswer(withHead("Content-Length: 5\r\n", "hello"));
    CHECK(length.body == "hello");
    CHECK(length.ended);
    const Read more = readAnswer(withHead("Content-Length: 5\r\n", "hello and more"));
    CHECK(more.body == "hello");
    const Read chunks = readAnswer(
        withHead(kChunked, "5;name=value\r\nhello\r\n00A\r\n, my world\r\n0\r\nTrailer: x\r\n\r\n"));
    CHECK(chunks.body == "hello, my world");
    CHECK(chunks.ended);
    const Read toClose = readAnswer(withHead("", "hello"));
    CHECK(toClose.body == "hello");
    CHECK_FALSE(toClose.ended);
    CHECK(readAnswer("HTTP/1.1 204 None\r\n\r\nhello").body.empty());
}

TEST_CASE("a body whose length is contradicted is refused") {
    refuses(withHead("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"), "two lengths");
    refuses(withHead("Content-Length: 5\r\n" + kChunked, "hello"), "two lengths");
    refuses(withHead("Transfer-Encoding: gzip\r\n", "hello"), "the coding 'gzip'");
    refuses(withHead("Transfer-Encoding: gzip, chunked\r\n", "hello"), "the coding");
    for (const char* length : {"-1", "+5", "5 5", "0x5", "5.0", "", "99999999999999999999999", "five"}) {
        refuses(withHead("Content-Length: " + std::string(length) + "\r\n", "hello"), "the length '");
    }
    refuses(withHead("Content-Length: 6\r\n", "hello"), "in the middle", {}, ScanFailure::kBroken);
}

TEST_CASE("chunks that are none are refused") {
    refuses(withHead(kChunked, "hello\r\n"), "a chunk of the length 'hello'");
    refuses(withHead(kChunked, "-5\r\nhello\r\n0\r\n\r\n"), "a chunk of the length '-5'");
    refuses(withHead(kChunked, "0x5\r\nhello\r\n0\r\n\r\n"), "a chunk of the length '0x5'");
    refuses(withHead(kChunked, "fffffffffffffffff\r\nhello"), "a chunk of the length");
    refuses(withHead(kChunked, "4\r\nhello\r\n0\r\n\r\n"), "");
    refuses(withHead(kChunked, "5\r\nhelloX\n0\r\n\r\n"), "a chunk of another length");
    refuses(withHead(kChunked, "5\r\nhello"), "in the middle", {}, ScanFailure::kBroken);
    refuses(withHead(kChunked, "5\r\nhel"), "in the middle", {}, ScanFailure::kBroken);
    refuses(withHead(kChunked, "5\r\nhello\r\n0\r\n"), "in the middle", {}, ScanFailure::kBroken);
}

TEST_CASE("the limits of a body hold, however it is framed") {
    HttpLimits limits;
    limits.body = 10;
    limits.fields = 3;
    limits.chunkLine = 20;
    CHECK(readAnswer(withHead("Content-Length: 10\r\n", "0123456789"), limits).body.size() == 10);
    CHECK(readAnswer(withHead("", "0123456789"), limits).body.size() == 10);
    CHECK(readAnswer(withHead(kChunked, "8\r\n01234567\r\n2\r\n89\r\n0\r\n\r\n"), limits).body.size() == 10);
    refuses(withHead("Content-Length: 11\r\n", "0123456789X"), "more than 10 bytes", limits);
    refuses(withHead("", "0123456789X"), "more than 10 bytes", limits);
    refuses(withHead(kChunked, "8\r\n01234567\r\n3\r\n89X\r\n0\r\n\r\n"), "more than 10 bytes", limits);
    refuses(withHead(kChunked, "ffffffffffffffff\r\n"), "more than 10 bytes", limits);
    refuses(withHead(kChunked, "1;" + std::string(30, 'x') + "\r\n0\r\n0\r\n\r\n"), "more than 20 bytes",
            limits);
    refuses(withHead(kChunked, "0\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n"), "an endless trailer", limits);
}
