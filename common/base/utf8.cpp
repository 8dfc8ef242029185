#include "common/base/utf8.h"

#include <algorithm>

namespace weir {

std::size_t utf8Characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool isValidUtf8(std::string_view bytes) {
    for (std::size_t at = asciiRun(bytes); at < bytes.size(); at += asciiRun(bytes.substr(at))) {
        const std::size_t length = utf8Length(bytes, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

std::string validUtf8(std::string_view bytes, std::size_t limit) {
    bytes = cutUtf8(bytes, limit);
    std::string text;
    text.reserve(bytes.size());
    std::size_t begin = 0;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = utf8Length(bytes, at);
        if (length > 0) {
            at += length;
            continue;
        }
        text.append(bytes.substr(begin, at - begin));
        text += kReplacementCharacter;
        begin = ++at;
    }
    text.append(bytes.substr(begin));
    text.resize(cutUtf8(text, limit).size());  // U+FFFD is longer than the byte it stands for
    return text;
}

std::string_view cutUtf8(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    // A character has at most three bytes behind its first; more of them in a row are no character's.
    for (std::size_t back = 0; back <= 3 && back <= limit; ++back) {
        const std::size_t end = limit - back;
        if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80) return text.substr(0, end);
    }
    return text.substr(0, limit);
}

void appendCodePoint(std::string& out, char32_t code) {
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        tail(0);
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | (code >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0 | (code >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

}  // namespace weir
