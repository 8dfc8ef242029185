#include "common/mail/transfer_encoding.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/mail/ascii.h"
#include "common/mail/uuencode.h"
#include "common/mail/yenc.h"

namespace weir {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0x80;

using Digits = std::array<std::uint8_t, 256>;

constexpr Digits kDigits = [] {
    Digits table{};
    table.fill(kNoDigit);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return table;
}();
constexpr Digits kUrlDigits = [] {
    Digits table = kDigits;
    table['-'] = 62;
    table['_'] = 63;
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
    if (whole.pads == 0) return size;
    const std::size_t pad = encoded.find('=');
    if (census(encoded.substr(pad)).digits == 0) return size;
    size.damaged = true;
    size.bytes = 0;
    base64Groups(encoded, [&](std::string_view group) { size.bytes += census(group).digits * 3 / 4; });
    return size;
}

DecodedSize base64UrlSize(std::string_view encoded) {
    DecodedSize size = base64Size(encoded);
    size.bytes = 0;
    base64Groups(encoded, [&](std::string_view group) {
        const auto more =
            std::count_if(group.begin(), group.end(), [](char c) { return c == '-' || c == '_'; });
        size.bytes += (census(group).digits + static_cast<std::uint64_t>(more)) * 3 / 4;
    });
    return size;
}

// Reads base64 piece by piece, in one of the ways of reading it.
class Base64Decoder {
  public:
    explicit Base64Decoder(TransferEncoding reading)
        : digits_(reading == TransferEncoding::kBase64Url ? kUrlDigits : kDigits), reading_(reading) {}

    // Decodes the front of `encoded` as far as there is room, and removes it; returns the end of the output.
    char* decode(std::string_view& encoded, char* out, const char* outEnd) {
        while (!encoded.empty() && out < outEnd) {
            const std::string_view window = encoded.substr(0, kWindow);
            const std::size_t pad = window.find('=');
            const std::size_t run = std::min(pad, window.size());
            const std::size_t read = decodeRun(encoded.substr(0, run), out, outEnd);
            encoded.remove_prefix(read);
            if (read == run && pad != std::string_view::npos) passPad(encoded);
        }
        return out;
    }
    bool damaged() const { return damaged_; }

  private:
    static constexpr std::size_t kWindow = 64u << 10;

    void passPad(std::string_view& encoded) {
        encoded.remove_prefix(1);
        padded_ = true;
        if (reading_ == TransferEncoding::kBase64PastPadding) return;
        count_ = 0;
        bits_ = 0;
        if (reading_ == TransferEncoding::kBase64ToPadding) encoded = {};
    }

    // Returns how much of `run`, which holds no "=", was read.
    std::size_t decodeRun(std::string_view run, char*& out, const char* outEnd) {
        const auto digit = [&](std::size_t at) { return digits_[static_cast<unsigned char>(run[at])]; };
        std::size_t i = 0;
        while (i < run.size() && out < outEnd) {
            if (count_ == 0) {
                while (i + 4 <= run.size() && outEnd - out >= 3) {
                    const std::uint8_t a = digit(i), b = digit(i + 1), c = digit(i + 2), d = digit(i + 3);
                    if ((a | b | c | d) & kNoDigit) break;
                    damaged_ |= padded_;
                    out[0] = static_cast<char>(a << 2 | b >> 4);
                    out[1] = static_cast<char>(b << 4 | c >> 2);
                    out[2] = static_cast<char>(c << 6 | d);
                    out += 3;
                    i += 4;
                }
                if (i == run.size() || out == outEnd) break;
            }
            const char c = run[i];
            const std::uint8_t value = digit(i++);
            if (value == kNoDigit) {
                damaged_ |= !isAsciiSpace(c);
                continue;
            }
            damaged_ |= padded_;
            bits_ = bits_ << 6 | value;
            if (++count_ == 1) continue;
            *out++ = static_cast<char>(bits_ >> (2 * (4 - count_)));  // 4, 2, 0 bits are left over
            if (count_ == 4) count_ = 0;
        }
        return i;
    }

