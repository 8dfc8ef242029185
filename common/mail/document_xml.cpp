#include "common/mail/document_xml.h"

#include <algorithm>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/document_findings.h"

namespace weir {
namespace {

constexpr std::size_t kMostSame = 8;        // attributes of one name
constexpr std::size_t kMostReference = 64;  // of one character

std::string_view withoutPrefix(std::string_view name) {
    return name.substr(name.find(':') + 1);  // npos + 1 is 0
}

// Up to the '>' that ends a tag, which may stand inside quotes, too.
std::size_t tagEnd(std::string_view text) {
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return i;
        }
    }
    return text.size();
}

bool endsName(char c) {
    return isAsciiSpace(c) || c == '/' || c == '>' || c == '=';
}

}  // namespace

// Quotes mean nothing in comments, CDATA and instructions.
bool XmlTags::passedOver(std::string_view start, std::string_view end) {
    if (!left_.starts_with(start)) return false;
    const std::size_t close = left_.find(end, start.size());
    left_.remove_prefix(close == std::string_view::npos ? left_.size() : close + end.size());
    return true;
}

bool XmlTags::next() {
    text_ = left_;
    for (;;) {
        const std::size_t open = left_.find('<');
        if (open == std::string_view::npos) return false;
        const std::size_t before = static_cast<std::size_t>(left_.data() - text_.data()) + open;
        left_.remove_prefix(open + 1);
        if (passedOver("!--", "-->") || passedOver("![CDATA[", "]]>") || passedOver("?", "?>") ||
            left_.starts_with('!'))
            continue;
        const std::size_t length = tagEnd(left_);
        std::string_view tag = left_.substr(0, length);
        left_.remove_prefix(std::min(left_.size(), length + 1));
        if (tag.empty()) continue;
        text_ = text_.substr(0, before);
        end_ = tag.front() == '/';
        if (end_) tag.remove_prefix(1);
        const auto nameEnd = std::find_if(tag.begin(), tag.end(), endsName);
        name_ = withoutPrefix(tag.substr(0, static_cast<std::size_t>(nameEnd - tag.begin())));
        attributes_ = tag.substr(static_cast<std::size_t>(nameEnd - tag.begin()));
        return true;
    }
}

std::string XmlTags::attribute(std::string_view name) const {
    const std::vector<std::string> all = attributes(name);
    return all.empty() ? std::string() : all.front();
}

std::vector<std::string> XmlTags::attributes(std::string_view name) const {
    std::vector<std::string> values;
    std::string_view left = attributes_;
    while (values.size() < kMostSame) {
        while (!left.empty() && (isAsciiSpace(left.front()) || left.front() == '/')) left.remove_prefix(1);
        const std::size_t equals = left.find('=');
        if (equals == std::string_view::npos) break;
        const std::string_view key = trimmed(left.substr(0, equals));
        left.remove_prefix(equals + 1);
        while (!left.empty() && isAsciiSpace(left.front())) left.remove_prefix(1);
        if (left.empty() || (left.front() != '"' && left.front() != '\'')) break;
        const std::size_t close = std::min(left.find(left.front(), 1), left.size());
        if (equalIgnoringCase(withoutPrefix(key), name))
            values.push_back(decodedXml(left.substr(1, close - 1)));
        left.remove_prefix(std::min(left.size(), close + 1));
    }
    return values;
}

std::string XmlTags::text() const {
    constexpr std::string_view kRaw = "<![CDATA[", kRawEnd = "]]>", kComment = "<!--", kCommentEnd = "-->";
    std::string result;
    std::string_view left = text_;
    while (!left.empty()) {
        const std::size_t at = std::min(left.find('<'), left.size());
        result += decodedXml(left.substr(0, at));
        left.remove_prefix(at);
        if (left.starts_with(kRaw)) {
            const std::size_t end = std::min(left.find(kRawEnd), left.size());
            result += left.substr(kRaw.size(), end - kRaw.size());
            left.remove_prefix(std::min(left.size(), end + kRawEnd.size()));
            continue;
        }
        const std::string_view close = left.starts_with(kComment) ? kCommentEnd : std::string_view(">");
        const std::size_t end = left.find(close);
        left.remove_prefix(end == std::string_view::npos ? left.size() : end + close.size());
    }
    return result;
}

std::string decodedXml(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t at = std::min(text.find('&'), text.size());
        result += text.substr(0, at);
        text.remove_prefix(at);
        if (text.empty()) break;
        const std::size_t end = text.substr(0, kMostReference).find(';');
        const std::string_view reference =
            end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
        char32_t code = 0;
        if (reference == "amp") code = '&';
        if (reference == "lt") code = '<';
        if (reference == "gt") code = '>';
        if (reference == "quot") code = '"';
        if (reference == "apos") code = '\'';
        if (reference.starts_with('#')) {
            const bool hex = reference.size() > 1 && (reference[1] == 'x' || reference[1] == 'X');
            for (const char c : reference.substr(hex ? 2 : 1)) {
                const int digit = hexValue(c);
                if (digit < 0 || (!hex && digit > 9) || code > 0x10FFFF) break;
                code = code * (hex ? 16 : 10) + static_cast<char32_t>(digit);
            }
        }
        if (code == 0) {
            result += '&';
            text.remove_prefix(1);
        } else {
            appendCodePoint(result, code);
            text.remove_prefix(end + 1);
        }
    }
    return result;
}

std::string xmlAsUtf8(std::string&& bytes) {
    using namespace std::string_view_literals;
    const std::string_view view = bytes;
    if (view.starts_with("\xff\xfe"sv)) return fromUtf16(view.substr(2));
    if (view.starts_with("\xfe\xff"sv)) return fromUtf16(view.substr(2), true);
    if (view.starts_with("<\0"sv)) return fromUtf16(view);
    if (view.starts_with("\0<"sv)) return fromUtf16(view, true);
    return std::move(bytes);
}

}  // namespace weir
