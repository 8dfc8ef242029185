#include <string_view>

#include "tests/support/archive_maker.h"
#include "tests/support/file_bombs.h"
#include "tests/support/gzip_quine.h"

namespace weir::test {
namespace {

using namespace std::string_literals;

constexpr std::size_t kMega = 1u << 20;

std::string zeros(std::size_t megabytes) {
    return std::string(megabytes * kMega, '\0');
}

std::string manyEntries(std::size_t n) {
    std::vector<ZipPart> parts;
    for (std::size_t i = 0; i < n; ++i)
        parts.push_back({.name = std::to_string(i) + ".txt", .bytes = "x", .deflate = false});
    return makeZip(parts);
}

// Each entry of the directory is the same piece of the file.
std::string overlapping(std::size_t n) {
    std::vector<ZipPart> parts{{.name = "0", .bytes = zeros(4)}};
    for (std::size_t i = 1; i < n; ++i) {
        ZipPart again{.name = std::to_string(i), .bytes = "", .at = 0, .local = false};
        again.packed = static_cast<std::uint32_t>(deflated(parts[0].bytes).size());
        again.size = 1;
        parts.push_back(std::move(again));
    }
    return makeZip(parts);
}

std::string nested(std::size_t n) {
    std::string bytes = "x";
    for (std::size_t i = 0; i < n; ++i)
        bytes = makeZip({{.name = "a.zip", .bytes = bytes, .deflate = false}});
    return bytes;
}

// Sixteen of each in the next one; what comes out grows with every level.
std::string fannedOut(std::size_t n) {
    std::string bytes = makeZip({{.name = "zeros", .bytes = zeros(1)}});
    for (std::size_t i = 0; i < n; ++i) {
        std::vector<ZipPart> parts;
        for (int j = 0; j < 16; ++j) parts.push_back({.name = std::to_string(j) + ".zip", .bytes = bytes});
        bytes = makeZip(parts);
    }
    return bytes;
}

// A length that comes later, and many beginnings of a signature that could be the end.
std::string signatures(std::size_t n) {
    std::string content;
    for (std::size_t i = 0; i < n; ++i) content += "PK";
    return makeZip({{.name = "a",
                     .bytes = content,
                     .deflate = false,
                     .flags = 8,
                     .localSize = 0,
                     .localPacked = 0,
                     .central = false}});
}

std::string manyMembers(std::size_t n, const std::string& filter) {
    Files files;
    for (std::size_t i = 0; i < n; ++i) files.push_back({std::to_string(i), ""});
    return makeArchive("ustar", filter, files);
}

std::string longNames(std::size_t n) {
    Files files;
    for (std::size_t i = 0; i < n; ++i) files.push_back({std::string(50'000, 'n') + std::to_string(i), ""});
    return makeArchive("tar", "", files);
}

std::string wrapped(std::size_t n, const std::string& filter) {
    std::string bytes = "x";
    for (std::size_t i = 0; i < n; ++i) bytes = makeArchive("raw", filter, {{"x", bytes}});
    return bytes;
}

// The header of an empty 7z archive that says how many files it lists.
std::string claimed7z(std::size_t n) {
    const std::string header = "\1\5\xff"s + number(n * kMega, 8) + "\0\0"s;
    const std::string start = number(0, 8) + number(header.size(), 8) + number(crcOf(header), 4);
    return "7z\xbc\xaf\x27\x1c\0\4"s + number(crcOf(start), 4) + start + header;
}

std::string manyRarFiles(std::size_t n, bool five) {
    Files files;
    for (std::size_t i = 0; i < n; ++i) files.push_back({std::to_string(i) + ".txt", "x"});
    return five ? makeRar5(files) : makeRar4(files);
}

// Headers that say how much will come out, and nothing that comes.
std::string claimedRar(std::size_t n) {
    std::string bytes = manyRarFiles(n, false);
    const std::string size = number(1, 4) + number(1, 4) + number(2, 1);
    for (std::size_t at = bytes.find(size); at != std::string::npos; at = bytes.find(size, at + 1))
        bytes.replace(at + 4, 4, number(0xFFFFFFFF, 4));
    return bytes;
}

}  // namespace

std::vector<FileBomb> archiveBombs() {
    const auto compressedZeros = [](const char* filter) {
        return [filter](std::size_t n) { return makeArchive("raw", filter, {{"zeros", zeros(n)}}); };
    };
    return {
        {"zip: zeros", 10, [](std::size_t n) { return makeZip({{.name = "z", .bytes = zeros(n)}}); },
         "ratio"},
        {"zip: entries", 5000, manyEntries, "entries"},
        {"zip: entries that are the same bytes", 100, overlapping, "ratio"},
        {"zip: nested", 5, nested, "depth"},
        {"zip: sixteen in each", 1, fannedOut, "ratio"},
        {"zip: signatures in a stream", 500'000, signatures},
        {"tar: empty members", 5000, [](std::size_t n) { return manyMembers(n, ""); }, "entries"},
        {"tar.gz: empty members", 5000, [](std::size_t n) { return manyMembers(n, "gz"); }, "entries"},
        {"tar: long names", 20, longNames, "names"},
        {"gz: zeros", 10, compressedZeros("gz"), "ratio"},
        {"bz2: zeros", 10, compressedZeros("bz2"), "ratio"},
        {"xz: zeros", 10, compressedZeros("xz"), "ratio"},
        {"zst: zeros", 10, compressedZeros("zst"), "ratio"},
        {"gz: in gz", 10, [](std::size_t n) { return wrapped(n, "gz"); }, "depth"},
        {"gz: holds itself", 1, [](std::size_t) { return gzipQuine(); }, "depth"},
        {"zip: holds gz files that hold themselves", 50,
         [](std::size_t n) {
             std::vector<ZipPart> parts;
             for (std::size_t i = 0; i < n; ++i)
                 parts.push_back({.name = std::to_string(i) + ".gz", .bytes = gzipQuine()});
             return makeZip(parts);
         },
         "depth"},
        {"7z: claims of files", 10, claimed7z},
        {"rar4: files", 5000, [](std::size_t n) { return manyRarFiles(n, false); }, "entries"},
        {"rar5: files", 5000, [](std::size_t n) { return manyRarFiles(n, true); }, "entries"},
        {"rar4: claims of size", 2000, claimedRar},
    };
}

}  // namespace weir::test
