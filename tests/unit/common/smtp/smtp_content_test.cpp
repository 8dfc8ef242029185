#include "common/smtp/smtp_content.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace weir;

namespace {

// The same result however the content is cut into pieces.
template <class Transform>
void check(const std::string& content, const std::string& expected, Transform transform) {
    for (std::size_t size = 1; size <= content.size() + 1; ++size) {
        std::vector<std::string_view> pieces;
        for (std::size_t at = 0; at < content.size(); at += size)
            pieces.push_back(std::string_view(content).substr(at, size));
        INFO(content << " in pieces of " << size);
        REQUIRE(transform(pieces) == expected);
    }
}

std::string asLines(const std::vector<std::string_view>& pieces) {
    CrlfLines lines;
    std::string out;
    for (const auto piece : pieces) lines.add(piece, out);
    lines.end(out);
    return out;
}

std::string stuffed(const std::vector<std::string_view>& pieces) {
    DotStuffing dots;
    std::string out;
    for (const auto piece : pieces) dots.add(piece, out);
    return out;
}

}  // namespace

TEST_CASE("lines that end with CRLF stay as they are, others get theirs") {
    check("a\r\nb\r\n", "a\r\nb\r\n", asLines);
    check("a\nb\r\n\n\r\n", "a\r\nb\r\n\r\n\r\n", asLines);
    check("no end", "no end\r\n", asLines);
    check("a\rb\r\n", "a\rb\r\n", asLines);
    check("a\r", "a\r\r\n", asLines);
    check("", "", asLines);
    check(std::string("nul\0 \xFF\r\n", 8), std::string("nul\0 \xFF\r\n", 8), asLines);
}

TEST_CASE("a dot at the beginning of a line is doubled and no other") {
    check(".\r\n..\r\na.b\r\n.c", "..\r\n...\r\na.b\r\n..c", stuffed);
    check("", "", stuffed);
    check("a\r\n", "a\r\n", stuffed);
}
