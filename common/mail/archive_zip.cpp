#include "common/mail/archive_zip.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "common/mail/archive_bytes.h"
#include "common/mail/ascii.h"

namespace weir {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kLocal = "PK\3\4", kCentral = "PK\1\2", kEnd = "PK\5\6", kEnd64 = "PK\6\6",
                           kEnd64Locator = "PK\6\7", kDescriptor = "PK\7\10", kSignature = "PK";
constexpr std::size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kLocatorSize = 20, kEnd64Size = 56;
constexpr std::size_t kMostDirectories = 4;
constexpr std::uint16_t kEncryptedFlags = 0x2041;  // encrypted, strongly, masked directory
constexpr std::uint16_t kDescriptorFlag = 0x8;
constexpr std::uint32_t kElsewhere = 0xFFFFFFFF;  // the value stands in the zip64 field
constexpr std::uint16_t kZip64Field = 0x0001, kUnicodePathField = 0x7075;

struct Local {
    std::string_view name;
    std::uint16_t flags = 0, method = 0;
    std::uint64_t packed = 0, size = 0, dataAt = 0;
};

struct Directory {
    std::uint64_t at = 0, base = 0;
    std::optional<std::uint64_t> count;  // as its end record says
    std::uint64_t end = 0;               // once it is read
    std::size_t firstEntry = 0;          // of those that it adds
};

// The content of an extra field; empty when it is not there.
std::string_view extraField(std::string_view extra, std::uint16_t id) {
    while (extra.size() >= 4) {
        const std::uint16_t length = u16At(extra, 2);
        if (u16At(extra, 0) == id) return bytesAt(extra, 4, length);
        extra.remove_prefix(std::min<std::size_t>(extra.size(), 4u + length));
    }
    return {};
}

// Takes the next value of a zip64 field in place of one that stands elsewhere.
void widen(std::uint64_t& value, std::string_view& zip64) {
    if (value != kElsewhere || zip64.size() < 8) return;
    value = u64At(zip64, 0);
    zip64.remove_prefix(8);
}

std::optional<Local> localAt(std::string_view bytes, std::uint64_t at) {
    if (!hasAt(bytes, at, kLocal) || bytes.size() - at < kLocalSize) return std::nullopt;
    const std::uint64_t nameLength = u16At(bytes, at + 26), extraLength = u16At(bytes, at + 28);
    if (bytes.size() - at - kLocalSize < nameLength) return std::nullopt;
    Local local;
    local.flags = u16At(bytes, at + 6);
    local.method = u16At(bytes, at + 8);
    local.packed = u32At(bytes, at + 18);
    local.size = u32At(bytes, at + 22);
    local.name = bytesAt(bytes, at + kLocalSize, nameLength);
    local.dataAt = std::min<std::uint64_t>(bytes.size(), at + kLocalSize + nameLength + extraLength);
    std::string_view zip64 =
        extraField(bytesAt(bytes, at + kLocalSize + nameLength, extraLength), kZip64Field);
    widen(local.size, zip64);
    widen(local.packed, zip64);
    return local;
}

// Where entries lie, to ask whether a place is inside one of them.
class Places {
  public:
    void add(std::uint64_t begin, std::uint64_t end) { places_.emplace_back(begin, end); }
    // To be called when all are added; true when some overlap.
    bool sort() {
        std::sort(places_.begin(), places_.end());
        bool overlap = false;
        for (std::size_t i = 1; i < places_.size(); ++i) {
            overlap |= places_[i].first < places_[i - 1].second;
            places_[i].second = std::max(places_[i].second, places_[i - 1].second);
        }
        return overlap;
    }
    // Where the entry ends that covers this place; the place itself when none does.
    std::uint64_t endOf(std::uint64_t place) const {
        const auto after = std::upper_bound(places_.begin(), places_.end(), std::pair(place, UINT64_MAX));
        return after == places_.begin() ? place : std::max(place, std::prev(after)->second);
    }

  private:
    std::vector<std::pair<std::uint64_t, std::uint64_t>> places_;
};

class ZipReader {
  public:
    ZipReader(std::string_view bytes, std::size_t most) : bytes_(bytes), most_(most) {}

