// Where a request ends: framing that two readers could understand differently is refused.
#include "master/http/body_reader.h"

#include <catch2/catch.hpp>

#include "master/http/router.h"

using namespace weir;
using namespace weir::http;

namespace {

struct Taken {
    std::string body, rest, problem;
};

Taken take(std::string bytes, std::optional<std::uint64_t> length, int atOnce = 4) {
    std::size_t at = 0;
    BodyReader reader(
        [&](char* buffer, int size) {
            const auto count = bytes.copy(buffer, static_cast<std::size_t>(std::min(size, atOnce)), at);
            at += count;
            return static_cast<int>(count);
        },
        length);
    Taken taken;
    try {
        taken.body = readBody(&reader, 1u << 20);
        taken.rest = bytes.substr(at);
    } catch (const Error& error) {
        taken.problem = error.what();
    }
    return taken;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("a body of a given length ends there") {
    CHECK(take("hello worldGET /", 11).body == "hello world");
    CHECK(take("hello worldGET /", 11).rest == "GET /");
    CHECK(take("GET /", 0).rest == "GET /");
    CHECK(take("hel", 11).problem.find("broke off") != std::string::npos);
}

TEST_CASE("chunks are joined, with extensions and trailers left out") {
    const auto taken = take("5\r\nhello\r\n1;name=x\r\n \r\nA\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\nGET /", {});
    CHECK(taken.body == "hello 0123456789");
    CHECK(taken.rest == "GET /");
}

TEST_CASE("chunks that are not exactly the grammar are refused") {
    for (const char* bytes :
         {"x\r\nhello", "-5\r\nhello\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n",
          "0x5\r\nhello\r\n0\r\n\r\n", "fffffffffffffffff\r\n", "5\r\nhel", "5\r\nhello\r\n", "\r\n",
          " 5\r\nhello\r\n0\r\n\r\n", "0\r\nX: 1\r\n"}) {
        INFO(bytes);
        CHECK_FALSE(take(bytes, {}).problem.empty());
    }
    CHECK_FALSE(take(std::string(2000, '1') + "\r\n", {}).problem.empty());
}

TEST_CASE("ambiguous framing is refused") {
    CHECK(bodyFraming({})->length == 0u);
    CHECK(bodyFraming({{"content-length", "7"}})->length == 7u);
    CHECK_FALSE(bodyFraming({{"Transfer-Encoding", "Chunked"}})->length.has_value());
    const Headers refused[] = {
        {{"Content-Length", "7"}, {"Transfer-Encoding", "chunked"}},
        {{"Content-Length", "7"}, {"Content-Length", "7"}},
        {{"Content-Length", "7, 7"}},
        {{"Content-Length", "-1"}},
        {{"Content-Length", "+1"}},
        {{"Content-Length", ""}},
        {{"Content-Length", "99999999999999999999"}},
        {{"Transfer-Encoding", "gzip, chunked"}},
        {{"Transfer-Encoding", "identity"}},
        {{"Transfer-Encoding", "chunked"}, {"transfer-encoding", "chunked"}},
    };
    for (const auto& headers : refused) {
        INFO(headers.front().second);
        CHECK_FALSE(bodyFraming(headers).has_value());
    }
}
