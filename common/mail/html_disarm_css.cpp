#include "common/mail/html_disarm_css.h"

#include <algorithm>
#include <array>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/html_disarm_url.h"

namespace weir {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

template <class Names>
bool among(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Functions that load what a string names, and any whose name ends like one's.
constexpr std::array<std::string_view, 8> kLoadingFunctions = {
    "alphaimageloader", "cross-fade", "element", "image", "image-set", "paint", "src", "url"};
constexpr std::array<std::string_view, 6> kRunningNames = {"-moz-binding",   "-ms-behavior", "-o-link",
                                                           "-o-link-source", "behavior",     "expression"};

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool isNameByte(char c) {
    return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

void appendEscape(std::string& out, char c) {
    const auto byte = static_cast<unsigned char>(c);
    out += '\\';
    if (byte >= 16) out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 0xF];
    out += ' ';
}

void appendName(std::string& out, std::string_view name) {
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool leading = i == 0 || (i == 1 && name[0] == '-');
        if (isNameByte(name[i]) && !(leading && isAsciiDigit(name[i]))) {
            out += name[i];
        } else {
            appendEscape(out, name[i]);
        }
    }
}

// In a string nothing may look like an address to a reader that searches for "url(" and "@import" alone: a
// space parts them.
void appendString(std::string& out, std::string_view text) {
    out += '"';
    char before = '\0';
    for (const char c : text) {
        if ((c == '(' && lowerAscii(before) == 'l') || (before == '@' && lowerAscii(c) == 'i')) out += ' ';
        const bool plain = static_cast<unsigned char>(c) >= ' ' && c != 0x7F;
        if (plain && std::string_view("\"\\<>&").find(c) == std::string_view::npos) {
            out += c;
        } else {
            appendEscape(out, c);
        }
        before = c;
    }
    out += '"';
}

// Nothing in an address needs an escape of CSS then, nor ends what a careless reader takes for it.
void appendAddress(std::string& out, std::string_view url) {
    out += "url(\"";
    for (const char c : url) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > ' ' && byte != 0x7F && std::string_view("\"'\\<>()").find(c) == std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += kHexDigits[byte >> 4];
            out += kHexDigits[byte & 0xF];
        }
    }
    out += "\")";
}

template <class Names>
bool endsWithAny(std::string_view name, const Names& ends) {
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return name.ends_with(end); });
}

class Filter {
  public:
    Filter(std::string_view css, bool keepRemote, CssFindings& findings)
        : css_(css), keepRemote_(keepRemote), findings_(findings) {}

    std::string run() {
        out_.reserve(css_.size());
        while (at_ < css_.size()) step();
        return std::move(out_);
    }

  private:
    char peek(std::size_t ahead) const { return at_ + ahead < css_.size() ? css_[at_ + ahead] : '\0'; }
    bool ahead(std::string_view what) const { return css_.substr(at_, what.size()) == what; }
    // A backslash that is not before a line end: an escape.
    bool escapeAt(std::size_t ahead) const {
        const char next = peek(ahead + 1);
        return peek(ahead) == '\\' && at_ + ahead + 1 < css_.size() && next != '\n' && next != '\r' &&
               next != '\f';
    }
    bool nameStarts() const {
        const char c = peek(0);
        const bool negative = c == '-' && (isAsciiDigit(peek(1)) || peek(1) == '.');
        return escapeAt(0) || (isNameByte(c) && !isAsciiDigit(c) && !negative && !ahead("-->"));
    }

    void step() {
        const char c = peek(0);
        if (skipComment()) {
            out_ += ' ';  // what it parts stays parted
        } else if (ahead("<!--") || ahead("-->")) {
            at_ += c == '<' ? 4 : 3;
            out_ += ' ';
        } else if (c == '"' || c == '\'') {
            appendString(out_, string());
        } else if (c == '@') {
            atRule();
        } else if (isAsciiDigit(c)) {
            number();
        } else if (nameStarts()) {
            word();
        } else {
            sign(c);
        }
    }

    // Digits, so that the unit after them is no name of its own.
    void number() {
        while (at_ < css_.size() && isAsciiDigit(css_[at_])) out_ += css_[at_++];
    }

    void sign(char c) {
        ++at_;
        if (c == '<') {
            out_ += peek(0) == '=' ? "<" : "< ";
        } else if (c == '\\') {
            // Before a line end, where it means nothing.
        } else {
            out_ += (static_cast<unsigned char>(c) < ' ' && !isSpace(c)) || c == 0x7F ? ' ' : c;
        }
    }

    bool skipComment() {
        if (!ahead("/*")) return false;
        const std::size_t end = css_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? css_.size() : end + 2;
        return true;
    }

