#include "slave/auth/tag_list.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("tags are read with space around them, and may end with a semicolon") {
    const std::string text = " v=1 ;\r\n\tb = ab\r\n cd ; _x=;h=a:b; ";
    CHECK_FALSE(TagList::parse(text).has_value());  // a name begins with a letter
    const std::string good = " v=1 ;\r\n\tb = ab\r\n cd ; x_1=;h=a=b;\n ";
    const auto list = TagList::parse(good);
    REQUIRE(list);
    REQUIRE(list->tags().size() == 4);
    CHECK(list->value("v") == "1");
    CHECK(list->value("b") == "ab\r\n cd");
    CHECK(good.substr(list->find("b")->begin, list->find("b")->end - list->find("b")->begin) ==
          " ab\r\n cd ");
    CHECK(list->value("x_1") == "");
    CHECK(list->value("h") == "a=b");
    CHECK_FALSE(list->value("V"));
    CHECK(TagList::parse("")->tags().empty());
}

TEST_CASE("what is no tag list is refused with the reason") {
    for (const char* bad : {"v", "v=1;;b=2", "v=1; ;", ";v=1", "=1", "v=1; v=2", "v=1;b", "1=2", "v=a\x01",
                            "a b=1", "v=\x7f"}) {
        INFO(bad);
        const auto list = TagList::parse(bad);
        REQUIRE_FALSE(list);
        CHECK_FALSE(list.error().text().empty());
    }
    CHECK(TagList::parse("v=\xc3\xa4").has_value());
}

TEST_CASE("a tag list has at most so many bytes and tags") {
    TagListLimits limits;
    limits.bytes = 8;
    CHECK(TagList::parse("a=345678", limits).has_value());
    CHECK_FALSE(TagList::parse("a=3456789", limits));
    limits.bytes = 100;
    limits.tags = 2;
    CHECK(TagList::parse("a=1;b=2;", limits).has_value());
    CHECK_FALSE(TagList::parse("a=1;b=2;c=3", limits));
}

TEST_CASE("base64 may be folded anywhere and holds nothing else") {
    CHECK(decodedBase64("YWJj") == "abc");
    CHECK(decodedBase64(" YW\r\n Jj\t") == "abc");
    CHECK(decodedBase64("YWI=") == "ab");
    CHECK(decodedBase64("YQ = =") == "a");
    CHECK(decodedBase64("YQ") == "a");
    CHECK(decodedBase64("") == "");
    CHECK(decodedBase64("/+8=") == std::string("\xff\xef"));
    for (const char* bad :
         {"Y", "YWJjZ", "YW-j", "YQ==YQ==", "YQ=", "YWJj=", "YWI==", "not_base_64", "YWJj====", "="})
        CHECK_FALSE(decodedBase64(bad));
}

TEST_CASE("numbers are digits alone, and those too large for 64 bits are the largest") {
    CHECK(decimalNumber("0", 12) == 0u);
    CHECK(decimalNumber("012", 12) == 12u);
    CHECK(decimalNumber("18446744073709551615", 76) == UINT64_MAX);
    CHECK(decimalNumber("18446744073709551616", 76) == UINT64_MAX);
    CHECK(decimalNumber(std::string(76, '9'), 76) == UINT64_MAX);
    for (const char* bad : {"", "-1", "1 2", "a", "1.5", "1234567890123"})
        CHECK_FALSE(decimalNumber(bad, 12));
}

TEST_CASE("lists between colons keep their empty pieces") {
    using Pieces = std::vector<std::string_view>;
    CHECK(colonList(" a :\r\n b::c") == Pieces{"a", "b", "", "c"});
    CHECK(colonList("") == Pieces{""});
    CHECK(colonList(":") == Pieces{"", ""});
}

TEST_CASE("domain names of tags have labels that DNS can hold") {
    for (const std::string& good :
         {std::string("example.org"), std::string("a_b.c-d.1"), std::string("localhost"),
          std::string("b\xc3\xbc"
                      "cher.example"),
          std::string(63, 'a') + ".de"})
        CHECK(isTagDomain(good));
    for (const std::string& bad :
         {std::string(), std::string("example..org"), std::string("example.org."), std::string(".org"),
          std::string("***"), std::string("a b"), std::string(64, 'a') + ".de", std::string("example...")})
        CHECK_FALSE(isTagDomain(bad));
    std::string longest = "a";
    while (longest.size() < 253) longest += longest.size() % 2 ? ".b" : "b";
    CHECK(isTagDomain(longest.substr(0, 253)));
    CHECK_FALSE(isTagDomain(longest + ".bc"));
}
