#include "common/mail/html_text.h"

#include <algorithm>
#include <array>

#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/html_entities.h"
#include "common/mail/html_open_elements.h"
#include "common/mail/html_style.h"

namespace weir {
namespace {

constexpr std::size_t kMostAttributes = 200;  // of one tag; further ones are passed over

// Bytes that end a stretch of plain text: markup, references, white space, and the first bytes of the UTF-8
// forms of spaces and of characters without width.
constexpr auto kStops = [] {
    std::array<bool, 256> stops{};
    for (const unsigned char c : {'<', '&', ' ', '\t', '\n', '\r', '\f', '\0'}) stops[c] = true;
    for (const unsigned c : {0xC2u, 0xCDu, 0xE2u, 0xEFu}) stops[c] = true;
    return stops;
}();

constexpr bool isHtmlSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

constexpr bool hasNoWidth(char32_t code) {
    return code == 0xAD || code == 0x34F || (code >= 0x200B && code <= 0x200F) || code == 0x2060 ||
           code == 0xFEFF;
}
constexpr bool isWideSpace(char32_t code) {
    return code == 0xA0 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
           code == 0x202F;
}

// Collapses white space while appending.
class Writer {
  public:
    Writer(std::string& out, std::size_t limit) : out_(out), left_(limit) {}
    bool full() const { return full_; }
    void text(std::string_view bytes) {
        if (pending_ != 0 && started_) put({&pending_, 1});
        pending_ = 0;
        started_ = true;
        put(bytes);
    }
    void space() {
        if (pending_ == 0) pending_ = ' ';
    }
    void line() { pending_ = '\n'; }

  private:
    void put(std::string_view bytes) {
        if (bytes.size() > left_) {
            full_ = true;
            bytes = bytes.substr(0, left_);
            while (!bytes.empty() && (bytes.back() & 0xC0) == 0x80) bytes.remove_suffix(1);
            if (!bytes.empty() && (bytes.back() & 0x80)) bytes.remove_suffix(1);
        }
        out_.append(bytes);
        left_ -= bytes.size();
    }

    std::string& out_;
    std::size_t left_;
    char pending_ = 0;  // white space owed before the next text
    bool started_ = false;
    bool full_ = false;
};

struct Tag {
    bool end = false;
    HtmlElement element = 0;
    std::string style;
    bool hidden = false, hasStyle = false;
};

class Reader {
  public:
    Reader(std::string_view html, std::string& out, std::size_t limit) : html_(html), writer_(out, limit) {}

    bool read() {
        while (at_ < html_.size() && !writer_.full()) {
            if (html_[at_] == '<') {
                markup();
            } else if (elements_.hidden()) {
                at_ = std::min(html_.find('<', at_), html_.size());
            } else {
                text();
            }
        }
        return !writer_.full();
    }

  private:
    char peek(std::size_t ahead) const { return at_ + ahead < html_.size() ? html_[at_ + ahead] : '\0'; }

    void text() {
        const std::size_t start = at_;
        while (at_ < html_.size() && !kStops[static_cast<unsigned char>(html_[at_])]) ++at_;
        if (at_ > start) writer_.text(html_.substr(start, at_ - start));
        if (at_ >= html_.size() || html_[at_] == '<') return;
        const char c = html_[at_];
        if (isHtmlSpace(c)) {
            space(c);
        } else if (c == '&') {
            const HtmlReference reference = htmlReferenceAt(html_.substr(at_));
            if (reference.length == 0) {
                character('&');
                ++at_;
            } else {
                character(reference.code);
                at_ += reference.length;
            }
        } else if (c == '\0') {
            ++at_;
        } else {
            rareCharacter();
        }
    }

    void space(char c) {
        ++at_;
        if (!elements_.preformatted()) {
            writer_.space();
        } else if (c == '\n') {
            writer_.line();
        } else if (c != '\r') {
            writer_.text(" ");
        }
    }

    // A UTF-8 sequence that may be one of those without ink; two or three bytes.
    void rareCharacter() {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(peek(i)); };
        const std::size_t length = byte(0) < 0xE0 ? 2 : 3;
        if (at_ + length > html_.size()) {
            at_ = html_.size();
            return;
        }
        const char32_t code = length == 2
                                  ? (byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu)
                                  : (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
        if (hasNoWidth(code) || isWideSpace(code)) {
            character(code);
        } else {
            writer_.text(html_.substr(at_, length));
        }
        at_ += length;
    }

    void character(char32_t code) {
        if (hasNoWidth(code)) return;
        if (isWideSpace(code) || (code < 0x80 && isHtmlSpace(static_cast<char>(code)))) {
            writer_.space();
            return;
        }
        std::string bytes;
        appendCodePoint(bytes, code < 0x20 || code == 0x7F ? 0xFFFD : code);
        writer_.text(bytes);
    }

    void markup() {
        const char next = peek(1);
        if (isAsciiLetter(next) || (next == '/' && isAsciiLetter(peek(2)))) {
            tag();
        } else if (next == '!' && peek(2) == '-' && peek(3) == '-') {
            comment();
        } else if (next == '!' || next == '?' || next == '/') {
            at_ = std::min(html_.find('>', at_), html_.size() - 1) + 1;
        } else {
            if (!elements_.hidden()) writer_.text("<");
            ++at_;
        }
    }

