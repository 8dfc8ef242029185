#include "common/mail/document_cfb.h"

#include <algorithm>

#include "common/mail/archive_bytes.h"
#include "common/mail/document_findings.h"

namespace weir {
namespace {

constexpr std::string_view kMark = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
constexpr std::uint32_t kMostRegular = 0xFFFFFFFA;  // greater numbers of sectors have a meaning of their own
constexpr std::uint32_t kNone = 0xFFFFFFFF;
constexpr std::size_t kHeaderSize = 512, kHeaderTable = 76, kHeaderTableCount = 109, kEntrySize = 128;
constexpr std::uint64_t kMostMini = 32u << 20;  // of the stream that holds the small ones

}  // namespace

bool CompoundFile::is(std::string_view bytes) {
    return bytes.starts_with(kMark) && bytes.size() >= kHeaderSize;
}

CompoundFile::CompoundFile(std::string_view bytes, std::size_t mostEntries) : bytes_(bytes) {
    if (!is(bytes)) {
        damaged_ = true;
        return;
    }
    // 512 bytes in version 3, 4096 in version 4. Programs believe the number, so it counts within reason.
    sectorShift_ = u16At(bytes_, 30) == 12 ? 12 : 9;
    const std::uint16_t mini = u16At(bytes_, 32);
    if (mini >= 4 && mini <= 9) miniShift_ = mini;
    miniCutoff_ = std::max<std::uint32_t>(u32At(bytes_, 56), 1);
    readTable();
    readDirectory(mostEntries);
    findParents();
}

std::string_view CompoundFile::sector(std::uint32_t number) const {
    const std::uint64_t at = (std::uint64_t{number} + 1) << sectorShift_;
    return number >= kMostRegular ? std::string_view()
                                  : bytesAt(bytes_, at, std::uint64_t{1} << sectorShift_);
}

// Where the table itself lies: 109 sectors in the header, more in a chain of sectors.
void CompoundFile::readTable() {
    const std::size_t sectors = bytes_.size() >> sectorShift_;
    const std::size_t perSector = std::size_t{1} << (sectorShift_ - 2);
    const std::size_t most = sectors / perSector + 1;  // sectors that a table of this file can need
    const auto add = [&](std::uint32_t number) {
        if (number >= kMostRegular || table_.size() >= most) return;
        if (sector(number).empty()) damaged_ = true;
        table_.push_back(number);
    };
    for (std::size_t i = 0; i < kHeaderTableCount; ++i) add(u32At(bytes_, kHeaderTable + 4 * i));
    std::uint32_t number = u32At(bytes_, 68);
    for (std::size_t steps = 0; number < kMostRegular; ++steps) {
        const std::string_view list = sector(number);
        if (list.empty() || steps > sectors / (perSector - 1) / perSector + 1) {
            damaged_ = true;
            return;
        }
        for (std::size_t i = 0; i + 1 < perSector; ++i) add(u32At(list, 4 * i));
        number = u32At(list, 4 * (perSector - 1));
    }
}

std::uint32_t CompoundFile::next(std::uint32_t number) const {
    const std::size_t perSectorShift = sectorShift_ - 2;
    const std::size_t place = number >> perSectorShift;
    if (place >= table_.size()) return kNone;
    const std::string_view part = sector(table_[place]);
    const std::size_t at = 4 * (number & ((1u << perSectorShift) - 1));
    return at + 4 <= part.size() ? u32At(part, at) : kNone;
}

std::string CompoundFile::chain(std::uint32_t start, std::uint64_t most) {
    std::string result;
    std::size_t steps = bytes_.size() >> sectorShift_;
    for (std::uint32_t number = start; result.size() < most && number < kMostRegular; number = next(number)) {
        const std::string_view piece = sector(number);
        if (piece.empty() || steps-- == 0) {
            damaged_ = true;
            break;
        }
        result += piece.substr(0, most - result.size());
    }
    return result;
}

void CompoundFile::readDirectory(std::size_t mostEntries) {
    const std::string list = chain(u32At(bytes_, 48), (mostEntries + 1) * kEntrySize);
    for (std::size_t at = 0; at + kEntrySize <= list.size(); at += kEntrySize) {
        const std::string_view raw = std::string_view(list).substr(at, kEntrySize);
        const auto type = static_cast<unsigned char>(raw[66]);
        const std::size_t nameLength = std::min<std::size_t>(u16At(raw, 64), 64);
        CfbEntry entry;
        entry.name = fromUtf16(raw.substr(0, nameLength < 2 ? 0 : nameLength - 2));
        entry.classId = raw.substr(80, 16);
        entry.stream = type == 2;
        entry.root = type == 5;
        entry.start = u32At(raw, 116);
        entry.size = sectorShift_ == 9 ? u32At(raw, 120) : u64At(raw, 120);
        if (type != 1 && type != 2 && type != 5) entry = {};  // unused; its place is kept
        if (entries_.size() >= mostEntries) {
            cut_ = true;
            break;
        }
        entries_.push_back(std::move(entry));
        links_.push_back({u32At(raw, 68), u32At(raw, 72), u32At(raw, 76)});
    }
    if (entries_.empty()) damaged_ = true;
}

// Each storage has a tree of its entries; every entry is visited once, whatever the links say.
void CompoundFile::findParents() {
    std::vector<std::pair<std::uint32_t, int>> todo;  // entry, and the storage it is in
    std::vector<bool> seen(entries_.size());
    if (!entries_.empty()) todo.emplace_back(0, -1);
    while (!todo.empty()) {
        const auto [place, parent] = todo.back();
        todo.pop_back();
        if (place == kNone) continue;
        if (place >= entries_.size() || seen[place]) {
            damaged_ = true;
            continue;
        }
        seen[place] = true;
        entries_[place].parent = parent;
        todo.emplace_back(links_[place].left, parent);
        todo.emplace_back(links_[place].right, parent);
        if (!entries_[place].stream) todo.emplace_back(links_[place].child, static_cast<int>(place));
    }
}

std::string CompoundFile::read(const CfbEntry& entry, std::size_t most) {
    const std::uint64_t wanted = std::min<std::uint64_t>(entry.size, most);
    std::string result;
    if (entry.root || entry.size >= miniCutoff_) {
        result = chain(entry.start, wanted);
    } else {
        if (!miniRead_) {
            miniRead_ = true;
            miniTable_ = chain(u32At(bytes_, 60), 4 * (kMostMini >> miniShift_));
            if (!entries_.empty())
                miniStream_ = chain(entries_[0].start, std::min(entries_[0].size, kMostMini));
        }
        std::size_t steps = miniStream_.size() >> miniShift_;
        for (std::uint32_t number = entry.start; result.size() < wanted && number < kMostRegular;
             number = u32At(miniTable_, 4 * std::uint64_t{number})) {
            const std::string_view piece =
                bytesAt(miniStream_, std::uint64_t{number} << miniShift_, std::uint64_t{1} << miniShift_);
            if (piece.empty() || steps-- == 0) break;
            result += piece.substr(0, wanted - result.size());
            if (4 * std::uint64_t{number} + 4 > miniTable_.size()) break;
        }
    }
    if (result.size() < wanted) damaged_ = true;
    return result;
}

}  // namespace weir
