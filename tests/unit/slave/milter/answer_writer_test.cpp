#include "slave/milter/answer_writer.h"

#include <catch2/catch.hpp>

using namespace weir;
using Lines = std::vector<std::string>;

TEST_CASE("a reply text becomes printable lines with percent signs doubled") {
    CHECK(replyLines("no") == Lines{"no"});
    CHECK(replyLines("100% sure") == Lines{"100%% sure"});
    CHECK(replyLines("one\ntwo\r\nthree\n") == Lines{"one", "two", "three"});
    CHECK(replyLines("caf\xC3\xA9\x01") == Lines{"caf???"});
    CHECK(replyLines("") == Lines{""});
}

TEST_CASE("a reply is bounded in lines and in length") {
    std::string text;
    for (int i = 0; i < 100; ++i) text += std::string(1000, 'x') + "\n";
    const Lines lines = replyLines(text);
    CHECK(lines.size() == 20);
    for (const std::string& line : lines) CHECK(line.size() <= 401);
}
