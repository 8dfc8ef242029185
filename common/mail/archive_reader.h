// What is inside an archive: names, sizes, real types, encryption, at any depth.
//
// zip is read by our own code, in both ways in which programs read it: by its directory and as a stream of
// local headers; all names that either reading gives are reported, and in what they differ. Everything else
// goes through libarchive (7z, tar, rar, iso, cab, lha, ar, cpio; gzip, bzip2, xz, lzma, lzip, zstd, lz4,
// compress), encrypted rar with the help of our own reader of its headers. An archive may stand behind a
// program or other bytes (self-extracting ones do).
//
// Documents inside are read as document_reader.h says.
//
// Never fails: what is damaged or over a limit is named in the result. Time and memory are bounded by the
// limits; libraries allocate for themselves, so for hostile bytes call it in a parser process (slave/parser).
// No file is written or opened, and a name is never used as one. LC_CTYPE must be a UTF-8 locale, or
// libarchive loses names. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/mail/document_reader.h"

namespace weir {

struct ArchiveLimits {
    std::size_t entries = 10'000;              // in all, at any depth
    std::size_t depth = 8;                     // of archives in archives
    std::uint64_t unpackedBytes = 100u << 20;  // in all
    std::uint64_t ratio = 200;                 // of unpacked to received bytes …
    std::uint64_t ratioFrom = 1u << 20;        // … once so much is unpacked
    std::size_t heldBytes = 32u << 20;         // of inner archives in memory at a time
    std::size_t nameBytes = 1024;              // of one name
    // What libmagic is asked for, a text counting ten times; then only what is dangerous is told apart.
    std::size_t types = 500;
    std::size_t documents = 1000;          // that are read
    std::size_t documentTexts = 10'000;    // names of embedded objects and targets of all of them
    std::chrono::milliseconds time{1500};  // CPU time, looked at between pieces of work
};

struct ArchiveEntry {
    // Which reading of a zip has it; kBoth in all other formats.
    enum class Seen { kBoth, kDirectory, kStream };

    // As stored, made valid UTF-8 (what is no UTF-8 is read as windows-1252). Control characters are shown as
    // U+2400 and following. Empty when it has none.
    std::string name;
    std::vector<std::string> otherNames;  // that other programs give it
    std::string container;                // format of the archive that holds it: "zip", "tar" …
    std::string type;        // real type (file_type.h) by its first bytes; empty when these are not to be had
    std::string sha256;      // 64 digits, when asked for and all of it could be unpacked
    std::uint64_t size = 0;  // what is declared or what was unpacked, whichever is more
    std::uint32_t depth = 1;   // 1: in the archive itself
    std::uint32_t parent = 0;  // place + 1 in `entries` of the archive it lies in; 0: the one that was given
    bool directory = false;
    bool encrypted = false;
    Seen seen = Seen::kBoth;
    std::optional<DocumentReading> document;  // of an Office document or PDF
};

struct ArchiveReading {
    // "zip", "7z", "tar.gz", "gz", "rar" …; empty: no archive. More than one when the bytes can be read as
    // each of them.
    std::vector<std::string> formats;
    std::vector<ArchiveEntry> entries;
    bool encrypted = false;       // an entry at any depth, or the list of entries
    bool namesEncrypted = false;  // … the list: there are entries that are not told
    // Something does not end, does not fit, or is packed in a way that cannot be unpacked here.
    bool damaged = false;
    std::vector<std::string>
        ambiguous;                 // how readings differ: "names differ", "entries overlap" …, each once
    std::vector<std::string> cut;  // "entries over 10000", "ratio over 200" …, each once
    std::uint64_t unpacked = 0;    // bytes

    bool isArchive() const { return !formats.empty(); }
};

struct ArchiveOptions {
    std::string_view name;  // of the file: what gz and its like hold has it without the last extension
    bool sha256 = false;    // of each entry: all of it is unpacked then
    ArchiveLimits limits;
};

ArchiveReading readArchive(std::string_view bytes, const ArchiveOptions& options = {});

// Could be an archive, by its first bytes (8 kB are enough for all but iso): cheap, errs to the safe side.
bool looksLikeArchive(std::string_view head);

}  // namespace weir
