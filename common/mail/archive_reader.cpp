#include "common/mail/archive_reader.h"

#include <algorithm>
#include <new>

#include "common/mail/archive_budget.h"
#include "common/mail/archive_bytes.h"
#include "common/mail/archive_content.h"
#include "common/mail/archive_inflate.h"
#include "common/mail/archive_kind.h"
#include "common/mail/archive_rar.h"
#include "common/mail/archive_stream.h"
#include "common/mail/archive_zip.h"
#include "common/mail/ascii.h"

namespace weir {
namespace {

using Formats = ArchiveStream::Formats;
using Step = ArchiveStream::Step;

constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::size_t kPiece = 64u << 10;

// The archive whose entries are being read.
struct Level {
    std::string_view bytes;
    std::string_view name;
    std::uint32_t depth = 1;   // of its entries
    std::uint32_t parent = 0;  // as in ArchiveEntry
};

std::string_view withoutExtension(std::string_view name) {
    name = name.substr(name.find_last_of("/\\") + 1);  // npos + 1 is 0
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

// Office documents are zip files, too.
std::string zipFormat(const ZipStructure& zip) {
    for (const ZipEntry& entry : zip.entries) {
        if (equalIgnoringCase(entry.name, "[Content_Types].xml")) return "ooxml";
        if (entry.name == "META-INF/manifest.xml") return "odf";
        if (equalIgnoringCase(entry.name, "META-INF/MANIFEST.MF")) return "jar";
    }
    return "zip";
}

class ArchiveWalk {
  public:
    ArchiveWalk(std::string_view bytes, const ArchiveOptions& options)
        : bytes_(bytes), options_(options), budget_(options.limits, bytes.size()) {}

    ArchiveReading run() {
        try {
            level({bytes_, options_.name});
        } catch (const std::bad_alloc&) {
            budget_.memoryOver();
        }
        reading_.cut = budget_.cuts();
        reading_.unpacked = budget_.unpacked();
        for (const ArchiveEntry& entry : reading_.entries) reading_.encrypted |= entry.encrypted;
        reading_.encrypted |= reading_.namesEncrypted;
        return std::move(reading_);
    }

  private:
    void level(const Level& level);
    bool atStart(const Level& level);
    bool embedded(const Level& level);
    void format(const Level& level, const std::string& name);
    void differ(const std::string& how);

    void zip(const Level& level);
    void zipEntry(const Level& level, const ZipEntry& entry, const std::string& format);
    InflateEnd zipData(const Level& level, const ZipEntry& entry, std::uint16_t method,
                       ArchiveContent& content);

    void rar(const Level& level);
    bool stream(const Level& level);
    bool oneFile(const Level& level);
    bool listing(const Level& level, ArchiveStream& archive, Step step);
    void streamEntry(const Level& level, ArchiveStream& archive, ArchiveEntry entry);
    bool streamData(ArchiveStream& archive, ArchiveContent& content);

    ArchiveEntry entryOf(const Level& level, std::string_view rawName, const std::string& format);
    std::string nameOf(std::string_view raw);
    void finish(const Level& level, ArchiveEntry entry, ArchiveContent& content);

    const std::string_view bytes_;
    const ArchiveOptions& options_;
    ArchiveBudget budget_;
    ArchiveReading reading_;
};

void ArchiveWalk::differ(const std::string& how) {
    auto& all = reading_.ambiguous;
    if (std::find(all.begin(), all.end(), how) == all.end()) all.push_back(how);
}

void ArchiveWalk::format(const Level& level, const std::string& name) {
    auto& all = reading_.formats;
    if (level.depth == 1 && std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
}

// Calls itself for inner archives, as deep as the limit allows.
void ArchiveWalk::level(const Level& level) {
    const std::string_view bytes = level.bytes;
    const bool zipFirst = bytes.starts_with("PK") && isZip(bytes);
    const bool program = bytes.starts_with("MZ") || bytes.starts_with(
                                                        "\x7f"
                                                        "ELF");
    const bool known =
        zipFirst || (program && embedded(level)) || atStart(level) || (!program && embedded(level));
    // What another format stores last may well be a zip file: the end of all is its end only when it was put
    // there.
    const bool zipLast = !zipFirst && isZip(bytes) && (!known || bytes.size() - bytes.rfind("PK\5\6") == 22);
    if (zipFirst || zipLast) zip(level);
    if (zipLast && known) differ("also a zip file");
}

bool ArchiveWalk::atStart(const Level& level) {
    if (!isRar(level.bytes)) return stream(level) || oneFile(level);
    rar(level);
    return true;
}

// An archive behind other bytes.
bool ArchiveWalk::embedded(const Level& level) {
    const std::size_t at = embeddedArchive(level.bytes);
    if (at == std::string_view::npos) return false;
    Level inner = level;
    inner.bytes = level.bytes.substr(at);
    if (!atStart(inner)) return false;
    differ("data before the archive");
    return true;
}

std::string ArchiveWalk::nameOf(std::string_view raw) {
    bool cut = false;
    std::string name = shownName(raw, options_.limits.nameBytes, cut);
    if (cut) budget_.nameOver();
    return name;
}

ArchiveEntry ArchiveWalk::entryOf(const Level& level, std::string_view rawName, const std::string& format) {
    ArchiveEntry entry;
    entry.name = nameOf(rawName);
    entry.container = format;
    entry.depth = level.depth;
    entry.parent = level.parent;
    return entry;
}

void ArchiveWalk::finish(const Level& level, ArchiveEntry entry, ArchiveContent& content) {
    entry.size = std::max(entry.size, content.size());
    entry.type = content.type();
    entry.sha256 = content.sha256();
    if (content.missedArchive()) budget_.depthOver();
    if (!content.document().empty() && budget_.document()) {
        DocumentReading document = readDocument(content.document(), budget_.documentLimits());
        budget_.documentRead(document);
        if (document.isDocument()) entry.document = std::move(document);
    }
    reading_.entries.push_back(std::move(entry));
    if (content.archive().empty() || budget_.spent()) return;
    const std::string name = reading_.entries.back().name;
    this->level(
        {content.archive(), name, level.depth + 1, static_cast<std::uint32_t>(reading_.entries.size())});
}

// ---- zip

void ArchiveWalk::zip(const Level& level) {
    const ZipStructure zip = readZip(level.bytes, budget_.entriesLeft() + 1);
    const std::string name = zipFormat(zip);
    format(level, name);
    reading_.damaged |= zip.damaged;
    for (const std::string& how : zip.ambiguous) differ(how);
    std::uint64_t declared = 0;
    for (const ZipEntry& entry : zip.entries)
        declared += std::min<std::uint64_t>(entry.size, UINT64_MAX / 1'000'000);
    budget_.declared(declared);
    for (const ZipEntry& entry : zip.entries) {
        if (!budget_.entry()) return;
        budget_.inTime();  // names are told to the end
        zipEntry(level, entry, name);
    }
}

void ArchiveWalk::zipEntry(const Level& level, const ZipEntry& zip, const std::string& format) {
    ArchiveEntry entry = entryOf(level, zip.name, format);
    const std::size_t nul = zip.name.find('\0');
    if (nul != std::string_view::npos) entry.otherNames.push_back(nameOf(zip.name.substr(0, nul)));
    for (const std::string_view other : zip.others) entry.otherNames.push_back(nameOf(other));
    entry.size = zip.size;
    entry.directory = zip.directory();
    entry.encrypted = zip.encrypted;
    entry.seen = zip.inDirectory && zip.inStream ? ArchiveEntry::Seen::kBoth
                 : zip.inDirectory               ? ArchiveEntry::Seen::kDirectory
                                                 : ArchiveEntry::Seen::kStream;
    if (zip.encrypted || zip.dataAt == 0 || budget_.spent() || (zip.directory() && zip.packed == 0)) {
        reading_.entries.push_back(std::move(entry));
        return;
    }
    const auto read = [&](std::uint16_t method, ArchiveEntry as) {
        ArchiveContent content(budget_, level.depth < options_.limits.depth, options_.sha256, false);
        const InflateEnd end = zipData(level, zip, method, content);
        content.end(end == InflateEnd::kWhole);
        reading_.damaged |= end == InflateEnd::kDamaged;
        finish(level, std::move(as), content);
    };
    ArchiveEntry streamed = entry;
    read(zip.method, std::move(entry));
    if (zip.localMethod == zip.method || !budget_.entry()) return;
    streamed.seen = ArchiveEntry::Seen::kStream;
    read(zip.localMethod, std::move(streamed));
}

InflateEnd ArchiveWalk::zipData(const Level& level, const ZipEntry& zip, std::uint16_t method,
                                ArchiveContent& content) {
    std::string_view packed = bytesAt(level.bytes, zip.dataAt, zip.packed);
    if (method == kDeflated)
        return inflateBytes(packed, DeflateForm::kRaw,
                            [&](std::string_view piece) { return content.take(piece); });
    if (method == kStored) {
        for (; !packed.empty(); packed.remove_prefix(std::min(kPiece, packed.size())))
            if (!content.take(packed.substr(0, kPiece))) return InflateEnd::kStopped;
        return InflateEnd::kWhole;
    }
    // The rarer methods, as the local header has them.
    ArchiveStream archive(level.bytes.substr(zip.at), Formats::kZipStream);
    if (archive.next() != Step::kEntry) return InflateEnd::kDamaged;
    return streamData(archive, content) ? InflateEnd::kWhole : InflateEnd::kDamaged;
}

// ---- what libarchive reads

// True when that was all of it, and whole.
bool ArchiveWalk::streamData(ArchiveStream& archive, ArchiveContent& content) {
    std::string_view piece;
    for (;;) {
        const Step step = archive.data(piece);
        if (step == Step::kEnd) return true;
        if (step == Step::kNoMemory) budget_.memoryOver();
        if (step != Step::kEntry) {
            reading_.damaged = true;
            return false;
        }
        // A sparse file may have pieces without bytes.
        do {
            if (!content.take(piece.substr(0, kPiece))) return false;
            piece.remove_prefix(std::min(kPiece, piece.size()));
        } while (!piece.empty());
    }
}

void ArchiveWalk::streamEntry(const Level& level, ArchiveStream& archive, ArchiveEntry entry) {
    ArchiveContent content(budget_, level.depth < options_.limits.depth, options_.sha256, true);
    bool whole = false;
    if (!entry.directory && !entry.encrypted && !budget_.spent()) {
        whole = streamData(archive, content);
        content.end(whole);
    }
    finish(level, std::move(entry), content);
}

// All entries from the one on that `step` is about; false when there are none and it is no archive after all.
bool ArchiveWalk::listing(const Level& level, ArchiveStream& archive, Step step) {
    const std::string name = archive.format() + archive.filters();
    for (; step == Step::kEntry; step = archive.next()) {
        format(level, name);
        if (!budget_.entry() || !budget_.inTime()) return true;
        ArchiveEntry entry = entryOf(level, archive.rawName(), name);
        entry.size = archive.size();
        entry.directory = archive.directory();
        entry.encrypted = archive.encrypted();
        streamEntry(level, archive, std::move(entry));
        if (budget_.spent()) return true;  // what is not unpacked cannot be passed over either
    }
    if (step == Step::kNoMemory) budget_.memoryOver();
    if (step != Step::kEnd) reading_.damaged = true;
    return true;
}

bool ArchiveWalk::stream(const Level& level) {
    ArchiveStream archive(level.bytes, Formats::kArchives);
    const Step first = archive.next();
    const std::string name = archive.format();
    if (first != Step::kEntry) {
        // With nothing in it, or nothing that can be read, only formats with a signature are believed.
        if (name != "7z" && name != "rar" && name != "cab" && name != "iso" && name != "lha") return false;
        format(level, name + archive.filters());
        reading_.namesEncrypted |= archive.namesEncrypted();
        if (archive.namesEncrypted()) return true;
    }
    return listing(level, archive, first);
}

bool ArchiveWalk::oneFile(const Level& level) {
    ArchiveStream archive(level.bytes, Formats::kOneFile);
    const Step first = archive.next();
    if (archive.tooDeep()) budget_.depthOver();
    const std::string filters = archive.filters();
    if (filters.empty()) {
        // So damaged that nothing comes out of its first block.
        const std::string_view kind = compressedKind(level.bytes);
        if (first == Step::kEntry || kind.empty()) return false;
        format(level, std::string(kind));
        reading_.damaged = true;
        return true;
    }
    const std::string name = filters.substr(1);
    format(level, name);
    if (first != Step::kEntry) {
        if (first == Step::kNoMemory) budget_.memoryOver();
        reading_.damaged |= first != Step::kEnd;
        return true;
    }
    if (!budget_.entry()) return true;
    const std::string stored(archive.rawName() == "data" ? std::string_view() : archive.rawName());
    const std::string_view given = withoutExtension(level.name);
    ArchiveEntry entry = entryOf(level, given.empty() ? std::string_view(stored) : given, name);
    if (!stored.empty() && nameOf(stored) != entry.name) entry.otherNames.push_back(nameOf(stored));
    streamEntry(level, archive, std::move(entry));
    return true;
}

// Names come from our reader of the headers; contents from libarchive, as long as it follows.
void ArchiveWalk::rar(const Level& level) {
    const std::string name = "rar";
    format(level, name);
    const RarStructure rar = readRar(level.bytes, budget_.entriesLeft() + 1);
    reading_.namesEncrypted |= rar.namesEncrypted;
    reading_.damaged |= rar.damaged;
    ArchiveStream archive(level.bytes, Formats::kArchives);
    bool follows = true;
    for (const RarEntry& listed : rar.entries) {
        if (!budget_.entry()) return;
        budget_.inTime();
        ArchiveEntry entry = entryOf(level, listed.name, name);
        entry.size = listed.size;
        entry.directory = listed.directory;
        entry.encrypted = listed.encrypted;
        follows = follows && !budget_.spent() && archive.next() == Step::kEntry;
        if (!follows) {
            reading_.entries.push_back(std::move(entry));
            continue;
        }
        const std::string other = nameOf(archive.rawName());
        std::string same = entry.name;
        std::replace(same.begin(), same.end(), '\\', '/');
        if (!other.empty() && other != same && other != entry.name) entry.otherNames.push_back(other);
        streamEntry(level, archive, std::move(entry));
    }
}

}  // namespace

ArchiveReading readArchive(std::string_view bytes, const ArchiveOptions& options) {
    return ArchiveWalk(bytes, options).run();
}

}  // namespace weir