    void comment() {
        at_ += 4;
        if (peek(0) == '>') {
            at_ += 1;
            return;
        }
        if (peek(0) == '-' && peek(1) == '>') {
            at_ += 2;
            return;
        }
        while (at_ < html_.size()) {
            const std::size_t dashes = html_.find("--", at_);
            if (dashes == std::string_view::npos) break;
            at_ = dashes + 2;
            while (peek(0) == '-') ++at_;
            if (peek(0) == '!') ++at_;
            if (peek(0) == '>') {
                ++at_;
                return;
            }
        }
        at_ = html_.size();
    }

    void tag() {
        Tag tag;
        tag.end = peek(1) == '/';
        at_ += tag.end ? 2 : 1;
        const std::size_t nameStart = at_;
        while (at_ < html_.size() && !isHtmlSpace(html_[at_]) && html_[at_] != '/' && html_[at_] != '>')
            ++at_;
        // No known name is longer; unknown ones need no more than to be told apart.
        const std::string name = lowered(html_.substr(nameStart, std::min<std::size_t>(at_ - nameStart, 32)));
        tag.element = htmlElement(name);
        if (!attributes(tag)) return;  // the text ends inside the tag: browsers drop it
        if (tag.end) {
            endTag(tag.element);
        } else {
            startTag(tag);
            if (traitsOf(tag.element).has(kDropped)) dropContent(name);
        }
    }

    // Passes over the attributes and the ">"; false when the text ends before it.
    bool attributes(Tag& tag) {
        for (std::size_t count = 0;; ++count) {
            while (at_ < html_.size() && (isHtmlSpace(html_[at_]) || html_[at_] == '/')) ++at_;
            if (at_ >= html_.size()) return false;
            if (html_[at_] == '>') {
                ++at_;
                return true;
            }
            const std::size_t nameStart = at_++;
            while (at_ < html_.size() && !isHtmlSpace(html_[at_]) && html_[at_] != '/' && html_[at_] != '>' &&
                   html_[at_] != '=') {
                ++at_;
            }
            const std::string_view name = html_.substr(nameStart, at_ - nameStart);
            const std::string_view value = attributeValue();
            if (count < kMostAttributes) attribute(tag, name, value);
        }
    }

    std::string_view attributeValue() {
        std::size_t equals = at_;
        while (equals < html_.size() && isHtmlSpace(html_[equals])) ++equals;
        at_ = equals;
        if (peek(0) != '=') return {};
        ++at_;
        while (at_ < html_.size() && isHtmlSpace(html_[at_])) ++at_;
        const char quote = peek(0);
        if (quote == '"' || quote == '\'') {
            const std::size_t start = at_ + 1;
            const std::size_t end = std::min(html_.find(quote, start), html_.size());
            at_ = std::min(end + 1, html_.size());
            return html_.substr(start, end - start);
        }
        const std::size_t start = at_;
        while (at_ < html_.size() && !isHtmlSpace(html_[at_]) && html_[at_] != '>') ++at_;
        return html_.substr(start, at_ - start);
    }

    static void attribute(Tag& tag, std::string_view name, std::string_view value) {
        if (equalIgnoringCase(name, "hidden")) {
            tag.hidden = true;
        } else if (equalIgnoringCase(name, "style") && !tag.hasStyle) {
            tag.hasStyle = true;
            while (!value.empty()) {
                const std::size_t plain = std::min(value.find('&'), value.size());
                tag.style += value.substr(0, plain);
                value.remove_prefix(plain);
                if (value.empty()) break;
                const HtmlReference reference = htmlReferenceAt(value);
                appendCodePoint(tag.style, reference.length == 0 ? U'&' : reference.code);
                value.remove_prefix(std::max<std::size_t>(reference.length, 1));
            }
        }
    }

    void startTag(const Tag& tag) {
        const HtmlElementTraits& traits = traitsOf(tag.element);
        if (!traits.has(kVoid) && !traits.has(kDropped)) {
            if (!elements_.open(tag.element, htmlVisibility(tag.style, tag.hidden))) return;
        }
        separate(traits);
    }

    void endTag(HtmlElement element) {
        elements_.close(element);
        separate(traitsOf(element));
    }

    void separate(const HtmlElementTraits& traits) {
        if (elements_.hidden()) return;
        if (traits.has(kBreaksLine)) {
            writer_.line();
        } else if (traits.has(kSeparates)) {
            writer_.space();
        }
    }

    // Raw text up to the end tag of that name (HTML Living Standard, section 13.2.5.2): one search, no way
    // back.
    void dropContent(std::string_view name) {
        while (at_ < html_.size()) {
            at_ = std::min(html_.find("</", at_), html_.size());
            if (at_ == html_.size()) return;
            at_ += 2;
            if (!equalIgnoringCase(html_.substr(at_, name.size()), name)) continue;
            const char after = peek(name.size());
            if (after != '>' && after != '/' && !isHtmlSpace(after)) continue;
            at_ += name.size();
            Tag end;
            attributes(end);
            return;
        }
    }

    const std::string_view html_;
    std::size_t at_ = 0;
    Writer writer_;
    HtmlOpenElements elements_;
};

}  // namespace

bool appendHtmlText(std::string& out, std::string_view html, std::size_t limit) {
    return Reader(html, out, limit).read();
}

}  // namespace weir
