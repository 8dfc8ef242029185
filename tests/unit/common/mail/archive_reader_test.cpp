#include "common/mail/archive_reader.h"

#include <catch2/catch.hpp>
#include <clocale>

#include "common/base/digest.h"
#include "tests/support/archive_maker.h"
#include "tests/support/document_maker.h"

using namespace weir;
using test::Files;
using test::makeArchive;
using test::makeZip;
using namespace std::string_literals;

namespace {

const bool kLocale = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;

const std::string kProgram = test::programBytes();
const std::string kText = "Dear all, the meeting is tomorrow.\n";
const Files kFiles{{"setup.exe", kProgram}, {"read me.txt", kText}};

ArchiveReading read(std::string_view bytes, const ArchiveLimits& limits = {}, std::string_view name = "") {
    REQUIRE(kLocale);
    ArchiveOptions options;
    options.limits = limits;
    options.name = name;
    return readArchive(bytes, options);
}

std::vector<std::string> namesOf(const ArchiveReading& reading) {
    std::vector<std::string> names;
    for (const ArchiveEntry& entry : reading.entries) names.push_back(entry.name);
    return names;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("every format tells names, sizes and real types of what is inside") {
    const std::vector<std::pair<std::string, std::string>> archives{
        {"zip", makeArchive("zip", "", kFiles)},
        {"7z", makeArchive("7z", "", kFiles)},
        {"tar", makeArchive("tar", "", kFiles)},
        {"tar", makeArchive("ustar", "", kFiles)},
        {"tar.gz", makeArchive("tar", "gz", kFiles)},
        {"tar.bz2", makeArchive("tar", "bz2", kFiles)},
        {"tar.xz", makeArchive("tar", "xz", kFiles)},
        {"tar.zst", makeArchive("tar", "zst", kFiles)},
        {"tar.lzma", makeArchive("tar", "lzma", kFiles)},
        {"tar.lz", makeArchive("tar", "lz", kFiles)},
        {"tar.lz4", makeArchive("tar", "lz4", kFiles)},
        {"tar.Z", makeArchive("tar", "Z", kFiles)},
        {"cpio", makeArchive("cpio", "", kFiles)},
        {"cpio.gz", makeArchive("cpio", "gz", kFiles)},
        {"rar", test::makeRar4(kFiles)},
        {"rar", test::makeRar5(kFiles)},
        {"cab", test::makeCab(kFiles)},
        {"lha", test::makeLha(kFiles)},
    };
    for (const auto& [format, bytes] : archives) {
        INFO(format);
        CHECK(looksLikeArchive(std::string_view(bytes).substr(0, 8192)));
        const ArchiveReading reading = read(bytes);
        CHECK(reading.formats == Texts{format});
        CHECK(namesOf(reading) == Texts{"setup.exe", "read me.txt"});
        REQUIRE(reading.entries.size() == 2);
        CHECK(reading.entries[0].type == "application/x-dosexec");
        CHECK(reading.entries[0].size == kProgram.size());
        CHECK(reading.entries[0].container == format);
        CHECK(reading.entries[0].depth == 1);
        CHECK(reading.entries[0].parent == 0);
        CHECK(reading.entries[0].sha256.empty());
        CHECK(reading.entries[1].type == "text/plain");
        CHECK(reading.entries[1].size == kText.size());
        CHECK_FALSE(reading.encrypted);
        CHECK_FALSE(reading.damaged);
        CHECK(reading.ambiguous.empty());
        CHECK(reading.cut.empty());
    }
}

TEST_CASE("an ISO image tells its files, inside another archive too") {
    const std::string iso = makeArchive("iso", "", {{"invoice.exe", kProgram}});
    const ArchiveReading alone = read(iso);
    CHECK(alone.formats == Texts{"iso"});
    REQUIRE_FALSE(alone.entries.empty());
    CHECK(alone.entries.back().name == "invoice.exe");
    CHECK(alone.entries.back().type == "application/x-dosexec");
    const ArchiveReading inner = read(makeZip({{.name = "invoice.iso", .bytes = iso}}));
    CHECK(inner.entries.at(0).type == "application/x-iso9660-image");
    CHECK(inner.entries.back().name == "invoice.exe");
    CHECK(inner.entries.back().depth == 2);
    CHECK(inner.entries.back().parent == 1);
}

TEST_CASE("an archive of ar tells its members") {
    const ArchiveReading reading = read(makeArchive("ar", "", {{"control.tar", "x"}, {"data", kProgram}}));
    CHECK(reading.formats == Texts{"ar"});
    CHECK(namesOf(reading) == Texts{"control.tar", "data"});
    CHECK(reading.entries[1].type == "application/x-dosexec");
}

TEST_CASE("one compressed file is an archive of one, named after it") {
    for (const std::string filter : {"gz", "bz2", "xz", "zst", "lzma", "lz", "lz4", "Z"}) {
        INFO(filter);
        const std::string bytes = makeArchive("raw", filter, {{"x", kProgram}});
        const ArchiveReading reading = read(bytes, {}, "invoice.exe." + filter);
        CHECK(reading.formats == Texts{filter});
        REQUIRE(reading.entries.size() == 1);
        CHECK(reading.entries[0].name == "invoice.exe");
        CHECK(reading.entries[0].type == "application/x-dosexec");
        CHECK(reading.entries[0].size == kProgram.size());
        CHECK(reading.entries[0].container == filter);
    }
}

TEST_CASE("the name inside a gz file counts beside that of the file") {
    std::string gz = makeArchive("raw", "gz", {{"x", kProgram}}, "gzip:!timestamp");
    gz[3] = '\x08';  // a name follows the header of ten bytes
    gz.insert(10, "run.exe"s + '\0');
    const ArchiveReading reading = read(gz, {}, "photo.jpg.gz");
    REQUIRE(reading.entries.size() == 1);
    CHECK(reading.entries[0].name == "photo.jpg");
    CHECK(reading.entries[0].otherNames == Texts{"run.exe"});
    CHECK(read(gz).entries.at(0).name == "run.exe");
}

TEST_CASE("archives in archives are read to their depth, and a limit is named") {
    std::string bytes = makeZip({{.name = "run.exe", .bytes = kProgram}});
    bytes = makeArchive("7z", "", {{"c.zip", bytes}});
    bytes = makeArchive("tar", "gz", {{"b.7z", bytes}});
    bytes = makeZip({{.name = "a.tgz", .bytes = bytes}, {.name = "note.txt", .bytes = kText}});
    const ArchiveReading reading = read(bytes);
    CHECK(namesOf(reading) == Texts{"a.tgz", "b.7z", "c.zip", "run.exe", "note.txt"});
    for (std::uint32_t i = 0; i < 4; ++i) {
        CHECK(reading.entries[i].depth == i + 1);
        CHECK(reading.entries[i].parent == i);
    }
    CHECK(reading.entries[3].container == "zip");
    CHECK(reading.entries[3].type == "application/x-dosexec");
    CHECK(reading.entries[4].depth == 1);
    CHECK(reading.formats == Texts{"zip"});
    CHECK(reading.cut.empty());

    ArchiveLimits limits;
    limits.depth = 2;
    const ArchiveReading cut = read(bytes, limits);
    CHECK(namesOf(cut) == Texts{"a.tgz", "b.7z", "note.txt"});
    CHECK(cut.cut == Texts{"depth over 2"});
}

TEST_CASE("a digest is that of the whole content, and made only when it is asked for") {
    const std::string large = kProgram + std::string(300'000, 'x');
    for (const std::string format : {"zip", "7z", "tar"}) {
        const std::string bytes = makeArchive(format, "", {{"a", large}, {"b", ""}});
        ArchiveOptions options;
        options.sha256 = true;
        const ArchiveReading reading = readArchive(bytes, options);
        REQUIRE(reading.entries.size() == 2);
        CHECK(reading.entries[0].sha256 == sha256Hex(large));
        CHECK(reading.entries[1].sha256 == sha256Hex(""));
    }
}

TEST_CASE("encryption is told, of files and of names") {
    const auto encrypted = [](const std::string& bytes) {
        const ArchiveReading reading = read(bytes);
        CHECK(reading.encrypted);
        CHECK_FALSE(reading.namesEncrypted);
        CHECK(namesOf(reading) == Texts{"setup.exe", "read me.txt"});
        for (const auto& entry : reading.entries) {
            CHECK(entry.encrypted);
            CHECK(entry.type.empty());
        }
    };
    encrypted(makeArchive("zip", "", kFiles, "zip:encryption=zipcrypt"));
    encrypted(makeArchive("zip", "", kFiles, "zip:encryption=aes256"));
    encrypted(test::makeRar4(kFiles, true));
    encrypted(test::makeRar5(kFiles, true));
    for (const auto& bytes : {test::makeRar4(kFiles, false, true), test::makeRar5(kFiles, false, true)}) {
        const ArchiveReading reading = read(bytes);
        CHECK(reading.formats == Texts{"rar"});
        CHECK(reading.namesEncrypted);
        CHECK(reading.encrypted);
    }
    const ArchiveReading outer = read(
        makeZip({{.name = "a.zip", .bytes = makeArchive("zip", "", kFiles, "zip:encryption=zipcrypt")}}));
    CHECK(outer.encrypted);
    CHECK_FALSE(outer.entries.at(0).encrypted);
    CHECK(outer.entries.at(1).encrypted);
}

TEST_CASE("names are shown as text: invalid bytes, control characters and length") {
    const ArchiveReading reading = read(makeZip({{.name = "a\nb\x7f.txt", .bytes = "x"},
                                                 {.name = "gr\xfc\xdf"
                                                          "e.txt",
                                                  .bytes = "x"},
                                                 {.name = "gr\xc3\xbc\xc3\x9f"
                                                          "e.txt",
                                                  .bytes = "x"},
                                                 {.name = "../../etc/passwd", .bytes = "x"},
                                                 {.name = "", .bytes = "x"}}));
    CHECK(namesOf(reading) == Texts{"a\xe2\x90\x8a"
                                    "b\xe2\x90\xa1.txt",
                                    "gr\xc3\xbc\xc3\x9f"
                                    "e.txt",
                                    "gr\xc3\xbc\xc3\x9f"
                                    "e.txt",
                                    "../../etc/passwd", ""});
    ArchiveLimits limits;
    limits.nameBytes = 4;
    const ArchiveReading cut = read(makeZip({{.name = "abc\xc3\xbc.txt", .bytes = "x"}}), limits);
    CHECK(namesOf(cut) == Texts{"abc"});
    CHECK(cut.cut == Texts{"names over 4 bytes"});
}

TEST_CASE("directories are entries without type") {
    for (const std::string format : {"zip", "tar", "7z"}) {
        const ArchiveReading reading = read(makeArchive(format, "", {{"folder/", ""}, {"folder/a", kText}}));
        REQUIRE(reading.entries.size() == 2);
        for (const ArchiveEntry& entry : reading.entries) {
            CHECK(entry.directory == (entry.name != "folder/a"));
            CHECK(entry.type.empty() == entry.directory);
        }
    }
}

TEST_CASE("what stands before an archive does not hide it") {
    const std::string stub = "MZ" + std::string(5'000, 'p');
    for (const std::string& bytes :
         {makeArchive("7z", "", kFiles), test::makeRar4(kFiles), test::makeRar5(kFiles),
          test::makeCab(kFiles), makeArchive("zip", "", kFiles), test::makeRar5(kFiles, true)}) {
        for (const std::string& before : {stub, std::string(3'000, '\xff'), "\xff\xd8\xff\xe0" + kText}) {
            const ArchiveReading reading = read(before + bytes);
            CHECK(namesOf(reading) == Texts{"setup.exe", "read me.txt"});
            CHECK(reading.ambiguous == Texts{"data before the archive"});
        }
    }
    const std::string inZip = makeZip({{.name = "a.exe", .bytes = stub + test::makeRar5(kFiles)}});
    CHECK(namesOf(read(inZip)) == Texts{"a.exe", "setup.exe", "read me.txt"});
}

TEST_CASE("an archive that is cut off gives what it has and is damaged") {
    const Files files{{"a.exe", kProgram}, {"b.bin", test::noise(300'000)}, {"c.txt", kText}};
    for (const std::string& bytes :
         {makeArchive("tar", "", files), makeArchive("tar", "gz", files), makeArchive("zip", "", files),
          test::makeRar4(files), test::makeRar5(files), test::makeLha(files),
          makeArchive("cpio", "", files)}) {
        const ArchiveReading reading = read(std::string_view(bytes).substr(0, bytes.size() * 6 / 10));
        REQUIRE_FALSE(reading.entries.empty());
        CHECK(reading.entries[0].name == "a.exe");
        CHECK(reading.entries[0].type == "application/x-dosexec");
        CHECK(reading.damaged);
    }
    const std::string seven = makeArchive("7z", "", files);
    const ArchiveReading reading = read(std::string_view(seven).substr(0, seven.size() / 2));
    CHECK(reading.formats == Texts{"7z"});
    CHECK(reading.damaged);
}

TEST_CASE("what is no archive is none") {
    for (const std::string& bytes :
         {""s, "x"s, kText, kProgram, std::string(100'000, '\0'), "%PDF-1.4\n" + kText, "PK"s, "PK\3\4"s,
          std::string(40'000, '\xff'), "\xff\xd8\xff\xe0" + std::string(9'000, 'j'), "\x1f\x8b"s, "BZh"s}) {
        const ArchiveReading reading = read(bytes);
        INFO(bytes.substr(0, 10));
        CHECK(reading.formats.empty());
        CHECK(reading.entries.empty());
    }
    CHECK_FALSE(looksLikeArchive(kText));
    CHECK_FALSE(looksLikeArchive(""));
}

TEST_CASE("each limit is named, and what was read before it stays") {
    const std::string zeros(3u << 20, '\0');
    const auto zip = [](int count, const std::string& bytes) {
        std::vector<test::ZipPart> parts;
        for (int i = 0; i < count; ++i) parts.push_back({.name = std::to_string(i), .bytes = bytes});
        return makeZip(parts);
    };
    ArchiveLimits limits;
    limits.entries = 3;
    for (const std::string& bytes :
         {zip(5, "x"), makeArchive("tar", "", {{"0", ""}, {"1", ""}, {"2", ""}, {"3", ""}}),
          test::makeRar5({{"0", ""}, {"1", ""}, {"2", ""}, {"3", ""}})}) {
        const ArchiveReading reading = read(bytes, limits);
        CHECK(namesOf(reading) == Texts{"0", "1", "2"});
        CHECK(reading.cut == Texts{"entries over 3"});
    }
    CHECK(read(zip(3, "x"), limits).cut.empty());

    limits = {};
    limits.ratio = 1'000'000;
    limits.unpackedBytes = 2u << 20;
    const ArchiveReading unpacked = read(makeArchive("tar", "gz", {{"a", zeros}}), limits);
    CHECK(unpacked.cut == Texts{"unpacked over 2097152 bytes"});
    CHECK(unpacked.unpacked <= (2u << 20) + (1u << 20));
    CHECK(namesOf(unpacked) == Texts{"a"});

    const ArchiveReading ratio = read(makeArchive("tar", "gz", {{"a", zeros}}));
    CHECK(ratio.cut == Texts{"ratio over 200"});
    CHECK(ratio.unpacked < 2u << 20);
    CHECK(read(zip(1, zeros)).cut == Texts{"ratio over 200"});  // as its directory declares

    limits = {};
    limits.heldBytes = 100'000;
    const std::string inner = makeZip({{.name = "i", .bytes = std::string(200'000, 'x'), .deflate = false}});
    const ArchiveReading held =
        read(makeZip({{.name = "a.zip", .bytes = inner}, {.name = "b", .bytes = "x"}}), limits);
    CHECK(namesOf(held) == Texts{"a.zip", "b"});
    CHECK(held.cut == Texts{"inner archives over 100000 bytes"});

    limits = {};
    limits.time = std::chrono::milliseconds(0);
    CHECK(read(zip(3, "x"), limits).cut == Texts{"time over 0 ms"});

    limits = {};
    limits.types = 10;
    const ArchiveReading types =
        read(makeArchive("tar", "", {{"a", kText}, {"b", kProgram}, {"c", kText}}), limits);
    CHECK(types.entries.at(1).type == "application/x-dosexec");
    CHECK(types.entries.at(2).type == "text/plain");
    CHECK(types.cut.empty());
}

TEST_CASE("documents in archives are read, and what they unpack counts") {
    const std::string office = test::makeOoxml({{"word/vbaProject.bin", "x"}});
    const std::string pdf = test::makePdf({"<< /S /Launch /F (cmd.exe) >>"});
    const std::string protectedFile = test::makeCfb({{"EncryptedPackage", "x"}});
    for (const std::string format : {"zip", "7z", "tar"}) {
        const ArchiveReading reading = read(makeArchive(
            format, "", {{"a.docm", office}, {"b.pdf", pdf}, {"c.docx", protectedFile}, {"d.txt", kText}}));
        const auto found = [&](const std::string& name) -> const ArchiveEntry& {
            return *std::find_if(reading.entries.begin(), reading.entries.end(),
                                 [&](const ArchiveEntry& entry) { return entry.name == name; });
        };
        REQUIRE(found("a.docm").document);
        CHECK(found("a.docm").document->kind == "ooxml");
        CHECK(found("a.docm").document->has("macros"));
        REQUIRE(found("b.pdf").document);
        CHECK(found("b.pdf").document->has("launch"));
        REQUIRE(found("c.docx").document);
        CHECK(found("c.docx").document->encrypted);
        CHECK_FALSE(found("c.docx").encrypted);
        CHECK_FALSE(found("d.txt").document);
        CHECK(found("word/vbaProject.bin").container == "ooxml");
        CHECK(found("word/vbaProject.bin").depth == 2);
    }
    // Objects in streams of a PDF unpack from the same budget.
    const std::string bomb = test::makePdf(
        {test::pdfStream("/Type/ObjStm/Filter/FlateDecode", test::zlibbed(std::string(3u << 20, ' ')))});
    CHECK(read(makeZip({{.name = "a.pdf", .bytes = bomb}})).cut == Texts{"ratio over 200"});
}

TEST_CASE("an Office document is told from a zip file by its format") {
    CHECK(read(makeZip({{.name = "[Content_Types].xml", .bytes = "<x/>"},
                        {.name = "word/document.xml", .bytes = "<x/>"}}))
              .formats == Texts{"ooxml"});
    CHECK(
        read(makeZip(
                 {{.name = "mimetype", .bytes = "application/vnd.oasis.opendocument.text", .deflate = false},
                  {.name = "META-INF/manifest.xml", .bytes = "<x/>"}}))
            .formats == Texts{"odf"});
}
