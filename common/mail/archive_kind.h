// What kind of file some bytes could be, by signatures alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

// "gz", "bz2", "xz" or "zst" of bytes that begin as one compressed file does; "" of others.
std::string_view compressedKind(std::string_view head);

// Where an archive (7z, rar, cab) begins behind other bytes, as behind the program of a self-extracting one;
// npos when there is none in the first 4 MB.
std::size_t embeddedArchive(std::string_view bytes);

// A disc image begins with 32 kB that say nothing: more than a head is needed to know it.
bool couldBeDiscImage(std::string_view head);
inline constexpr std::size_t kDiscImageHead = 32769 + 5;
bool isDiscImage(std::string_view head);

bool isText(std::string_view head);

// Media type of what can do harm and of common texts, else "text/plain" or "application/octet-stream": where
// asking libmagic for each file would take too long.
std::string quickType(std::string_view head);

}  // namespace weir