    ZipStructure read() {
        findDirectories();
        for (Directory& directory : directories_) readDirectory(directory);
        if (directories_.empty()) result_.damaged = true;
        for (const ZipEntry& entry : result_.entries)
            if (entry.dataAt != 0)
                places_.add(entry.at, entry.dataAt + std::min(entry.packed, bytes_.size() - entry.dataAt));
        if (places_.sort()) differ("entries overlap");
        readStream();
        if (directories_.size() > 1) differ("two directories");
        lookAtNames();
        return std::move(result_);
    }

  private:
    void differ(const char* how) {
        auto& all = result_.ambiguous;
        if (std::find(all.begin(), all.end(), how) == all.end()) all.emplace_back(how);
    }

    void findDirectories();
    void directoryOf(std::uint64_t end);
    void addDirectory(std::uint64_t at, std::uint64_t size, std::uint64_t offset, std::uint64_t count);
    void readDirectory(Directory& directory);
    void lateDirectory(std::uint64_t at);
    ZipEntry centralAt(std::uint64_t at, std::uint64_t base, std::uint64_t& length);
    void lookAtLocal(ZipEntry& entry);
    void readStream();
    void streamed(std::uint64_t at, const Local& local, std::uint64_t packed);
    std::uint64_t packedInStream(std::uint64_t at, const Local& local) const;
    std::uint64_t afterDescriptor(std::uint64_t at) const;
    void lookAtNames();

