#include "common/mail/html_text_reader.h"

#include <algorithm>
#include <array>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/html_entities.h"
#include "common/mail/html_style.h"

namespace weir {
namespace {

// Bytes that end a stretch of plain text: references, white space, and the first bytes of the UTF-8 forms of
// spaces and of characters without width.
constexpr auto kStops = [] {
    std::array<bool, 256> stops{};
    for (const unsigned char c : {'&', ' ', '\t', '\n', '\r', '\f', '\0'}) stops[c] = true;
    for (const unsigned c : {0xC2u, 0xCDu, 0xE2u, 0xEFu}) stops[c] = true;
    return stops;
}();

constexpr bool hasNoWidth(char32_t code) {
    return code == 0xAD || code == 0x34F || (code >= 0x200B && code <= 0x200F) || code == 0x2060 ||
           code == 0xFEFF;
}
constexpr bool isWideSpace(char32_t code) {
    return code == 0xA0 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
           code == 0x202F;
}

bool stops(char c) {
    return kStops[static_cast<unsigned char>(c)];
}

// Bytes at the front that are shown as they are: plain text with single spaces inside.
std::size_t plainLength(std::string_view html) {
    std::size_t length = 0;
    while (length < html.size()) {
        if (!stops(html[length])) {
            ++length;
        } else if (html[length] == ' ' && length > 0 && length + 1 < html.size() &&
                   !stops(html[length + 1])) {
            length += 2;
        } else {
            break;
        }
    }
    return length;
}

}  // namespace

void HtmlTextReader::take(const HtmlTokens& tokens) {
    switch (tokens.token().kind) {
        case HtmlToken::Kind::kText:
            if (elements_.hidden()) {
                hiddenBytes_ += trimmed(tokens.bytes()).size();
            } else {
                text(tokens.bytes());
            }
            break;
        case HtmlToken::Kind::kStart:
            startTag(tokens);
            break;
        case HtmlToken::Kind::kEnd:
            elements_.close(tokens.token().element);
            separate(traitsOf(tokens.token().element));
            break;
        default:
            break;
    }
}

void HtmlTextReader::copyTo(std::string* copy, std::size_t most) {
    copy_ = copy;
    copyMost_ = most;
    copyPending_ = 0;
}

void HtmlTextReader::text(std::string_view html) {
    while (!html.empty()) {
        const std::size_t length = plainLength(html);
        if (length > 0) put(html.substr(0, length));
        html.remove_prefix(length);
        if (!html.empty()) html.remove_prefix(odd(html));
    }
}

// One character that is not plain text; bytes it has.
std::size_t HtmlTextReader::odd(std::string_view html) {
    const char c = html.front();
    if (isHtmlSpace(c)) {
        space(c);
    } else if (c == '&') {
        const HtmlReference reference = htmlReferenceAt(html);
        character(reference.length == 0 ? U'&' : reference.code);
        return std::max<std::size_t>(reference.length, 1);
    } else if (c != '\0') {
        return rareCharacter(html);
    }
    return 1;
}

void HtmlTextReader::space(char c) {
    if (!elements_.preformatted()) {
        owe(' ');
    } else if (c == '\n') {
        owe('\n');
    } else if (c != '\r') {
        put(" ");
    }
}

// A UTF-8 sequence that may be one of those without ink; two or three bytes.
std::size_t HtmlTextReader::rareCharacter(std::string_view html) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(html[i]); };
    const std::size_t length = byte(0) < 0xE0 ? 2 : 3;
    if (length > html.size()) return html.size();
    const char32_t code = length == 2 ? (byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu)
                                      : (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    if (hasNoWidth(code) || isWideSpace(code)) {
        character(code);
    } else {
        put(html.substr(0, length));
    }
    return length;
}

void HtmlTextReader::character(char32_t code) {
    if (hasNoWidth(code)) return;
    if (isWideSpace(code) || (code < 0x80 && isHtmlSpace(static_cast<char>(code)))) {
        owe(' ');
        return;
    }
    std::string bytes;
    appendCodePoint(bytes, code < 0x20 || code == 0x7F ? 0xFFFD : code);
    put(bytes);
}

void HtmlTextReader::startTag(const HtmlTokens& tokens) {
    const HtmlElementTraits& traits = traitsOf(tokens.token().element);
    if (!traits.has(kVoid) && !traits.has(kDropped)) {
        bool hidden = false;
        const HtmlAttribute* style = nullptr;
        for (const HtmlAttribute& attribute : tokens.attributes()) {
            if (equalIgnoringCase(attribute.name, "hidden")) {
                hidden = true;
            } else if (style == nullptr && equalIgnoringCase(attribute.name, "style")) {
                style = &attribute;
            }
        }
        const HtmlVisibility visibility =
            style == nullptr ? htmlVisibility({}, hidden)
                             : htmlVisibility(htmlAttributeText(style->value, kLongestHtmlStyle), hidden);
        if (!elements_.open(tokens.token().element, visibility)) return;
    }
    separate(traits);
}

void HtmlTextReader::separate(const HtmlElementTraits& traits) {
    if (elements_.hidden()) return;
    if (traits.has(kBreaksLine)) {
        owe('\n');
    } else if (traits.has(kSeparates)) {
        owe(' ');
    }
}

// A line end wins over a space.
void HtmlTextReader::owe(char white) {
    if (pending_ == 0 || white == '\n') pending_ = white;
    copyPending_ = ' ';
}

void HtmlTextReader::put(std::string_view bytes) {
    if (pending_ != 0 && started_) append({&pending_, 1});
    pending_ = 0;
    started_ = true;
    append(bytes);
    if (copy_ == nullptr) return;
    if (copyPending_ != 0 && !copy_->empty()) *copy_ += ' ';
    copyPending_ = 0;
    const std::size_t part = cutUtf8(bytes, copyMost_ - std::min(copyMost_, copy_->size())).size();
    copy_->append(bytes.substr(0, part));
    if (part < bytes.size()) copy_ = nullptr;
}

void HtmlTextReader::append(std::string_view bytes) {
    if (full_) return;
    if (bytes.size() > left_) {
        full_ = true;
        bytes = cutUtf8(bytes, left_);
    }
    out_.append(bytes);
    left_ -= bytes.size();
}

}  // namespace weir
