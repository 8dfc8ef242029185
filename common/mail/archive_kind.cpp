#include "common/mail/archive_kind.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "common/mail/archive_bytes.h"
#include "common/mail/archive_rar.h"
#include "common/mail/archive_reader.h"
#include "common/mail/ascii.h"

namespace weir {
namespace {

using namespace std::string_view_literals;

struct Signature {
    std::size_t at;
    std::string_view bytes;
};

constexpr std::array kArchiveSignatures = std::to_array<Signature>({
    {0, "PK\3\4"},
    {0, "PK\5\6"},
    {0, "PK\7\10"},
    {0, "PK00PK"},
    {0, "Rar!\x1a\x07"},
    {0, "7z\xbc\xaf\x27\x1c"},
    {0, "\x1f\x8b"},
    {0, "\x1f\x9d"},
    {0, "BZh"},
    {0,
     "\xfd"
     "7zXZ\0"sv},
    {0, "LZIP"},
    {0, "\x28\xb5\x2f\xfd"},
    {1, "\x2a\x4d\x18"},
    {0, "\x04\x22\x4d\x18"},
    {0, "\x5d\0\0"sv},
    {0, "MSCF\0\0\0\0"sv},
    {2, "-lh"},
    {2, "-lz"},
    {0, "!<arch>\n"},
    {0, "0707"},
    {0, "\xc7\x71"},
    {0, "\x71\xc7"},
    {0, "\xed\xab\xee\xdb"},
    {257, "ustar"},
    {32769, "CD001"},
    {0, "MZ"},
    {0,
     "\x7f"
     "ELF"},
});

constexpr std::size_t kMostBefore = 4u << 20;
constexpr std::size_t kTarBlock = 512, kTarSumAt = 148, kTarSumSize = 8;

// The oldest tar has no signature, but a checksum (as octal digits) over its first block.
bool hasTarChecksum(std::string_view head) {
    if (head.size() < kTarBlock) return false;
    std::uint32_t sum = 8 * ' ', stored = 0;
    for (std::size_t i = 0; i < kTarBlock; ++i)
        if (i < kTarSumAt || i >= kTarSumAt + kTarSumSize) sum += static_cast<unsigned char>(head[i]);
    bool any = false;
    for (const char c : head.substr(kTarSumAt, kTarSumSize)) {
        if (c >= '0' && c <= '7') {
            stored = stored * 8 + static_cast<std::uint32_t>(c - '0');
            any = true;
        } else if (c != ' ') {
            break;
        }
    }
    return any && stored == sum;
}

// Six bytes are found by chance; the header behind them has a checksum.
bool is7z(std::string_view bytes) {
    if (!bytes.starts_with("7z\xbc\xaf\x27\x1c") || bytes.size() < 32) return false;
    return ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()) + 12, 20) == u32At(bytes, 8);
}

bool isCab(std::string_view bytes) {
    return bytes.starts_with("MSCF\0\0\0\0"sv) && u32At(bytes, 8) > 36 && u32At(bytes, 12) == 0 &&
           u16At(bytes, 24) == 0x0103;
}

bool startsWithIgnoringCase(std::string_view text, std::string_view start) {
    return equalIgnoringCase(text.substr(0, start.size()), start);
}

std::string textType(std::string_view head) {
    constexpr std::array kTypes = std::to_array<std::pair<std::string_view, const char*>>({
        {"{\\rt", "text/rtf"},
        {"%!PS", "application/postscript"},
        {"#!", "text/x-shellscript"},
        {"<?php", "text/x-php"},
        {"@echo", "text/x-msdos-batch"},
        {"<!doctype html", "text/html"},
        {"<html", "text/html"},
        {"<head", "text/html"},
        {"<body", "text/html"},
        {"<script", "text/html"},
        {"<svg", "image/svg+xml"},
    });
    head = trimmed(head.starts_with("\xef\xbb\xbf") ? head.substr(3) : head);
    for (const auto& [mark, type] : kTypes)
        if (startsWithIgnoringCase(head, mark)) return type;
    if (!startsWithIgnoringCase(head, "<?xml")) return "text/plain";
    return head.find("<svg") != std::string_view::npos ? "image/svg+xml" : "text/xml";
}

}  // namespace

bool isText(std::string_view head) {
    return std::none_of(head.begin(), head.end(), [](char c) {
        return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f';
    });
}

bool looksLikeArchive(std::string_view head) {
    return hasTarChecksum(head) || std::any_of(kArchiveSignatures.begin(), kArchiveSignatures.end(),
                                               [head](const Signature& signature) {
                                                   return hasAt(head, signature.at, signature.bytes);
                                               });
}

std::string_view compressedKind(std::string_view head) {
    if (head.starts_with("\x1f\x8b\x08"sv)) return "gz";
    if (head.starts_with("BZh") && hasAt(head, 4, "1AY&SY"sv)) return "bz2";
    if (head.starts_with("\xFD\x37zXZ\0"sv)) return "xz";
    if (head.starts_with("\x28\xB5\x2F\xFD"sv)) return "zst";
    return {};
}

std::size_t embeddedArchive(std::string_view bytes) {
    const std::string_view area = bytes.substr(0, kMostBefore);
    std::size_t first = std::string_view::npos;
    for (const std::string_view mark : {"7z\xbc\xaf"sv, "Rar!"sv, "MSCF"sv}) {
        for (std::size_t at = area.find(mark, 1); at < std::min(first, area.size());
             at = area.find(mark, at + 1)) {
            const std::string_view rest = bytes.substr(at);
            if (is7z(rest) || isWholeRar(rest) || isCab(rest)) first = at;
        }
    }
    return first;
}

bool couldBeDiscImage(std::string_view head) {
    const auto zeros = [](std::string_view part) {
        return std::all_of(part.begin(), part.end(), [](char c) { return c == '\0'; });
    };
    // The system area is empty but for a boot record.
    return head.size() >= 2048 && (zeros(head.substr(0, 512)) || hasAt(head, 510, "\x55\xaa")) &&
           zeros(head.substr(head.size() - 512));
}

bool isDiscImage(std::string_view head) {
    return hasAt(head, 32769, "CD001");
}

std::string quickType(std::string_view head) {
    constexpr std::array kTypes = std::to_array<std::pair<std::string_view, const char*>>({
        {"MZ", "application/x-dosexec"},
        {"\x7f"
         "ELF",
         "application/x-executable"},
        {"PK\3\4", "application/zip"},
        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/CDFV2"},
        {"%PDF", "application/pdf"},
        {"\xca\xfe\xba\xbe", "application/x-java-applet"},
        {"L\0\0\0\1\x14\2\0"sv, "application/x-ms-shortcut"},
        {"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
        {"Rar!\x1a\x07", "application/x-rar"},
        {"\x1f\x8b", "application/gzip"},
        {"MSCF\0\0\0\0"sv, "application/vnd.ms-cab-compressed"},
    });
    for (const auto& [mark, type] : kTypes)
        if (head.starts_with(mark)) return type;
    if (head.empty()) return "application/x-empty";
    return isText(head) ? textType(head) : "application/octet-stream";
}

}  // namespace weir
