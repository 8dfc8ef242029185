// Zip files whose readings differ: every name that some program would show is told.
#include "common/mail/archive_zip.h"

#include <catch2/catch.hpp>

#include "common/mail/archive_reader.h"
#include "tests/support/archive_maker.h"

using namespace weir;
using test::makeZip;
using test::number;
using test::ZipPart;
using namespace std::string_literals;
using Texts = std::vector<std::string>;

namespace {

const std::string kProgram = test::programBytes();
const ZipPart kHonest{.name = "note.txt", .bytes = "hello\n"};

ArchiveReading read(const std::string& bytes) {
    return readArchive(bytes);
}

bool tells(const ArchiveReading& reading, const std::string& name) {
    for (const ArchiveEntry& entry : reading.entries) {
        if (entry.name == name) return true;
        for (const std::string& other : entry.otherNames)
            if (other == name) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("an honest zip is read the same in both ways, whoever wrote it") {
    const std::string plain =
        makeZip({kHonest, {.name = "b/", .bytes = "", .deflate = false}, {.name = "c", .bytes = kProgram}});
    const ArchiveReading reading = read(plain);
    CHECK(reading.ambiguous.empty());
    CHECK_FALSE(reading.damaged);
    for (const auto& entry : reading.entries) CHECK(entry.seen == ArchiveEntry::Seen::kBoth);
    // Sizes after the data, as one who writes to a pipe does it.
    std::string streamed =
        makeZip({{.name = "a", .bytes = kProgram, .flags = 8, .localSize = 0, .localPacked = 0}});
    CHECK(read(streamed).ambiguous.empty());
    // A stored zip inside, and a comment.
    const ArchiveReading outer = read(makeZip(
        {{.name = "inner.zip", .bytes = plain, .deflate = false}, kHonest}, {.comment = "made by a test"}));
    CHECK(outer.ambiguous.empty());
    CHECK(outer.entries.size() == 5);
    CHECK(read(makeZip({{.name = "inner.zip", .bytes = plain, .deflate = false}})).ambiguous.empty());
    CHECK(read(makeZip({})).formats == Texts{"zip"});
    CHECK_FALSE(read(makeZip({})).damaged);
}

TEST_CASE("a name that differs between directory and local header is told twice") {
    const ArchiveReading reading =
        read(makeZip({{.name = "note.txt", .bytes = kProgram, .localName = "note.exe"}}));
    CHECK(reading.ambiguous == Texts{"names differ"});
    REQUIRE(reading.entries.size() == 1);
    CHECK(tells(reading, "note.txt"));
    CHECK(tells(reading, "note.exe"));
    CHECK(reading.entries[0].type == "application/x-dosexec");
}

TEST_CASE("an entry that only one reading has is told and says which") {
    const ArchiveReading hidden =
        read(makeZip({kHonest, {.name = "evil.exe", .bytes = kProgram, .central = false}}));
    CHECK(hidden.ambiguous == Texts{"entry outside the directory"});
    REQUIRE(hidden.entries.size() == 2);
    CHECK(hidden.entries[1].name == "evil.exe");
    CHECK(hidden.entries[1].type == "application/x-dosexec");
    CHECK(hidden.entries[1].seen == ArchiveEntry::Seen::kStream);
    CHECK(hidden.entries[0].seen == ArchiveEntry::Seen::kBoth);

    const ArchiveReading missing =
        read(makeZip({kHonest, {.name = "gone.exe", .bytes = "x", .local = false}}));
    CHECK(missing.damaged);
    CHECK(tells(missing, "gone.exe"));
    CHECK(missing.entries.at(1).seen == ArchiveEntry::Seen::kDirectory);
}

TEST_CASE("encryption that one header alone states counts as encryption and as ambiguous") {
    for (const auto& [central, local] : {std::pair{1, 0}, std::pair{0, 1}}) {
        const ArchiveReading reading = read(makeZip({{.name = "a.exe",
                                                      .bytes = kProgram,
                                                      .flags = static_cast<std::uint16_t>(central),
                                                      .localFlags = static_cast<std::uint16_t>(local)}}));
        CHECK(reading.encrypted);
        CHECK(reading.ambiguous == Texts{"encryption differs"});
    }
}

TEST_CASE("content that differs by the method of each header is unpacked in both ways") {
    // Stored, says the directory; the local header says deflated, and a stream unpacks a program.
    ZipPart part{.name = "a.txt", .bytes = test::deflated(kProgram), .deflate = false, .localMethod = 8};
    const ArchiveReading reading = read(makeZip({part}));
    CHECK(reading.ambiguous == Texts{"methods differ"});
    REQUIRE(reading.entries.size() == 2);
    CHECK(reading.entries[0].type != "application/x-dosexec");
    CHECK(reading.entries[1].type == "application/x-dosexec");
    CHECK(reading.entries[1].seen == ArchiveEntry::Seen::kStream);
}

TEST_CASE("sizes that differ are ambiguous") {
    CHECK(read(makeZip({{.name = "a", .bytes = "hello", .deflate = false, .localSize = 3}})).ambiguous ==
          Texts{"sizes differ"});
}

TEST_CASE("an entry that hides behind the size of another is told") {
    // The first local header claims to hold the second file as well.
    const std::string second = makeZip({{.name = "evil.exe", .bytes = kProgram, .deflate = false}});
    const std::string local = second.substr(0, 30 + 8 + kProgram.size());
    std::vector<ZipPart> parts{
        {.name = "note.txt", .bytes = "hello" + local, .deflate = false},
        {.name = "evil.exe", .bytes = kProgram, .deflate = false, .at = 30 + 8 + 5, .local = false}};
    const ArchiveReading reading = read(makeZip(parts));
    CHECK(tells(reading, "evil.exe"));
    CHECK(std::find(reading.ambiguous.begin(), reading.ambiguous.end(), "entries overlap") !=
          reading.ambiguous.end());
    CHECK(reading.entries.at(1).type == "application/x-dosexec");
    CHECK(reading.entries.at(1).seen == ArchiveEntry::Seen::kDirectory);
}

TEST_CASE("two archives in one file are both told") {
    const std::string first = makeZip({{.name = "first.txt", .bytes = "x"}}),
                      second = makeZip({{.name = "second.exe", .bytes = kProgram}});
    const ArchiveReading joined = read(first + second);
    CHECK(tells(joined, "first.txt"));
    CHECK(tells(joined, "second.exe"));
    CHECK(std::find(joined.ambiguous.begin(), joined.ambiguous.end(), "two directories") !=
          joined.ambiguous.end());
    // The second one in the comment of the first.
    const ArchiveReading commented =
        read(makeZip({{.name = "first.txt", .bytes = "x"}}, {.comment = second}));
    CHECK(tells(commented, "first.txt"));
    CHECK(tells(commented, "second.exe"));
    CHECK_FALSE(commented.ambiguous.empty());
}

TEST_CASE("a directory that no end record names is told too") {
    // Two directories over the same local header; a stream comes across the first one.
    const std::string honest = makeZip({{.name = "a.txt", .bytes = kProgram, .deflate = false}});
    const std::size_t directory = honest.find("PK\1\2"), end = honest.find("PK\5\6");
    std::string other = honest.substr(directory, end - directory);
    other.replace(other.find("a.txt"), 5, "b.exe");
    std::string bytes = honest.substr(0, directory) + other + honest.substr(directory);
    bytes.replace(bytes.rfind("PK\5\6") + 16, 4, number(directory + other.size(), 4));
    const ArchiveReading reading = read(bytes);
    CHECK(tells(reading, "a.txt"));
    CHECK(tells(reading, "b.exe"));
    CHECK_FALSE(reading.ambiguous.empty());
}

TEST_CASE("data before and after is named, whatever the offsets count from") {
    for (const bool counted : {true, false}) {
        const ArchiveReading before =
            read(makeZip({kHonest}, {.before = std::string(500, 'x'), .offsetsCountBefore = counted}));
        CHECK(before.ambiguous == Texts{"data before the archive"});
        CHECK(tells(before, "note.txt"));
        CHECK(before.entries.at(0).type == "text/plain");
    }
    const ArchiveReading after = read(makeZip({kHonest}, {.after = "more"}));
    CHECK(after.ambiguous == Texts{"data after the archive"});
    CHECK(tells(after, "note.txt"));
}

TEST_CASE("the same name twice, and a NUL in a name, are ambiguous") {
    const ArchiveReading twice =
        read(makeZip({{.name = "a.txt", .bytes = "x"}, {.name = "A.TXT", .bytes = kProgram}}));
    CHECK(twice.ambiguous == Texts{"name twice"});
    CHECK(twice.entries.size() == 2);
    const ArchiveReading nul = read(makeZip({{.name = "a.exe\0.txt"s, .bytes = kProgram}}));
    CHECK(nul.ambiguous == Texts{"NUL in a name"});
    CHECK(tells(nul, "a.exe"));
    CHECK(tells(nul, "a.exe\xe2\x90\x80.txt"));
}

TEST_CASE("a count that is not that of the entries is ambiguous") {
    const ArchiveReading fewer =
        read(makeZip({kHonest, {.name = "evil.exe", .bytes = kProgram}}, {.count = 1}));
    CHECK(fewer.ambiguous == Texts{"entry count differs"});
    CHECK(tells(fewer, "evil.exe"));
    const ArchiveReading more = read(makeZip({kHonest}, {.count = 5}));
    CHECK(more.ambiguous == Texts{"entry count differs"});
    CHECK(more.damaged);
}

TEST_CASE("zip64 values that contradict the plain ones are ambiguous") {
    const std::string extra = number(1, 2) + number(16, 2) + number(99, 8) + number(98, 8);
    CHECK(read(makeZip({{.name = "a", .bytes = "hello", .centralExtra = extra}})).ambiguous ==
          Texts{"zip64 values differ"});
    // Where the plain ones say that the values stand there, they count.
    const std::string honest = number(1, 2) + number(16, 2) + number(5, 8) + number(5, 8);
    const ArchiveReading reading = read(makeZip({{.name = "a",
                                                  .bytes = "hello",
                                                  .deflate = false,
                                                  .centralExtra = honest,
                                                  .size = 0xFFFFFFFF,
                                                  .packed = 0xFFFFFFFF}}));
    CHECK(reading.ambiguous.empty());
    CHECK(reading.entries.at(0).size == 5);
}

TEST_CASE("an end record of zip64 names a directory of its own") {
    const std::string plain = makeZip({{.name = "a.txt", .bytes = "x"}});
    const std::string other = makeZip({{.name = "b.exe", .bytes = kProgram}});
    const std::size_t end = plain.find("PK\5\6"), otherDirectory = other.find("PK\1\2"),
                      otherEnd = other.find("PK\5\6");
    // Local header and directory of the other, then the end records.
    std::string bytes = plain.substr(0, end);
    const std::size_t at = bytes.size();
    std::string directory = other.substr(otherDirectory, otherEnd - otherDirectory);
    directory.replace(42, 4, number(at, 4));
    bytes += other.substr(0, otherDirectory) + directory;
    const std::size_t end64 = bytes.size();
    bytes += "PK\6\6" + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8) + number(1, 8) +
             number(1, 8) + number(directory.size(), 8) + number(end64 - directory.size(), 8);
    bytes += "PK\6\7" + number(0, 4) + number(end64, 8) + number(1, 4);
    bytes += plain.substr(end);
    const ArchiveReading reading = read(bytes);
    CHECK(tells(reading, "a.txt"));
    CHECK(tells(reading, "b.exe"));
    CHECK(std::find(reading.ambiguous.begin(), reading.ambiguous.end(), "two directories") !=
          reading.ambiguous.end());
}

TEST_CASE("a Unicode name in an extra field is told beside the stored one") {
    const std::string field = "\1" + number(0, 4) + "evil.exe";
    const std::string extra = number(0x7075, 2) + number(field.size(), 2) + field;
    const ArchiveReading reading =
        read(makeZip({{.name = "note.txt", .bytes = kProgram, .centralExtra = extra}}));
    CHECK(tells(reading, "note.txt"));
    CHECK(tells(reading, "evil.exe"));
}

TEST_CASE("a zip without directory is read as a stream") {
    const std::string whole = makeZip({kHonest, {.name = "run.exe", .bytes = kProgram}});
    const ArchiveReading reading = read(whole.substr(0, whole.find("PK\1\2")));
    CHECK(reading.damaged);
    CHECK(tells(reading, "note.txt"));
    CHECK(tells(reading, "run.exe"));
    CHECK(reading.entries.at(1).type == "application/x-dosexec");
}

TEST_CASE("the number of entries read is limited in both readings") {
    std::vector<ZipPart> parts;
    for (int i = 0; i < 20; ++i)
        parts.push_back({.name = std::to_string(i), .bytes = "x", .central = i % 2 == 0});
    const std::string bytes = makeZip(parts);
    CHECK(readZip(bytes, 20).entries.size() == 20);
    CHECK_FALSE(readZip(bytes, 20).cut);
    for (const std::size_t most : {std::size_t{0}, std::size_t{5}, std::size_t{15}}) {
        CHECK(readZip(bytes, most).entries.size() == most);
        CHECK(readZip(bytes, most).cut);
    }
}
