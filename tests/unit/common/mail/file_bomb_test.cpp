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

// Counts end the work here, however slow the machine.
constexpr std::chrono::minutes kPatience{5};

DocumentReading readPatiently(const std::string& bytes) {
    DocumentLimits limits;
    limits.time = kPatience;
    return readDocument(bytes, limits);
}

bool says(const std::vector<std::string>& cuts, const std::string& start) {
    return std::any_of(cuts.begin(), cuts.end(),
                       [&start](const std::string& cut) { return cut.starts_with(start); });
}

// Under sanitizers their own memory would be counted.
template <class Read>
void takesLittleMemory([[maybe_unused]] Read read) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    const long peak = test::peakKilobytes(read);
    CHECK(peak >= 0);
    CHECK(peak < 128 * 1024);
#endif
}

void withinLimits(const DocumentReading& reading) {
    const DocumentLimits limits;
    CHECK(reading.unpacked <= limits.unpackedBytes + limits.heldBytes);
    CHECK(reading.embedded.size() <= limits.embedded);
    CHECK(reading.targets.size() <= limits.targets);
    CHECK(reading.cut.size() <= 40);
}

}  // namespace

TEST_CASE("an archive that is made to cost much says what was cut, within limits and 128 MB") {
    ArchiveOptions options;
    options.limits.time = kPatience;
    const ArchiveLimits& limits = options.limits;
    for (const test::FileBomb& bomb : test::archiveBombs()) {
        INFO(bomb.name);
        const std::string bytes = bomb.make(bomb.n * 4);
        const ArchiveReading reading = readArchive(bytes, options);
        for (const std::string& cut : reading.cut) UNSCOPED_INFO(cut);
        CHECK(reading.isArchive());
        CHECK((bomb.cut.empty() || says(reading.cut, bomb.cut)));
        CHECK(reading.entries.size() <= limits.entries);
        CHECK(reading.unpacked <= limits.unpackedBytes + kPiece);
        CHECK(std::all_of(reading.entries.begin(), reading.entries.end(),
                          [&](const ArchiveEntry& entry) { return entry.depth <= limits.depth; }));
        takesLittleMemory([&] { readArchive(bytes, options); });
    }
}

TEST_CASE("a document that is made to cost much says what was cut, within limits and 128 MB") {
    for (const test::FileBomb& bomb : test::documentBombs()) {
        INFO(bomb.name);
        const std::string bytes = bomb.make(bomb.n * 4);
        const DocumentReading reading = readPatiently(bytes);
        for (const std::string& cut : reading.cut) UNSCOPED_INFO(cut);
        CHECK(reading.isDocument());
        CHECK((bomb.cut.empty() || says(reading.cut, bomb.cut)));
        withinLimits(reading);
        takesLittleMemory([&] { readPatiently(bytes); });
    }
}

TEST_CASE("a gzip file that unpacks to itself is followed to an end") {
    const std::string quine = test::gzipQuine();
    const ArchiveReading reading = readArchive(quine);
    CHECK(reading.isArchive());
    CHECK(says(reading.cut, "depth over"));
    CHECK(reading.entries.size() <= ArchiveLimits().depth);
}
