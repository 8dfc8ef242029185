#include "common/mail/transfer_encoding.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0x80;

constexpr auto kDigits = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(kNoDigit);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return table;
}();

struct Base64Census {
    std::uint64_t digits = 0, pads = 0, foreign = 0;
};

// Sixteen bytes at once (a GCC and Clang extension); a comparison gives 0xFF where it holds.
using Bytes = std::uint8_t __attribute__((vector_size(16)));

std::uint64_t sum(Bytes counts) {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < sizeof counts; ++i) total += counts[i];
    return total;
}

void countBlock(const char* bytes, std::size_t vectors, Base64Census& total) {
    Bytes digits = {}, pads = {}, spaces = {};  // less one for each hit: at most 255 vectors a block
    for (std::size_t i = 0; i < vectors; ++i) {
        Bytes c;
        std::memcpy(&c, bytes + i * sizeof c, sizeof c);
        const Bytes letter = (c | 0x20) - 'a', number = c - '0';
        digits += Bytes((letter < 26) | (number < 10) | (c == '+') | (c == '/'));
        pads += Bytes(c == '=');
        spaces += Bytes((c == '\r') | (c == '\n') | (c == ' ') | (c == '\t'));
    }
    total.digits += sum(-digits);
    total.pads += sum(-pads);
    total.foreign += vectors * sizeof(Bytes) - sum(-digits) - sum(-pads) - sum(-spaces);
}

Base64Census census(std::string_view encoded) {
    constexpr std::size_t kMostVectors = 255;
    Base64Census total;
    while (encoded.size() >= sizeof(Bytes)) {
        const std::size_t vectors = std::min(encoded.size() / sizeof(Bytes), kMostVectors);
        countBlock(encoded.data(), vectors, total);
        encoded.remove_prefix(vectors * sizeof(Bytes));
    }
    for (const char c : encoded) {
        const bool digit = kDigits[static_cast<unsigned char>(c)] != kNoDigit;
        const bool pad = c == '=';
        const bool space = c == '\r' || c == '\n' || c == ' ' || c == '\t';
        total.digits += digit;
        total.pads += pad;
        total.foreign += !digit && !pad && !space;
    }
    return total;
}

// Calls take(run) for each stretch of digits up to a "=" or the end.
template <class Take>
void base64Groups(std::string_view encoded, Take take) {
    while (!encoded.empty()) {
        const std::size_t pad = encoded.find('=');
        take(encoded.substr(0, pad));
        if (pad == std::string_view::npos) return;
        encoded.remove_prefix(pad + 1);
    }
}

DecodedSize base64Size(std::string_view encoded) {
    const Base64Census whole = census(encoded);
    DecodedSize size{whole.digits * 3 / 4, whole.foreign > 0};
    const std::size_t pad = encoded.find('=');
    if (pad == std::string_view::npos || census(encoded.substr(pad)).digits == 0) return size;
    size.bytes = 0;
    base64Groups(encoded, [&](std::string_view group) { size.bytes += census(group).digits * 3 / 4; });
    return size;
}

// One group; returns the end of what it wrote to `out`, which must have room for 3/4 of the group.
char* decodeBase64Group(std::string_view group, char* out, const char* outEnd) {
    const auto digit = [&](std::size_t i) { return kDigits[static_cast<unsigned char>(group[i])]; };
    std::uint32_t bits = 0;
    int count = 0;
    for (std::size_t i = 0; i < group.size() && out < outEnd;) {
        if (count == 0) {
            while (i + 4 <= group.size() && outEnd - out >= 3) {
                const std::uint8_t a = digit(i), b = digit(i + 1), c = digit(i + 2), d = digit(i + 3);
                if ((a | b | c | d) & kNoDigit) break;
                out[0] = static_cast<char>(a << 2 | b >> 4);
                out[1] = static_cast<char>(b << 4 | c >> 2);
                out[2] = static_cast<char>(c << 6 | d);
                out += 3;
                i += 4;
            }
            if (i == group.size() || out == outEnd) break;
        }
        const std::uint8_t value = digit(i++);
        if (value == kNoDigit) continue;
        bits = bits << 6 | value;
        if (++count == 1) continue;
        const int shift = 2 * (4 - count);  // 4, 2, 0 bits are left over
        *out++ = static_cast<char>(bits >> shift);
        if (count == 4) count = 0;
    }
    return out;
}

void decodeBase64(std::string_view encoded, std::string& out, std::size_t limit) {
    const std::size_t start = out.size();
    const std::size_t room = std::min<std::size_t>(limit, encoded.size() / 4 * 3 + 3);
    out.resize(start + room);
    char* end = out.data() + start;
    const char* roomEnd = end + room;
    base64Groups(encoded, [&](std::string_view group) { end = decodeBase64Group(group, end, roomEnd); });
    out.resize(static_cast<std::size_t>(end - out.data()));
}

