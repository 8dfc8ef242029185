// The structure of a zip file (APPNOTE 6.3), read in both ways: by its directory, and as a stream of local
// headers.
//
// Programs differ in which of the two they believe, so all entries of both are listed, and in what they
// differ. Nothing is unpacked. Linear in the bytes; never fails.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct ZipEntry {
    std::string_view name;  // raw bytes, of the directory if it is there
    std::vector<std::string_view>
        others;  // raw names that another reading gives it, and of its Unicode field
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint16_t localMethod = 0;  // what its local header says
    std::uint64_t packed = 0;       // bytes
    std::uint64_t size = 0;
    std::uint64_t at = 0;      // of its local header
    std::uint64_t dataAt = 0;  // 0: there is no local header
    bool inDirectory = false, inStream = false;
    bool encrypted = false;  // by either header

    bool directory() const { return !name.empty() && name.back() == '/'; }
};

struct ZipStructure {
    std::vector<ZipEntry> entries;
    std::vector<std::string> ambiguous;  // as in ArchiveReading
    bool damaged = false;
    bool cut = false;  // more entries than allowed
};

// It begins as a zip file, or ends with an end record that names a directory.
bool isZip(std::string_view bytes);

ZipStructure readZip(std::string_view bytes, std::size_t mostEntries);

}  // namespace weir
