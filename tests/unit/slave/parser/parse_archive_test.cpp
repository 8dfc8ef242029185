// What libraries do inside the sandbox: each format once, for whatever a library opens at its first use.
#include <catch2/catch.hpp>

#include "common/base/digest.h"
#include "slave/parser/parser_pool.h"
#include "tests/support/archive_maker.h"
#include "tests/support/document_maker.h"

using namespace weir;
using test::makeArchive;

namespace {

const std::string kProgram = test::programBytes();

ArchiveReading readIn(ParserPool& pool, const std::string& bytes, const std::string& name = "") {
    const std::vector<ParseItem> items{{ParseKind::kArchive, bytes, name, true}};
    auto results = pool.parse(items, std::chrono::steady_clock::now() + std::chrono::seconds(60));
    INFO(results.at(0).reason);
    REQUIRE(results[0].as<ArchiveReading>());
    return *results[0].as<ArchiveReading>();
}

ParserPoolSettings settings() {
    ParserPoolSettings settings;
    settings.program = WEIR_PARSER_WORKER;
    settings.processes = 1;
    return settings;
}

}  // namespace

TEST_CASE("archives of every format are read in a parser process as they are outside") {
    ParserPool pool(settings());
    const test::Files files{{"run.exe", kProgram}, {"note.txt", "hello\n"}, {"noise", test::noise(400'000)}};
    std::vector<std::string> archives;
    for (const char* format : {"zip", "7z", "tar", "ustar", "iso", "cpio"})
        archives.push_back(makeArchive(format, "", files));
    for (const char* filter : {"gz", "bz2", "xz", "zst", "lzma", "lz", "lz4", "Z"})
        archives.push_back(makeArchive("tar", filter, files));
    archives.push_back(test::makeRar4(files));
    archives.push_back(test::makeRar5(files));
    archives.push_back(test::makeCab({{"run.exe", kProgram}}));
    archives.push_back(test::makeLha(files));
    archives.push_back(makeArchive("zip", "", files, "zip:encryption=aes256"));
    for (const std::string& bytes : archives) {
        const ArchiveReading reading = readIn(pool, bytes);
        REQUIRE_FALSE(reading.entries.empty());
        bool found = false;
        for (const ArchiveEntry& entry : reading.entries) {
            found |= entry.name == "run.exe";
            if (entry.name == "run.exe" && !entry.encrypted) {
                CHECK(entry.type == "application/x-dosexec");
                CHECK(entry.sha256 == sha256Hex(kProgram));
            }
        }
        CHECK(found);
        CHECK_FALSE(reading.damaged);
    }
    CHECK(pool.health().lost == 0);
    CHECK(pool.health().started == 1);
}

TEST_CASE("names in other charsets are read in a parser process") {
    ParserPool pool(settings());
    for (const std::uint32_t page :
         {932u, 936u, 949u, 950u, 437u, 850u, 866u, 1251u, 1252u, 65001u, 12345u, 0u}) {
        INFO(page);
        const ArchiveReading reading = readIn(pool, test::makeLha({"run.exe", kProgram}, page));
        REQUIRE(reading.entries.size() == 1);
        CHECK(reading.entries[0].name == "run.exe");
    }
    CHECK(readIn(pool, test::makeLha({"\x83\x65.exe", kProgram}, 932)).entries[0].name == "\xe3\x83\x86.exe");
    // Bytes that are no name in that charset.
    CHECK(readIn(pool, test::makeLha({"\x83\x65.exe", kProgram}, 950)).damaged);
    CHECK(pool.health().lost == 0);
}

TEST_CASE("documents of every kind are read in a parser process as they are outside") {
    ParserPool pool(settings());
    const std::string vba = test::makeCfb({{"VBA/dir", "x"}});
    const std::vector<std::pair<std::string, std::string>> documents{
        {"ole2", vba},
        {"ooxml", test::makeOoxml({{"word/vbaProject.bin", vba}})},
        {"rtf", test::makeRtfObject("x", vba)},
        {"pdf",
         test::makePdf({test::pdfStream("/Type/EmbeddedFile/Filter/FlateDecode", test::zlibbed(vba))})},
    };
    for (const auto& [kind, bytes] : documents) {
        INFO(kind);
        const std::vector<ParseItem> items{{ParseKind::kDocument, bytes}};
        const auto results = pool.parse(items, std::chrono::steady_clock::now() + std::chrono::seconds(60));
        REQUIRE(results[0].as<DocumentReading>());
        CHECK(results[0].as<DocumentReading>()->kind == kind);
        CHECK(results[0].as<DocumentReading>()->has("macros"));
    }
    CHECK(pool.health().lost == 0);
}

TEST_CASE("the name of a compressed file arrives in a parser process") {
    ParserPool pool(settings());
    const ArchiveReading reading = readIn(pool, makeArchive("raw", "xz", {{"x", kProgram}}), "bill.exe.xz");
    REQUIRE(reading.entries.size() == 1);
    CHECK(reading.entries[0].name == "bill.exe");
}
