#include "common/mail/url_text.h"

#include <algorithm>
#include <cstdint>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::size_t kLongestScheme = 32;

bool isUnreserved(char c) {
    return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void appendEncoded(std::string& out, char c) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
}

// The byte that "%XX" at `at` stands for; -1 when there is none.
int encodedByte(std::string_view text, std::size_t at) {
    if (at + 2 >= text.size() || text[at] != '%') return -1;
    const int high = hexValue(text[at + 1]), low = hexValue(text[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace

std::string percentDecoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int byte = encodedByte(text, at);
        out += byte < 0 ? text[at] : static_cast<char>(byte);
        if (byte >= 0) at += 2;
    }
    return out;
}

std::string percentNormal(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int byte = encodedByte(text, at);
        if (byte >= 0) {
            const char c = static_cast<char>(byte);
            isUnreserved(c) ? static_cast<void>(out += c) : appendEncoded(out, c);
            at += 2;
        } else if (static_cast<unsigned char>(text[at]) <= ' ' ||
                   static_cast<unsigned char>(text[at]) >= 0x7F ||
                   std::string_view("\"<>`{}%").find(text[at]) != std::string_view::npos) {
            appendEncoded(out, text[at]);
        } else {
            out += text[at];
        }
    }
    return out;
}

std::optional<std::string> base64UrlDecoded(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        int value = -1;
        if (c >= 'A' && c <= 'Z') value = c - 'A';
        if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
        if (isAsciiDigit(c)) value = c - '0' + 52;
        if (c == '+' || c == '-') value = 62;
        if (c == '/' || c == '_') value = 63;
        if (value < 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out.push_back(static_cast<char>(bits >> count & 255));
        }
    }
    return out;
}

std::string withoutUrlSpace(std::string_view url) {
    while (!url.empty() && static_cast<unsigned char>(url.front()) <= ' ') url.remove_prefix(1);
    while (!url.empty() && static_cast<unsigned char>(url.back()) <= ' ') url.remove_suffix(1);
    std::string out(url);
    if (std::any_of(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }))
        std::erase_if(out, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
    return out;
}

std::string urlScheme(std::string_view url) {
    std::size_t end = 0;
    while (end < url.size() && end < kLongestScheme &&
           (isAsciiLetter(url[end]) ||
            (end > 0 && (isAsciiDigit(url[end]) || url[end] == '+' || url[end] == '-' || url[end] == '.')))) {
        ++end;
    }
    return end > 0 && end < url.size() && url[end] == ':' ? lowered(url.substr(0, end)) : std::string();
}

}  // namespace weir
