#include "master/service/user_lists_text.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("an entry is three words, whatever stands between them") {
    const auto lines = readUserListText(
        "\xEF\xBB\xBF# exported\r\nann@a.example allow shop@b.example\r\n\n"
        "@a.example;BLOCK;@c.example\n  bob@a.example,\tallow , d@e.example  ");
    REQUIRE(lines);
    REQUIRE(lines->size() == 3);
    CHECK((*lines)[0].line == 2);
    CHECK((*lines)[0].owner == "ann@a.example");
    CHECK((*lines)[0].kind == "allow");
    CHECK((*lines)[0].sender == "shop@b.example");
    CHECK((*lines)[1].line == 4);
    CHECK((*lines)[1].kind == "block");
    CHECK((*lines)[2].line == 5);
    CHECK((*lines)[2].sender == "d@e.example");
    for (const auto& line : *lines) CHECK(line.wrong.empty());
}

TEST_CASE("a line of more or fewer words is told, and the next ones are read") {
    const auto lines =
        readUserListText("ann@a.example\nann@a.example allow\na b c d\nann@a.example allow x@y.example");
    REQUIRE(lines);
    REQUIRE(lines->size() == 4);
    CHECK((*lines)[0].wrong.find("found 1 word") != std::string::npos);
    CHECK((*lines)[0].wrong.find("words") == std::string::npos);
    CHECK((*lines)[0].owner == "ann@a.example");
    CHECK((*lines)[1].wrong.find("found 2 words") != std::string::npos);
    CHECK((*lines)[2].wrong.find("found 4 words") != std::string::npos);
    CHECK((*lines)[3].wrong.empty());
    CHECK(readUserListText("")->empty());
    CHECK(readUserListText("# all comment\n\n \r\n")->empty());
}

TEST_CASE("a text has as many entries and a line as many bytes as the limits allow") {
    UserListTextLimits limits;
    limits.lines = 2;
    limits.lineSize = 40;
    CHECK(readUserListText("# x\na b c\n\na b c\n", limits));
    const auto over = readUserListText("a b c\na b c\n# x\na b c\n", limits);
    REQUIRE(!over);
    CHECK(over.error().where == "line 4");
    CHECK(over.error().what == "more than 2 entries at once");
    const auto wide =
        readUserListText("a b " + std::string(36, 'c') + "\na b " + std::string(37, 'c'), limits);
    REQUIRE(wide);
    CHECK((*wide)[0].wrong.empty());
    CHECK((*wide)[1].wrong.find("longer than 40 bytes") != std::string::npos);
    CHECK((*wide)[1].owner.empty());
}
