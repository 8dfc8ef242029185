#include "common/mail/header_block.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("fields are views of the raw bytes with their folding") {
    const std::string mail = "Subject: one\r\n two\r\nX-Empty:\r\nTo : a@b\r\n\r\nbody";
    const HeaderBlock block = readHeaderBlock(mail);
    REQUIRE(block.fields.size() == 3);
    CHECK(block.fields[0].name == "Subject");
    CHECK(block.fields[0].value == " one\r\n two");
    CHECK(block.fields[1].value.empty());
    CHECK(block.fields[2].name == "To");
    CHECK(block.fields[2].value == " a@b");
    CHECK(mail.substr(block.size) == "\r\nbody");
    CHECK(mail.substr(block.bodyStart) == "body");
    CHECK_FALSE(block.malformed);
}

TEST_CASE("LF alone ends a line too, and a NUL hides nothing") {
    const std::string mail("A: 1\0 2\nB: 3\n\nbody", 19);
    const HeaderBlock block = readHeaderBlock(mail);
    REQUIRE(block.fields.size() == 2);
    CHECK(block.fields[0].value == std::string_view(" 1\0 2", 5));
    CHECK(block.fields[1].value == " 3");
    CHECK(block.nul);
}

TEST_CASE("a line that is no field ends the block and begins the body") {
    const std::string mail = "A: 1\r\nno field here\r\nB: 2\r\n\r\nx";
    const HeaderBlock block = readHeaderBlock(mail);
    CHECK(block.fields.size() == 1);
    CHECK(block.malformed);
    CHECK(mail.substr(block.bodyStart).starts_with("no field here"));
}

TEST_CASE("empty, headless and bodyless mail is read") {
    CHECK(readHeaderBlock("").fields.empty());
    CHECK(readHeaderBlock("\r\nbody").bodyStart == 2);
    const HeaderBlock bare = readHeaderBlock("A: 1");
    CHECK(bare.fields.size() == 1);
    CHECK(bare.bodyStart == 4);
    CHECK(readHeaderBlock("From x Mon Jan 1\nA: 1\n\n").fields.size() == 1);
    CHECK(readHeaderBlock(" leading\r\nA: 1\r\n\r\n").malformed);
}

TEST_CASE("fields over the limits are left out, the body is still found") {
    std::string mail;
    for (int i = 0; i < 200000; ++i) mail += "X: y\r\n";
    mail += "\r\nbody";
    const HeaderBlock many = readHeaderBlock(mail, {1000, 1u << 30});
    CHECK(many.fields.size() == 1000);
    CHECK(many.overFields);
    CHECK(mail.substr(many.bodyStart) == "body");
    const std::string huge = "A: " + std::string(5u << 20, 'x') + "\r\n y\r\nB: 1\r\n\r\nbody";
    const HeaderBlock cut = readHeaderBlock(huge, {1000, 1u << 20});
    REQUIRE(cut.fields.size() == 1);
    CHECK(cut.fields[0].value.size() <= 1u << 20);
    CHECK(cut.overBytes);
    CHECK(huge.substr(cut.bodyStart) == "body");
}

TEST_CASE("names are compared without case and checked before use") {
    const std::string mail = "SUBJECT: a\r\nsubject: b\r\n\r\n";
    const HeaderBlock block = readHeaderBlock(mail);
    REQUIRE(findHeader(block.fields, "Subject"));
    CHECK(findHeader(block.fields, "Subject")->value == " a");
    CHECK(findHeader(block.fields, "To") == nullptr);
    CHECK(isHeaderName("X-Weir-Verdict"));
    for (const char* name : {"", "a b", "a:b", "a\r\nb", "\xC3\xBC"}) CHECK_FALSE(isHeaderName(name));
}