// Calls put(bytes) for each decoded stretch until it returns false; returns whether anything was damaged.
template <class Put>
bool quotedPrintable(std::string_view encoded, Put put) {
    bool damaged = false;
    while (!encoded.empty()) {
        const std::size_t equals = std::min(encoded.find('='), encoded.size());
        if (equals > 0 && !put(encoded.substr(0, equals))) return damaged;
        encoded.remove_prefix(equals);
        if (encoded.empty()) break;
        if (encoded.size() >= 3 && hexValue(encoded[1]) >= 0 && hexValue(encoded[2]) >= 0) {
            const char byte = static_cast<char>(hexValue(encoded[1]) * 16 + hexValue(encoded[2]));
            if (!put({&byte, 1})) return damaged;
            encoded.remove_prefix(3);
            continue;
        }
        std::size_t lineEnd = 1;
        while (lineEnd < encoded.size() && (encoded[lineEnd] == ' ' || encoded[lineEnd] == '\t')) ++lineEnd;
        if (encoded.substr(lineEnd).starts_with("\r\n")) {
            encoded.remove_prefix(lineEnd + 2);
        } else if (lineEnd == encoded.size() || encoded[lineEnd] == '\n') {
            encoded.remove_prefix(std::min(lineEnd + 1, encoded.size()));
        } else {
            damaged = true;
            if (!put(encoded.substr(0, lineEnd))) return damaged;
            encoded.remove_prefix(lineEnd);
        }
    }
    return damaged;
}

// The first file after a "begin" line (POSIX uuencode); each line's first byte says how many bytes it holds.
template <class Put>
void uudecode(std::string_view encoded, Put put) {
    bool begun = false;
    while (!encoded.empty()) {
        const std::size_t end = std::min(encoded.find('\n'), encoded.size());
        std::string_view line = encoded.substr(0, end);
        encoded.remove_prefix(std::min(end + 1, encoded.size()));
        if (!begun) {
            begun = line.starts_with("begin ");
            continue;
        }
        if (line.starts_with("end") || line.empty()) return;
        const auto sextet = [&](std::size_t i) {
            return i < line.size() ? static_cast<unsigned>(line[i] - ' ') & 0x3F : 0u;
        };
        const std::size_t size = sextet(0);
        std::array<char, 66> bytes;
        for (std::size_t i = 0; i < size; i += 3) {
            const std::size_t at = 1 + i / 3 * 4;
            const unsigned bits =
                sextet(at) << 18 | sextet(at + 1) << 12 | sextet(at + 2) << 6 | sextet(at + 3);
            bytes[i] = static_cast<char>(bits >> 16);
            bytes[i + 1] = static_cast<char>(bits >> 8);
            bytes[i + 2] = static_cast<char>(bits);
        }
        if (size > 0 && !put(std::string_view(bytes.data(), size))) return;
    }
}

}  // namespace

TransferEncoding transferEncodingFromText(std::string_view value) {
    value = trimmed(value);
    value = value.substr(0, value.find_first_of("; \t\r\n("));
    if (equalIgnoringCase(value, "base64")) return TransferEncoding::kBase64;
    if (equalIgnoringCase(value, "quoted-printable")) return TransferEncoding::kQuotedPrintable;
    for (const char* name : {"x-uuencode", "uuencode", "x-uue", "uue"}) {
        if (equalIgnoringCase(value, name)) return TransferEncoding::kUuencode;
    }
    return TransferEncoding::kIdentity;
}

DecodedSize decodedSize(TransferEncoding encoding, std::string_view encoded) {
    DecodedSize size;
    const auto count = [&](std::string_view bytes) {
        size.bytes += bytes.size();
        return true;
    };
    switch (encoding) {
        case TransferEncoding::kIdentity:
            size.bytes = encoded.size();
            break;
        case TransferEncoding::kBase64:
            return base64Size(encoded);
        case TransferEncoding::kQuotedPrintable:
            size.damaged = quotedPrintable(encoded, count);
            break;
        case TransferEncoding::kUuencode:
            uudecode(encoded, count);
            size.damaged = size.bytes == 0 && !trimmed(encoded).empty();
            break;
    }
    return size;
}

void decodeTransfer(TransferEncoding encoding, std::string_view encoded, std::string& out,
                    std::size_t limit) {
    const auto append =
        [&, end = limit > SIZE_MAX - out.size() ? SIZE_MAX : out.size() + limit](std::string_view bytes) {
            out.append(bytes.substr(0, end - out.size()));
            return out.size() < end;
        };
    switch (encoding) {
        case TransferEncoding::kIdentity:
            out.append(encoded.substr(0, limit));
            break;
        case TransferEncoding::kBase64:
            decodeBase64(encoded, out, limit);
            break;
        case TransferEncoding::kQuotedPrintable:
            quotedPrintable(encoded, append);
            break;
        case TransferEncoding::kUuencode:
            uudecode(encoded, append);
            break;
    }
}

void appendBase64(std::string& out, std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t j = 0; j < 3; ++j) {
            bits = bits << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
        }
        for (std::size_t j = 0; j < 4; ++j) {
            out += i + j > bytes.size() ? '=' : kAlphabet[bits >> (18 - 6 * j) & 0x3F];
        }
    }
}

}  // namespace weir
