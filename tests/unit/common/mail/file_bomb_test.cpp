// Archives and documents made to cost much: what a limit cut is said, and memory stays bounded. Times:
// tests/bench/bomb_bench.
#include <catch2/catch.hpp>

#include <algorithm>

#include "common/mail/archive_reader.h"
#include "common/mail/document_reader.h"
#include "tests/support/archive_maker.h"
#include "tests/support/file_bombs.h"
#include "tests/support/gzip_quine.h"
#include "tests/support/peak_memory.h"

using namespace weir;

namespace {

constexpr std::uint64_t kPiece = 64u << 10;  // what is unpacked at a time

bool says(const std::vector<std::string>& cuts, const std::string& start) {
    return std::any_of(cuts.begin(), cuts.end(),
                       [&start](const std::string& cut) { return cut.starts_with(start); });
}

void withinLimits(const DocumentReading& reading) {
    const DocumentLimits limits;
    CHECK(reading.unpacked <= limits.unpackedBytes + limits.heldBytes);
    CHECK(reading.embedded.size() <= limits.embedded);
    CHECK(reading.targets.size() <= limits.targets);
    CHECK(reading.cut.size() <= 40);
}

}  // namespace

TEST_CASE("an archive that is made to cost much says what was cut of it, and stays within every limit") {
    const ArchiveLimits limits;
    for (const test::FileBomb& bomb : test::archiveBombs()) {
        INFO(bomb.name);
        const ArchiveReading reading = readArchive(bomb.make(bomb.n * 4));
        for (const std::string& cut : reading.cut) UNSCOPED_INFO(cut);
        CHECK(reading.isArchive());
        CHECK((bomb.cut.empty() || says(reading.cut, bomb.cut)));
        CHECK(reading.entries.size() <= limits.entries);
        CHECK(reading.unpacked <= limits.unpackedBytes + kPiece);
        for (const ArchiveEntry& entry : reading.entries) CHECK(entry.depth <= limits.depth);
    }
}

TEST_CASE("a document that is made to cost much says what was cut of it, and stays within every limit") {
    for (const test::FileBomb& bomb : test::documentBombs()) {
        INFO(bomb.name);
        const DocumentReading reading = readDocument(bomb.make(bomb.n * 4));
        for (const std::string& cut : reading.cut) UNSCOPED_INFO(cut);
        CHECK(reading.isDocument());
        CHECK((bomb.cut.empty() || says(reading.cut, bomb.cut)));
        withinLimits(reading);
    }
}

TEST_CASE("a gzip file that unpacks to itself is followed to an end") {
    const std::string quine = test::gzipQuine();
    const ArchiveReading reading = readArchive(quine);
    CHECK(reading.isArchive());
    CHECK((reading.damaged || !reading.cut.empty()));
    CHECK(reading.entries.size() <= ArchiveLimits().depth);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("an archive or document that is made to cost much takes less than 128 MB of memory") {
    readDocument("%PDF-1.7");
    readArchive(test::makeZip({{.name = "a", .bytes = "x"}}));  // libmagic loads its database once
    for (const test::FileBomb& bomb : test::archiveBombs()) {
        INFO(bomb.name);
        const std::string bytes = bomb.make(bomb.n * 4);
        const long peak = test::peakKilobytes([&] { readArchive(bytes); });
        CHECK(peak >= 0);
        CHECK(peak < 128 * 1024);
    }
    for (const test::FileBomb& bomb : test::documentBombs()) {
        INFO(bomb.name);
        const std::string bytes = bomb.make(bomb.n * 4);
        const long peak = test::peakKilobytes([&] { readDocument(bytes); });
        CHECK(peak >= 0);
        CHECK(peak < 128 * 1024);
    }
}
#endif
