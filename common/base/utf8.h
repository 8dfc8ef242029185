// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing over U+10FFFF. Every function takes any bytes.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace weir {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";  // U+FFFD

// Length of the ASCII run at the front.
inline std::size_t asciiRun(std::string_view bytes) {
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        std::uint64_t word;
        std::memcpy(&word, bytes.data() + i, 8);
        if (word & 0x8080808080808080u) break;
    }
    while (i < bytes.size() && static_cast<unsigned char>(bytes[i]) < 0x80) ++i;
    return i;
}

inline bool isAscii(std::string_view bytes) {
    return asciiRun(bytes) == bytes.size();
}

// Length of the character at `at`, which is below the text's size; 0: there is none.
inline std::size_t utf8Length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0) != 0x80) return 0;
    if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) return 0;
    if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) return 0;
    return length;
}

// Code point of the character at `at`, whose utf8Length is `length`.
inline char32_t utf8CodePoint(std::string_view text, std::size_t at, std::size_t length) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    char32_t code = length == 1 ? byte(0) : byte(0) & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3Fu);
    return code;
}

// First bytes of characters: what a terminal shows of valid text, but for marks and wide characters.
std::size_t utf8Characters(std::string_view text);

bool isValidUtf8(std::string_view bytes);

// The first `limit` bytes, without the beginning of a character that ends behind them.
std::string_view cutUtf8(std::string_view text, std::size_t limit);

// Valid UTF-8 of at most `limit` bytes: each invalid byte becomes U+FFFD, and no character is cut in two.
std::string validUtf8(std::string_view bytes, std::size_t limit = SIZE_MAX);

// U+0000 to U+10FFFF; anything else, and surrogates, as U+FFFD.
void appendCodePoint(std::string& out, char32_t code);

}  // namespace weir
