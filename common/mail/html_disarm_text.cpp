#include "common/mail/html_disarm_text.h"

#include <algorithm>

#include "common/base/utf8.h"
#include "common/mail/html_entities.h"

namespace weir {
namespace {

std::string_view reference(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        case '`':
            return "&#96;";
        default:
            return {};
    }
}

std::string escaped(std::string_view text, std::string_view which) {
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    for (const char c : text) {
        if (c == '\0') continue;
        if (which.find(c) == std::string_view::npos) {
            out += c;
        } else {
            out += reference(c);
        }
    }
    return out;
}

}  // namespace

std::string htmlPlainText(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t plain = std::min(text.find_first_of(std::string_view("&\0", 2)), text.size());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const HtmlReference found = text.front() == '&' ? htmlReferenceAt(text) : HtmlReference{};
        if (found.length > 0) {
            appendCodePoint(out, found.code);
        } else if (text.front() == '&') {
            out += '&';
        }
        text.remove_prefix(std::max<std::size_t>(found.length, 1));
    }
    return out;
}

std::string htmlEscaped(std::string_view text) {
    return escaped(text, "&<>\"'`");
}
std::string htmlKeptText(std::string_view text) {
    return escaped(text, "<");
}
std::string htmlKeptValue(std::string_view value) {
    return escaped(value, "\"<>`");
}

}  // namespace weir