    const Digits& digits_;
    TransferEncoding reading_;
    std::uint32_t bits_ = 0;
    int count_ = 0;
    bool padded_ = false, damaged_ = false;
};

bool decodeBase64(TransferEncoding reading, std::string_view encoded, std::string& out, std::size_t limit) {
    const std::size_t start = out.size();
    const std::size_t room = std::min<std::size_t>(limit, encoded.size() / 4 * 3 + 3);
    out.resize(start + room);
    Base64Decoder decoder(reading);
    const char* end = decoder.decode(encoded, out.data() + start, out.data() + out.size());
    out.resize(static_cast<std::size_t>(end - out.data()));
    return decoder.damaged();
}

void streamBase64(TransferEncoding reading, std::string_view encoded, const DecodedBytes& put) {
    std::array<char, 48u << 10> buffer;
    Base64Decoder decoder(reading);
    while (!encoded.empty()) {
        const char* end = decoder.decode(encoded, buffer.data(), buffer.data() + buffer.size());
        const auto size = static_cast<std::size_t>(end - buffer.data());
        if (size > 0 && !put({buffer.data(), size})) return;
    }
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

// Gives `put` fewer and larger pieces than the decoder makes.
template <class Decode>
void gathered(const DecodedBytes& put, Decode decode) {
    constexpr std::size_t kPiece = 16u << 10;
    std::string pieces;
    bool more = true;
    decode([&](std::string_view bytes) {
        pieces += bytes;
        if (pieces.size() < kPiece) return true;
        more = put(pieces);
        pieces.clear();
        return more;
    });
    if (more && !pieces.empty()) put(pieces);
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
        case TransferEncoding::kBase64ToPadding:
            return base64Size(encoded.substr(0, encoded.find('=')));
        case TransferEncoding::kBase64PastPadding:
            size.bytes = census(encoded).digits * 3 / 4;
            size.damaged = base64Size(encoded).damaged;
            break;
        case TransferEncoding::kBase64Url:
            return base64UrlSize(encoded);
        case TransferEncoding::kQuotedPrintable:
            size.damaged = quotedPrintable(encoded, count);
            break;
        case TransferEncoding::kUuencode:
            uudecode(encoded, count);
            size.damaged = size.bytes == 0 && !trimmed(encoded).empty();
            break;
        case TransferEncoding::kYenc:
            yencDecode(encoded, count);
            break;
    }
    return size;
}

bool decodeTransfer(TransferEncoding encoding, std::string_view encoded, std::string& out,
                    std::size_t limit) {
    const auto append =
        [&, end = limit > SIZE_MAX - out.size() ? SIZE_MAX : out.size() + limit](std::string_view bytes) {
            out.append(bytes.substr(0, end - out.size()));
            return out.size() < end;
        };
    switch (encoding) {
        case TransferEncoding::kIdentity:
            out.append(encoded.substr(0, limit));
            return false;
        case TransferEncoding::kBase64:
        case TransferEncoding::kBase64ToPadding:
        case TransferEncoding::kBase64PastPadding:
        case TransferEncoding::kBase64Url:
            return decodeBase64(encoding, encoded, out, limit);
        case TransferEncoding::kQuotedPrintable:
            return quotedPrintable(encoded, append);
        case TransferEncoding::kUuencode:
            uudecode(encoded, append);
            return false;
        case TransferEncoding::kYenc:
            yencDecode(encoded, append);
            return false;
    }
    return false;
}

void decodeTransfer(TransferEncoding encoding, std::string_view encoded, const DecodedBytes& put) {
    switch (encoding) {
        case TransferEncoding::kIdentity:
            if (!encoded.empty()) put(encoded);
            break;
        case TransferEncoding::kBase64:
        case TransferEncoding::kBase64ToPadding:
        case TransferEncoding::kBase64PastPadding:
        case TransferEncoding::kBase64Url:
            streamBase64(encoding, encoded, put);
            break;
        case TransferEncoding::kQuotedPrintable:
            gathered(put, [&](const auto& take) { quotedPrintable(encoded, take); });
            break;
        case TransferEncoding::kUuencode:
            gathered(put, [&](const auto& take) { uudecode(encoded, take); });
            break;
        case TransferEncoding::kYenc:
            gathered(put, [&](const auto& take) { yencDecode(encoded, take); });
            break;
    }
}

Base64Shape base64Shape(std::string_view encoded) {
    const std::size_t pad = std::min(encoded.find('='), encoded.size());
    const Base64Census before = census(encoded.substr(0, pad)), after = census(encoded.substr(pad));
    return {before.digits, before.foreign, after.digits, after.foreign};
}

bool looksLikeBase64(std::string_view text) {
    constexpr std::size_t kLooked = 512, kFewest = 16;
    const bool whole = text.size() <= kLooked;
    const Base64Census seen = census(text.substr(0, kLooked));
    return seen.digits >= kFewest && seen.foreign == 0 && seen.pads <= 2 && (seen.pads == 0 || whole) &&
           text.substr(0, kFewest).find_first_of(" \t") == std::string_view::npos;
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