    void escape(std::string& text) {
        ++at_;
        char32_t code = 0;
        std::size_t digits = 0;
        for (; digits < 6 && hexValue(peek(0)) >= 0; ++digits, ++at_) {
            code = code * 16 + static_cast<char32_t>(hexValue(peek(0)));
        }
        if (digits == 0) {
            text += css_[at_++];
            return;
        }
        if (ahead("\r\n")) {
            at_ += 2;
        } else if (isSpace(peek(0))) {
            ++at_;
        }
        appendCodePoint(text, code == 0 ? 0xFFFD : code);
    }

    std::string name() {
        std::string text;
        while (at_ < css_.size()) {
            if (isNameByte(css_[at_])) {
                text += css_[at_++];
            } else if (escapeAt(0)) {
                escape(text);
            } else {
                break;
            }
        }
        return text;
    }

    // What is in quotes; "" when a line end comes before the closing quote.
    std::string string() {
        const char quote = css_[at_++];
        std::string text;
        while (at_ < css_.size()) {
            const char c = css_[at_];
            if (c == quote) {
                ++at_;
                break;
            }
            if (c == '\n' || c == '\r' || c == '\f') return {};
            if (escapeAt(0)) {
                escape(text);
            } else if (c == '\\') {
                at_ += css_.substr(at_ + 1).starts_with("\r\n") ? 3 : 2;  // a line end that is none
                at_ = std::min(at_, css_.size());
            } else {
                text += c;
                ++at_;
            }
        }
        return text;
    }

    void word() {
        const std::string text = name();
        const std::string lower = lowered(text);
        if (among(kRunningNames, lower)) {
            ++findings_.scripts;
            out_ += "x-removed";
        } else if (peek(0) != '(') {
            appendName(out_, text);
        } else if (lower == "url" || lower == "url-prefix") {
            ++at_;
            address();
        } else if (endsWithAny(lower, kLoadingFunctions) || !isAscii(text)) {
            ++at_;
            skipTo(')');
            (isAscii(text) ? findings_.remote : findings_.scripts) += 1;
            out_ += "none";
        } else {
            appendName(out_, text);
        }
    }

    void skipSpace() {
        while (at_ < css_.size() && isSpace(css_[at_])) ++at_;
    }

    // The argument of url( and its ")".
    void address() {
        skipSpace();
        std::string text;
        if (peek(0) == '"' || peek(0) == '\'') {
            text = string();
        } else {
            while (at_ < css_.size() && css_[at_] != ')') {
                if (escapeAt(0)) {
                    escape(text);
                } else {
                    text += css_[at_++];
                }
            }
        }
        at_ = std::min(css_.find(')', at_), css_.size());
        if (at_ < css_.size()) ++at_;
        const HtmlUrl url = readHtmlUrl(text);
        if (url.text.empty()) {
            out_ += "none";
            return;
        }
        if (url.kind == HtmlUrlKind::kInside || (keepRemote_ && url.kind == HtmlUrlKind::kWeb)) {
            appendAddress(out_, url.text);
            return;
        }
        const bool runs = url.kind == HtmlUrlKind::kDangerous || url.kind == HtmlUrlKind::kOther;
        (runs ? findings_.scripts : findings_.remote) += 1;
        out_ += "none";
    }

    void atRule() {
        ++at_;
        const std::string text = nameStarts() ? name() : std::string();
        const std::string lower = lowered(text);
        const bool import = lower.starts_with("import");  // some readers look no further
        if (!import && lower != "charset" && lower != "namespace") {
            out_ += '@';
            appendName(out_, text);
            return;
        }
        findings_.imports += import;
        skipTo(';');
    }

    // Past the next `end` that no bracket holds, or up to a closing bracket that none here has opened.
    void skipTo(char end) {
        std::size_t open = 0;
        while (at_ < css_.size()) {
            const char c = css_[at_];
            if (skipComment()) continue;
            if (c == '"' || c == '\'') {
                string();
                continue;
            }
            if (c == end && open == 0) {
                ++at_;
                return;
            }
            if (c == ')' || c == ']' || c == '}') {
                if (open == 0) return;
                if (--open == 0 && c == '}' && end == ';') {
                    ++at_;
                    return;
                }
            }
            open += c == '(' || c == '[' || c == '{';
            at_ += escapeAt(0) ? 2 : 1;
        }
    }

    const std::string_view css_;
    const bool keepRemote_;
    CssFindings& findings_;
    std::string out_;
    std::size_t at_ = 0;
};

}  // namespace

std::string disarmCss(std::string_view css, bool keepRemote, CssFindings& findings) {
    return Filter(css, keepRemote, findings).run();
}

}  // namespace weir
