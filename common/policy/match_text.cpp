#include "common/policy/match_text.h"

#include <glib.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "common/base/utf8.h"

namespace weir {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

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

}  // namespace

std::string foldedText(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    bool afterSpace = true;  // so leading white space goes
    for (std::size_t at = 0; at < text.size();) {
        if (const std::size_t run = asciiRun(text.substr(at))) {
            const std::size_t before = out.size();
            out.resize(before + run);
            const char* written = foldAscii(reinterpret_cast<const unsigned char*>(text.data()) + at, run,
                                            out.data() + before, afterSpace);
            out.resize(static_cast<std::size_t>(written - out.data()));
            at += run;
            continue;
        }
        const std::size_t length = utf8Length(text, at);
        const char32_t character = length == 0 ? kReplacement : utf8CodePoint(text, at, length);
        at += std::max<std::size_t>(length, 1);
        if (isInvisible(character)) continue;
        const bool space = isSpace(character);
        if (space && afterSpace) continue;
        afterSpace = space;
        if (space) {
            out.push_back(' ');
        } else {
            appendCodePoint(out, foldedCharacter(character));
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string_view regexText(std::string_view text, std::string& buffer) {
    std::size_t copied = 0;  // everything before is in `buffer`
    bool changed = false;
    for (std::size_t at = asciiRun(text); at < text.size(); at += asciiRun(text.substr(at))) {
        const std::size_t length = utf8Length(text, at), used = std::max<std::size_t>(length, 1);
        const char32_t character = length == 0 ? kReplacement : utf8CodePoint(text, at, length);
        const char32_t plain = character == 0x17F ? U's' : character == 0x212A ? U'k' : character;
        if (length == 0 || plain != character) {
            if (!changed) buffer.clear();
            changed = true;
            buffer.append(text, copied, at - copied);
            appendCodePoint(buffer, plain);
            copied = at + used;
        }
        at += used;
    }
    if (!changed) return text;
    buffer.append(text, copied);
    return buffer;
}

std::string boundedText(std::string_view text, std::size_t limit) {
    std::string buffer;
    std::string_view valid = regexText(text.substr(0, limit + 4), buffer);
    if (text.size() <= limit && valid.size() <= limit) return std::string(valid);
    return std::string(cutUtf8(valid, limit)) + "…";
}

}  // namespace weir
