#include "common/policy/match_text.h"

#include <glib.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace weir {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Decoded {
    char32_t character;
    std::size_t length;  // bytes used, at least 1
    bool valid;
};

// One character of UTF-8 (RFC 3629) at `p`; an invalid byte is one replacement character.
Decoded decode(const unsigned char* p, const unsigned char* end) {
    const unsigned char first = *p;
    if (first < 0x80) return {first, 1, true};
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || static_cast<std::size_t>(end - p) < length)
        return {kReplacement, 1, false};
    char32_t value = first & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((p[i] & 0xC0) != 0x80) return {kReplacement, 1, false};
        value = (value << 6) | (p[i] & 0x3Fu);
    }
    const bool tooLong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    if (tooLong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {kReplacement, 1, false};
    return {value, length, true};
}

void encode(std::string& out, char32_t c) {
    const auto put = [&](char32_t byte) {
        out.push_back(static_cast<char>(static_cast<unsigned char>(byte)));
    };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xC0 | (c >> 6));
    } else if (c < 0x10000) {
        put(0xE0 | (c >> 12));
        put(0x80 | ((c >> 6) & 0x3F));
    } else {
        put(0xF0 | (c >> 18));
        put(0x80 | ((c >> 12) & 0x3F));
        put(0x80 | ((c >> 6) & 0x3F));
    }
    put(0x80 | (c & 0x3F));
}

bool isInvisible(char32_t c) {
    return c == 0xAD || c == 0x34F || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0xFEFF;
}

bool isSpace(char32_t c) {
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

char32_t foldedCharacter(char32_t c) {
    if (c == 0x17F) return 's';
    if (c == 0x1E9E) return 0xDF;
    if (c == 0x3C2) return 0x3C3;  // final sigma
    return g_unichar_tolower(static_cast<gunichar>(c));
}

// What an ASCII byte becomes: lower case, and every white space or control character a space.
constexpr unsigned char asciiFold(unsigned char c) {
    const auto lower = static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return lower <= ' ' || lower == 127 ? ' ' : lower;
}

// The folded form of an ASCII run goes to `to`; returns its end. `afterSpace`: a space was written last.
char* foldAscii(const unsigned char* p, std::size_t length, char* to, bool& afterSpace) {
    const auto one = [&](unsigned char c) {  // no branch: a space overwrites the space before it
        const char folded = static_cast<char>(asciiFold(c));
        const bool space = folded == ' ';
        *to = folded;
        to += !(space && afterSpace);
        afterSpace = space;
    };
    constexpr std::size_t kBlock = 16;  // compiled into a few instructions for all of them
    while (length >= kBlock) {
        std::array<unsigned char, kBlock> folded;
        std::array<unsigned char, kBlock + 1> spaces;
        spaces[0] = afterSpace;
        for (std::size_t i = 0; i < kBlock; ++i) folded[i] = asciiFold(p[i]);
        for (std::size_t i = 0; i < kBlock; ++i) spaces[i + 1] = folded[i] == ' ';
        unsigned char doubled = 0;
        for (std::size_t i = 0; i < kBlock; ++i)
            doubled = static_cast<unsigned char>(doubled | (spaces[i] & spaces[i + 1]));
        if (doubled == 0) {
            std::memcpy(to, folded.data(), kBlock);
            to += kBlock;
            afterSpace = spaces[kBlock];
        } else {
            for (std::size_t i = 0; i < kBlock; ++i) one(p[i]);
        }
        p += kBlock;
        length -= kBlock;
    }
    for (std::size_t i = 0; i < length; ++i) one(p[i]);
    return to;
}

// Length of the ASCII run at `p`.
std::size_t asciiRun(const unsigned char* p, const unsigned char* end) {
    const unsigned char* start = p;
    while (end - p >= 8) {
        std::uint64_t word;
        std::memcpy(&word, p, 8);
        if (word & 0x8080808080808080ull) break;
        p += 8;
    }
    while (p < end && *p < 0x80) ++p;
    return static_cast<std::size_t>(p - start);
}

}  // namespace

std::string foldedText(std::string_view text) {
    const auto* p = reinterpret_cast<const unsigned char*>(text.data());
    const auto* end = p + text.size();
    std::string out;
    out.reserve(text.size() + 16);
    bool afterSpace = true;  // so leading white space goes
    while (p < end) {
        if (const std::size_t run = asciiRun(p, end)) {
            const std::size_t before = out.size();
            out.resize(before + run);
            const char* written = foldAscii(p, run, out.data() + before, afterSpace);
            out.resize(static_cast<std::size_t>(written - out.data()));
            p += run;
            continue;
        }
        const Decoded one = decode(p, end);
        p += one.length;
        if (isInvisible(one.character)) continue;
        const bool space = isSpace(one.character);
        if (space && afterSpace) continue;
        afterSpace = space;
        if (space) {
            out.push_back(' ');
        } else {
            encode(out, foldedCharacter(one.character));
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string_view regexText(std::string_view text, std::string& buffer) {
    const auto* begin = reinterpret_cast<const unsigned char*>(text.data());
    const auto* end = begin + text.size();
    const unsigned char* copied = begin;  // everything before is in `buffer`
    bool changed = false;
    for (const unsigned char* p = begin; p < end;) {
        p += asciiRun(p, end);
        if (p == end) break;
        const Decoded one = decode(p, end);
        const char32_t plain = one.character == 0x17F ? U's' : one.character == 0x212A ? U'k' : one.character;
        if (!one.valid || plain != one.character) {
            if (!changed) buffer.clear();
            changed = true;
            buffer.append(reinterpret_cast<const char*>(copied), static_cast<std::size_t>(p - copied));
            encode(buffer, plain);
            copied = p + one.length;
        }
        p += one.length;
    }
    if (!changed) return text;
    buffer.append(reinterpret_cast<const char*>(copied), static_cast<std::size_t>(end - copied));
    return buffer;
}

std::string boundedText(std::string_view text, std::size_t limit) {
    std::string buffer;
    std::string_view valid = regexText(text.substr(0, limit + 4), buffer);
    if (text.size() <= limit && valid.size() <= limit) return std::string(valid);
    std::size_t cut = std::min(limit, valid.size());
    while (cut > 0 && cut < valid.size() && (static_cast<unsigned char>(valid[cut]) & 0xC0) == 0x80) --cut;
    return std::string(valid.substr(0, cut)) + "…";
}

}  // namespace weir
