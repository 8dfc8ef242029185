#include "common/mail/document_cfb.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "tests/support/archive_maker.h"
#include "tests/support/document_maker.h"

using namespace weir;
using test::makeCfb;

namespace {

const CfbEntry* find(const CompoundFile& file, const std::string& name) {
    for (const CfbEntry& entry : file.entries())
        if (entry.name == name) return &entry;
    return nullptr;
}

// Makes the chain of a file of one table sector go elsewhere.
void link(std::string& file, std::uint32_t from, std::uint32_t to) {
    file.replace(test::cfbTableAt(file, from), 4, test::number(to, 4));
}

}  // namespace

TEST_CASE("streams of a compound file are read whole, small ones and large ones") {
    const std::string small(100, 's'), exact(4095, 'e'), large = test::noise(70'001);
    const std::string bytes = makeCfb(
        {{"small", small}, {"A/exact", exact}, {"A/B/large", large}, {"empty", ""}, {"A/other", "x"}});
    REQUIRE(CompoundFile::is(bytes));
    CompoundFile file(bytes, 100);
    CHECK_FALSE(file.damaged());
    CHECK_FALSE(file.cut());
    for (const auto& [name, content] :
         {std::pair("small", small), {"exact", exact}, {"large", large}, {"empty", ""}}) {
        const CfbEntry* entry = find(file, name);
        REQUIRE(entry);
        CHECK(entry->stream);
        CHECK(entry->size == content.size());
        CHECK(file.read(*entry, 1u << 20) == content);
        CHECK(file.read(*entry, 10) == content.substr(0, 10));
    }
    const auto parentOf = [&](const char* name) {
        return file.entries().at(static_cast<std::size_t>(find(file, name)->parent)).name;
    };
    CHECK(parentOf("small") == "Root Entry");
    CHECK(parentOf("exact") == "A");
    CHECK(parentOf("large") == "B");
    CHECK_FALSE(file.damaged());
}

TEST_CASE("a large file has a table of many sectors") {
    const std::string large = test::noise(8u << 20);
    const std::string bytes = makeCfb({{"large", large}, {"small", "x"}});
    CompoundFile file(bytes, 100);
    CHECK((file.read(*find(file, "large"), large.size()) == large));  // not to be printed
    CHECK(file.read(*find(file, "small"), 10) == "x");
    CHECK_FALSE(file.damaged());
}

TEST_CASE("chains that run in circles end") {
    const std::string honest = makeCfb({{"a", std::string(20'000, 'a')}, {"b", std::string(20'000, 'b')}});
    CompoundFile sound(honest, 100);
    const std::uint32_t start = find(sound, "a")->start;
    for (const std::uint32_t target : {start, start + 3}) {
        std::string bytes = honest;
        link(bytes, start + 3, target);
        CompoundFile file(bytes, 100);
        CHECK(file.read(*find(file, "a"), 1u << 30).size() <= 20'000);
        CHECK(file.read(*find(file, "b"), 1u << 30) == std::string(20'000, 'b'));
    }
    // A stream that says it is larger than the file.
    std::string bytes = honest;
    const std::size_t name = bytes.find(test::utf16("a") + std::string(62, '\0') + test::number(4, 2));
    REQUIRE(name != std::string::npos);
    bytes.replace(name + 120, 4, test::number(0x7FFFFFFF, 4));
    link(bytes, start + 39, start);
    CompoundFile file(bytes, 100);
    CHECK(file.read(*find(file, "a"), 1u << 30).size() <= bytes.size());
    CHECK(file.damaged());
}

TEST_CASE("a directory that runs in circles gives each entry once") {
    std::string bytes = makeCfb({{"a", "1"}, {"b", "2"}, {"c", "3"}});
    // Each entry names every other as its neighbour.
    for (const char* name : {"a", "b", "c"}) {
        const std::size_t at = bytes.find(test::utf16(name) + std::string(62, '\0') + test::number(4, 2));
        REQUIRE(at != std::string::npos);
        bytes.replace(at + 68, 12, test::number(1, 4) + test::number(2, 4) + test::number(3, 4));
    }
    CompoundFile file(bytes, 100);
    CHECK(file.damaged());
    CHECK(file.read(*find(file, "a"), 10) == "1");
    CHECK(file.read(*find(file, "c"), 10) == "3");
}

TEST_CASE("the number of entries is limited") {
    std::vector<test::CfbStream> streams;
    for (int i = 0; i < 50; ++i) streams.push_back({"stream" + std::to_string(i), "x"});
    const std::string bytes = makeCfb(streams);
    CompoundFile file(bytes, 10);
    CHECK(file.entries().size() == 10);
    CHECK(file.cut());
    CompoundFile whole(bytes, 60);
    CHECK(find(whole, "stream0"));
    CHECK_FALSE(whole.cut());
}

TEST_CASE("any byte of a compound file may be wrong") {
    const std::string honest = makeCfb({{"a", std::string(5'000, 'a')}, {"S/b", "small"}});
    for (std::size_t at = 0; at < honest.size(); at += at < 700 ? 1 : 13) {
        for (const char value : {'\0', '\1', '\x7f', '\xff'}) {
            std::string bytes = honest;
            bytes[at] = value;
            CompoundFile file(bytes, 50);
            std::size_t total = 0;
            for (const CfbEntry& entry : file.entries()) total += file.read(entry, 1u << 20).size();
            if (total > 50 * bytes.size()) FAIL("too much at " << at);
        }
    }
    for (std::size_t length = 0; length < honest.size(); length += 37) {
        CompoundFile file(std::string_view(honest).substr(0, length), 50);
        for (const CfbEntry& entry : file.entries()) file.read(entry, 1u << 20);
    }
}
