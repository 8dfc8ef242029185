// Letters and spaces as mail syntax sees them: ASCII alone, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace weir {

constexpr char lowerAscii(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr bool isAsciiSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
constexpr bool isAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool isAsciiDigit(char c) {
    return c >= '0' && c <= '9';
}
// Value of a hexadecimal digit; -1 for anything else.
constexpr int hexValue(char c) {
    if (isAsciiDigit(c)) return c - '0';
    c = lowerAscii(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

inline std::string lowered(std::string_view text) {
    std::string result(text);
    char* next = result.data();
    char* const end = next + result.size();
    constexpr int kBlock = 16;  // compiled into a few instructions for all of them
    for (; end - next >= kBlock; next += kBlock)
        for (int i = 0; i < kBlock; ++i) next[i] = lowerAscii(next[i]);
    for (; next < end; ++next) *next = lowerAscii(*next);
    return result;
}

constexpr bool equalIgnoringCase(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lowerAscii(a[i]) != lowerAscii(b[i])) return false;
    }
    return true;
}

constexpr std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isAsciiSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && isAsciiSpace(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace weir