    const std::string_view bytes_;
    const std::size_t most_;
    ZipStructure result_;
    std::vector<Directory> directories_;
    std::unordered_map<std::uint64_t, std::size_t> entryAt_;  // local header → the first entry that names it
    Places places_;
    std::uint64_t firstEnd_ = 0;  // after the end record that counts, with its comment
};

void ZipReader::addDirectory(std::uint64_t at, std::uint64_t size, std::uint64_t offset,
                             std::uint64_t count) {
    // `at`: the end record. The directory lies before it, or where its offset says; the difference is the
    // length of what stands before the archive.
    for (const std::uint64_t start : {at - std::min(at, size), offset}) {
        if (!hasAt(bytes_, start, kCentral) && !(count == 0 && size == 0)) continue;
        const Directory directory{start, start >= offset ? start - offset : 0, count};
        const bool known = std::any_of(directories_.begin(), directories_.end(),
                                       [&](const Directory& d) { return d.at == directory.at; });
        if (!known && directories_.size() < kMostDirectories) directories_.push_back(directory);
        if (count == 0) return;
    }
}

void ZipReader::directoryOf(std::uint64_t end) {
    addDirectory(end, u32At(bytes_, end + 12), u32At(bytes_, end + 16), u16At(bytes_, end + 10));
    if (end < kLocatorSize || !hasAt(bytes_, end - kLocatorSize, kEnd64Locator)) return;
    const std::uint64_t claimed = u64At(bytes_, end - kLocatorSize + 8);
    const std::uint64_t before = end - kLocatorSize - std::min<std::uint64_t>(end - kLocatorSize, kEnd64Size);
    for (const std::uint64_t at : {claimed, before}) {
        if (!hasAt(bytes_, at, kEnd64)) continue;
        addDirectory(at, u64At(bytes_, at + 40), u64At(bytes_, at + 48), u64At(bytes_, at + 32));
        return;
    }
}

// The last end record counts; one before it only when it does not lie inside an entry of that one, as those
// of inner archives do.
void ZipReader::findDirectories() {
    std::uint64_t from = bytes_.size();
    const std::uint64_t lowest = from - std::min<std::uint64_t>(from, 0xFFFF + kEndSize);
    while (from > lowest) {
        const std::size_t at = bytes_.rfind(kEnd, from - 1);
        if (at == std::string_view::npos || at < lowest) return;
        from = at;
        if (bytes_.size() - at < kEndSize) continue;
        const std::uint64_t end = at + kEndSize + u16At(bytes_, at + 20);
        if (end > bytes_.size()) continue;
        const std::size_t before = directories_.size();
        directoryOf(at);
        if (directories_.size() == before) continue;
        firstEnd_ = end;
        return;
    }
}

ZipEntry ZipReader::centralAt(std::uint64_t at, std::uint64_t base, std::uint64_t& length) {
    const std::uint64_t nameLength = u16At(bytes_, at + 28), extraLength = u16At(bytes_, at + 30);
    length = kCentralSize + nameLength + extraLength + u16At(bytes_, at + 32);
    ZipEntry entry;
    entry.inDirectory = true;
    entry.flags = u16At(bytes_, at + 8);
    entry.method = u16At(bytes_, at + 10);
    entry.packed = u32At(bytes_, at + 20);
    entry.size = u32At(bytes_, at + 24);
    entry.name = bytesAt(bytes_, at + kCentralSize, nameLength);
    entry.at = u32At(bytes_, at + 42);
    const std::string_view extra = bytesAt(bytes_, at + kCentralSize + nameLength, extraLength);
    std::string_view zip64 = extraField(extra, kZip64Field);
    const bool narrow = entry.size != kElsewhere && entry.packed != kElsewhere && entry.at != kElsewhere;
    if (narrow && zip64.size() >= 8 && u64At(zip64, 0) != entry.size) differ("zip64 values differ");
    widen(entry.size, zip64);
    widen(entry.packed, zip64);
    widen(entry.at, zip64);
    entry.at = entry.at > UINT64_MAX - base ? UINT64_MAX : entry.at + base;
    const std::string_view unicode = extraField(extra, kUnicodePathField);
    if (unicode.size() > 5 && unicode.substr(5) != entry.name) entry.others.push_back(unicode.substr(5));
    entry.encrypted = (entry.flags & kEncryptedFlags) != 0;
    return entry;
}

void ZipReader::readDirectory(Directory& directory) {
    std::uint64_t at = directory.at, count = 0;
    directory.firstEntry = result_.entries.size();
    for (; hasAt(bytes_, at, kCentral) && bytes_.size() - at >= kCentralSize; ++count) {
        if (result_.entries.size() >= most_) {
            result_.cut = true;
            break;
        }
        std::uint64_t length = 0;
        ZipEntry entry = centralAt(at, directory.base, length);
        at += length;
        const auto known = entryAt_.emplace(entry.at, result_.entries.size());
        // Another directory may say the same; the same one names an entry twice only on purpose.
        const bool again = known.first->second < directory.firstEntry &&
                           result_.entries[known.first->second].name == entry.name;
        if (again) continue;
        lookAtLocal(entry);
        result_.entries.push_back(std::move(entry));
    }
    directory.end = at;
    if (result_.cut || !directory.count || count == *directory.count || (count & 0xFFFF) == *directory.count)
        return;
    differ("entry count differs");
    if (count < *directory.count) result_.damaged = true;
}

// A directory that a stream comes across and no end record names.
void ZipReader::lateDirectory(std::uint64_t at) {
    const bool known = std::any_of(directories_.begin(), directories_.end(),
                                   [at](const Directory& d) { return at >= d.at && at < d.end; });
    if (known || result_.cut || directories_.size() >= kMostDirectories) return;
    directories_.push_back({at, 0, std::nullopt});
    readDirectory(directories_.back());
}

void ZipReader::lookAtLocal(ZipEntry& entry) {
    const auto local = localAt(bytes_, entry.at);
    if (!local) {
        result_.damaged = true;
        return;
    }
    entry.dataAt = local->dataAt;
    entry.localMethod = local->method;
    if (local->name != entry.name) {
        differ("names differ");
        entry.others.push_back(local->name);
    }
    const bool encrypted = (local->flags & kEncryptedFlags) != 0;
    if (encrypted != entry.encrypted) {
        differ("encryption differs");
        entry.encrypted = true;
    }
    if (local->method != entry.method) differ("methods differ");
    const bool later = (local->flags & kDescriptorFlag) != 0;
    const auto differs = [later](std::uint64_t a, std::uint64_t b) { return a != b && !(later && a == 0); };
    if (differs(local->packed, entry.packed) || differs(local->size, entry.size)) differ("sizes differ");
    if (bytes_.size() - entry.dataAt < entry.packed) result_.damaged = true;
}

// How long its data is for a reader that has not seen the directory; that one is asked where the header does
// not say it, as it stands behind the data then.
std::uint64_t ZipReader::packedInStream(std::uint64_t at, const Local& local) const {
    const std::uint64_t left = bytes_.size() - local.dataAt;
    if ((local.flags & kDescriptorFlag) == 0 || local.packed != 0) return std::min(local.packed, left);
    if (const auto known = entryAt_.find(at); known != entryAt_.end())
        return std::min(result_.entries[known->second].packed, left);
    std::uint64_t next = local.dataAt;
    for (;; next += kSignature.size()) {
        next = bytes_.find(kSignature, next);
        if (next == std::string_view::npos) return left;
        for (const std::string_view signature : {kDescriptor, kLocal, kCentral})
            if (hasAt(bytes_, next, signature)) return next - local.dataAt;
    }
}

// Behind a data descriptor, which may lack its signature and have two widths.
std::uint64_t ZipReader::afterDescriptor(std::uint64_t at) const {
    const std::uint64_t start = hasAt(bytes_, at, kDescriptor) ? at + 4 : at;
    for (const std::uint64_t length : {std::uint64_t{12}, std::uint64_t{20}})
        if (hasAt(bytes_, start + length, kSignature)) return start + length;
    return start;
}

void ZipReader::streamed(std::uint64_t at, const Local& local, std::uint64_t packed) {
    if (const auto known = entryAt_.find(at); known != entryAt_.end()) {
        result_.entries[known->second].inStream = true;
        return;
    }
    if (!result_.cut) differ("entry outside the directory");
    if (result_.entries.size() >= most_) {
        result_.cut = true;
        return;
    }
    ZipEntry entry;
    entry.name = local.name;
    entry.flags = local.flags;
    entry.method = entry.localMethod = local.method;
    entry.packed = packed;
    entry.size = local.size;
    entry.at = at;
    entry.dataAt = local.dataAt;
    entry.inStream = true;
    entry.encrypted = (local.flags & kEncryptedFlags) != 0;
    result_.entries.push_back(std::move(entry));
}

void ZipReader::readStream() {
    std::uint64_t at = 0, lastEnd = firstEnd_;
    bool any = false;
    while (at < bytes_.size()) {
        if (const auto local = localAt(bytes_, at)) {
            if (!any && at > 4) differ("data before the archive");
            any = true;
            const std::uint64_t packed = packedInStream(at, *local);
            streamed(at, *local, packed);
            at = local->dataAt + packed;
            if (local->flags & kDescriptorFlag) at = afterDescriptor(at);
        } else if (hasAt(bytes_, at, kCentral)) {
            lateDirectory(at);
            at += kCentralSize + u16At(bytes_, at + 28) + u16At(bytes_, at + 30) + u16At(bytes_, at + 32);
        } else if (hasAt(bytes_, at, kEnd)) {
            at += kEndSize + u16At(bytes_, at + 20);
            if (at < lastEnd) differ("two directories");
            lastEnd = std::max(lastEnd, at);
        } else {
            // Bytes between entries: nothing inside an entry of the directory is looked at.
            const std::uint64_t next = bytes_.find(kSignature, std::max(at + 1, places_.endOf(at)));
            at = next == std::string_view::npos ? bytes_.size() : next;
        }
    }
    if (lastEnd > 0 && lastEnd < bytes_.size()) differ("data after the archive");
}

void ZipReader::lookAtNames() {
    std::unordered_set<std::string> names;
    for (const ZipEntry& entry : result_.entries) {
        if (!names.insert(lowered(entry.name)).second) differ("name twice");
        if (entry.name.find('\0') != std::string_view::npos) differ("NUL in a name");
        if (entry.inDirectory && !entry.inStream && entry.dataAt != 0) differ("entry not in the stream");
    }
}

}  // namespace

bool isZip(std::string_view bytes) {
    if (localAt(bytes, 0) || (hasAt(bytes, 4, kLocal) && bytes.starts_with("PK"))) return true;
    const std::size_t tail = std::min<std::size_t>(bytes.size(), 0xFFFF + kEndSize);
    const std::size_t end = bytes.rfind(kEnd);
    if (end == std::string_view::npos || bytes.size() - end < kEndSize || end < bytes.size() - tail)
        return false;
    const std::uint64_t size = u32At(bytes, end + 12), offset = u32At(bytes, end + 16);
    const bool directory =
        (end >= size && hasAt(bytes, end - size, kCentral)) || hasAt(bytes, offset, kCentral);
    const bool wide = end >= kLocatorSize && hasAt(bytes, end - kLocatorSize, kEnd64Locator);
    return directory || wide || (end == 0 && size == 0);
}

ZipStructure readZip(std::string_view bytes, std::size_t mostEntries) {
    return ZipReader(bytes, mostEntries).read();
}

}  // namespace weir
