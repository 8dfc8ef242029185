// Archives for tests: honest ones of each format, and zip files whose headers say what a test wants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::test {

struct NamedBytes {
    std::string name;
    std::string bytes;
};
using Files = std::vector<NamedBytes>;

// Written by libarchive. Formats: "zip", "7z", "tar", "ustar", "iso", "cpio", "ar"; filters: "", "gz", "bz2",
// "xz", "zst", "lzma", "lz", "lz4", "Z". Format "raw" with a filter is one compressed file.
std::string makeArchive(const std::string& format, const std::string& filter, const Files& files,
                        const std::string& options = {});

std::string programBytes();                              // the beginning of a Windows program
std::string noise(std::size_t size, unsigned seed = 1);  // bytes that nothing makes smaller

std::string deflated(std::string_view bytes);  // RFC 1951
std::string zlibbed(std::string_view bytes);   // RFC 1950
std::uint32_t crcOf(std::string_view bytes);

// Least significant byte first, `width` bytes.
std::string number(std::uint64_t value, int width);

// One entry of a zip file. What is not set follows from the content.
struct ZipPart {
    std::string name{};
    std::string bytes{};
    bool deflate = true;
    std::uint16_t flags = 0;
    std::optional<std::string> localName{};  // of the local header, where it differs
    std::optional<std::uint16_t> localFlags{}, localMethod{};
    std::optional<std::uint32_t> localSize{}, localPacked{};
    std::optional<std::uint64_t> at{};  // of the local header, as the directory says
    std::string centralExtra{};
    std::optional<std::uint32_t> size{}, packed{};  // as the directory says
    bool local = true, central = true;
};
struct ZipShape {
    std::string before{}, after{}, comment{};
    std::optional<std::uint16_t> count{};  // as the end record says
    bool offsetsCountBefore = true;        // of `before`
};
std::string makeZip(const std::vector<ZipPart>& parts, const ZipShape& shape = {});

// Stored, not compressed. `encrypted`: marked so; the content is then any bytes.
std::string makeRar4(const Files& files, bool encrypted = false, bool namesEncrypted = false);
std::string makeRar5(const Files& files, bool encrypted = false, bool namesEncrypted = false);
std::string makeCab(const Files& files);
std::string makeLha(const Files& files);
std::string makeLha(const NamedBytes& file, std::uint32_t codePage);  // with its name in that charset

}  // namespace weir::test
