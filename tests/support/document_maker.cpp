#include "tests/support/document_maker.h"

#include <map>

#include "tests/support/archive_maker.h"

namespace weir::test {
namespace {

using namespace std::string_literals;

constexpr std::uint32_t kNone = 0xFFFFFFFF, kEndOfChain = 0xFFFFFFFE, kTableSector = 0xFFFFFFFD;
constexpr std::size_t kSector = 512, kMini = 64, kCutoff = 4096;

struct Entry {
    std::string name, classId;
    int type = 1;  // storage, stream, root: 1, 2, 5
    std::string bytes;
    std::uint32_t start = kEndOfChain, right = kNone, child = kNone;
};

// Puts bytes into sectors of one size and remembers their chains.
struct Sectors {
    std::size_t size;
    std::string bytes;
    std::vector<std::uint32_t> table;
    std::uint32_t add(std::string content) {
        if (content.empty()) return kEndOfChain;
        content.resize((content.size() + size - 1) / size * size);
        const auto first = static_cast<std::uint32_t>(table.size());
        const std::size_t count = content.size() / size;
        for (std::size_t i = 0; i < count; ++i)
            table.push_back(i + 1 == count ? kEndOfChain : first + static_cast<std::uint32_t>(i) + 1);
        bytes += content;
        return first;
    }
};

std::string raw(const Entry& entry) {
    std::string name = utf16(entry.name + '\0');
    const std::size_t length = name.size();
    name.resize(64);
    std::string classId = entry.classId;
    classId.resize(16);
    return name + number(length, 2) + number(static_cast<std::uint64_t>(entry.type), 1) + number(1, 1) +
           number(kNone, 4) + number(entry.right, 4) + number(entry.child, 4) + classId + number(0, 4) +
           number(0, 16) + number(entry.start, 4) + number(entry.bytes.size(), 8);
}

std::string tableOf(const std::vector<std::uint32_t>& table) {
    std::string bytes;
    for (const std::uint32_t value : table) bytes += number(value, 4);
    while (bytes.size() % kSector != 0) bytes += number(kNone, 4);
    return bytes;
}

// The storages of a path, made where they are not there yet; gives the place of the last.
std::size_t storageOf(std::vector<Entry>& entries, std::map<std::string, std::size_t>& storages,
                      const std::string& path) {
    if (const auto known = storages.find(path); known != storages.end()) return known->second;
    const std::size_t slash = path.rfind('/');
    const std::size_t parent =
        storageOf(entries, storages, slash == std::string::npos ? "" : path.substr(0, slash));
    entries.push_back({path.substr(slash + 1), "", 1, "", 0, entries[parent].child, kNone});
    entries[parent].child = static_cast<std::uint32_t>(entries.size() - 1);
    return storages[path] = entries.size() - 1;
}

}  // namespace

std::string utf16(std::string_view ascii) {
    std::string wide;
    for (const char c : ascii) (wide += c) += '\0';
    return wide;
}

std::string makeCfb(const std::vector<CfbStream>& streams) {
    std::vector<Entry> entries{{"Root Entry", "", 5, "", kEndOfChain, kNone, kNone}};
    std::map<std::string, std::size_t> storages{{"", 0}};
    for (const CfbStream& stream : streams) {
        const std::size_t slash = stream.path.rfind('/');
        const std::size_t parent =
            storageOf(entries, storages, slash == std::string::npos ? "" : stream.path.substr(0, slash));
        if (slash + 1 == stream.path.size()) {
            entries[parent].classId = stream.classId;
            continue;
        }
        entries.push_back(
            {stream.path.substr(slash + 1), "", 2, stream.bytes, kEndOfChain, entries[parent].child, kNone});
        entries[parent].child = static_cast<std::uint32_t>(entries.size() - 1);
    }
    Sectors sectors{kSector, {}, {}}, mini{kMini, {}, {}};
    for (Entry& entry : entries)
        if (entry.type == 2) entry.start = (entry.bytes.size() < kCutoff ? mini : sectors).add(entry.bytes);
    entries[0].bytes = mini.bytes;
    entries[0].start = sectors.add(mini.bytes);
    const std::uint32_t miniTable = sectors.add(mini.table.empty() ? "" : tableOf(mini.table));
    std::string list;
    for (const Entry& entry : entries) list += raw(entry);
    while (list.size() % kSector != 0) list += raw({"", "", 0, "", 0, kNone, kNone});
    const std::uint32_t directory = sectors.add(list);
    // The table names itself: as many sectors as it takes, and those that say where it lies beyond the first
    // 109.
    constexpr std::size_t kInHead = 109, kInSector = kSector / 4 - 1;
    std::size_t tableSectors = 1, listSectors = 0;
    const auto fits = [&] {
        return tableSectors * (kSector / 4) >= sectors.table.size() + tableSectors + listSectors;
    };
    for (; !fits(); ++tableSectors)
        listSectors = tableSectors < kInHead ? 0 : (tableSectors + 1 - kInHead + kInSector - 1) / kInSector;
    const auto tableStart = static_cast<std::uint32_t>(sectors.table.size());
    const auto listStart = tableStart + static_cast<std::uint32_t>(tableSectors);
    sectors.table.insert(sectors.table.end(), tableSectors, kTableSector);
    sectors.table.insert(sectors.table.end(), listSectors, kTableSector - 1);
    sectors.bytes += tableOf(sectors.table);
    std::size_t named = kInHead;
    for (std::size_t i = 0; i < listSectors; ++i) {
        for (std::size_t j = 0; j < kInSector; ++j, ++named)
            sectors.bytes += number(named < tableSectors ? tableStart + named : kNone, 4);
        sectors.bytes += number(i + 1 < listSectors ? listStart + i + 1 : kEndOfChain, 4);
    }

    std::string head = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + std::string(16, '\0') + number(0x3E, 2) +
                       number(3, 2) + number(0xFFFE, 2) + number(9, 2) + number(6, 2) + number(0, 6) +
                       number(0, 4) + number(tableSectors, 4) + number(directory, 4) + number(0, 4) +
                       number(kCutoff, 4) + number(miniTable, 4) +
                       number((mini.table.size() + 127) / 128, 4) +
                       number(listSectors > 0 ? listStart : kEndOfChain, 4) + number(listSectors, 4);
    for (std::uint32_t i = 0; i < kInHead; ++i) head += number(i < tableSectors ? tableStart + i : kNone, 4);
    return head + sectors.bytes;
}

std::size_t cfbTableAt(std::string_view file, std::uint32_t sector) {
    std::size_t table = 0;
    for (int i = 3; i >= 0; --i)
        table = table * 256 + static_cast<unsigned char>(file[76 + static_cast<std::size_t>(i)]);
    return (table + 1) * kSector + 4 * sector;
}

std::string makeOle10Native(const std::string& label, const std::string& path, const std::string& content) {
    const std::string rest = number(2, 2) + label + '\0' + path + '\0' + number(0x00030000, 4) +
                             number(path.size() + 1, 4) + path + '\0' + number(content.size(), 4) + content;
    return number(rest.size(), 4) + rest;
}

std::string makeRtfObject(const std::string& className, const std::string& content) {
    const std::string object = number(0x501, 4) + number(2, 4) + number(className.size() + 1, 4) + className +
                               '\0' + number(0, 4) + number(0, 4) + number(content.size(), 4) + content;
    return "{\\rtf1\\ansi text {\\object\\objemb{\\*\\objclass " + className + "}{\\*\\objdata " +
           toHexText(object) + "}} more}";
}

std::string biffRecord(std::uint16_t type, const std::string& content) {
    return number(type, 2) + number(content.size(), 2) + content;
}

std::string makeOoxml(const std::vector<std::pair<std::string, std::string>>& parts) {
    std::vector<ZipPart> zip{{.name = "[Content_Types].xml", .bytes = "<Types/>"}};
    for (const auto& [name, bytes] : parts) {
        if (name == zip[0].name) {
            zip[0].bytes = bytes;
        } else {
            zip.push_back({.name = name, .bytes = bytes});
        }
    }
    return makeZip(zip);
}

std::string makePdf(const std::vector<std::string>& objects) {
    std::string pdf = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
    int n = 0;
    for (const std::string& object : objects) pdf += std::to_string(++n) + " 0 obj\n" + object + "\nendobj\n";
    return pdf + "trailer\n<< /Root 1 0 R /Size " + std::to_string(n + 1) + " >>\n%%EOF\n";
}

std::string pdfStream(const std::string& dictionary, const std::string& content) {
    return "<< " + dictionary + " /Length " + std::to_string(content.size()) + " >>\nstream\n" + content +
           "\nendstream";
}

std::string toHexText(std::string_view bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text += kDigits[static_cast<unsigned char>(c) >> 4];
        text += kDigits[c & 0xF];
    }
    return text;
}

}  // namespace weir::test
