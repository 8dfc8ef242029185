// The headers of a rar file, of version 4 and 5: names and what is encrypted.
//
// libarchive gives no names where files are encrypted; this gives no contents. Linear in the bytes; never
// fails.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct RarEntry {
    std::string name;  // raw bytes, UTF-8 where the format says so
    std::uint64_t size = 0;
    bool directory = false;
    bool encrypted = false;
};

struct RarStructure {
    std::vector<RarEntry> entries;
    bool namesEncrypted = false;  // the headers are encrypted: there may be any entries
    bool damaged = false;
    bool cut = false;  // more entries than allowed
};

// "Rar!" and what follows it in both versions.
bool isRar(std::string_view bytes);
// … and the checksum of what follows that holds.
bool isWholeRar(std::string_view bytes);

RarStructure readRar(std::string_view bytes, std::size_t mostEntries);

}  // namespace weir
