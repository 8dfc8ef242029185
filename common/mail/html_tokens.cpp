#include "common/mail/html_tokens.h"

#include <algorithm>
#include <array>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/html_entities.h"

namespace weir {
namespace {

constexpr std::size_t kLongestName = 32;

// White space, "/" and ">" end the name of a tag.
constexpr std::array<bool, 256> kEndsName = [] {
    std::array<bool, 256> ends{};
    for (const unsigned char c : {' ', '\t', '\n', '\r', '\f', '/', '>'}) ends[c] = true;
    return ends;
}();

bool endsName(char c) {
    return kEndsName[static_cast<unsigned char>(c)];
}

}  // namespace

bool HtmlTokens::is(HtmlToken::Kind kind, std::size_t end) {
    token_.kind = kind;
    token_.end = at_ = end;
    return true;
}

bool HtmlTokens::next() {
    token_.begin = at_;
    if (at_ >= html_.size()) return false;
    if (inRaw_ && raw()) return true;
    if (html_[at_] == '<') return markup();
    return is(HtmlToken::Kind::kText, std::min(html_.find('<', at_), html_.size()));
}

bool HtmlTokens::markup() {
    const char next = peek(1);
    if (isAsciiLetter(next) || (next == '/' && isAsciiLetter(peek(2)))) return tag();
    if (next == '!' && peek(2) == '-' && peek(3) == '-') return comment();
    if (next == '!' || next == '?' || next == '/') {
        return is(HtmlToken::Kind::kOther, std::min(html_.find('>', at_), html_.size() - 1) + 1);
    }
    return is(HtmlToken::Kind::kText, at_ + 1);
}

bool HtmlTokens::comment() {
    at_ += 4;
    const std::size_t start = at_;
    content_ = {};
    if (peek(0) == '>') return is(HtmlToken::Kind::kComment, at_ + 1);
    if (peek(0) == '-' && peek(1) == '>') return is(HtmlToken::Kind::kComment, at_ + 2);
    while (at_ < html_.size()) {
        const std::size_t dashes = html_.find("--", at_);
        if (dashes == std::string_view::npos) break;
        at_ = dashes + 2;
        while (peek(0) == '-') ++at_;
        const std::size_t contentEnd = at_ - 2;
        if (peek(0) == '!') ++at_;
        if (peek(0) == '>') {
            content_ = html_.substr(start, contentEnd - start);
            return is(HtmlToken::Kind::kComment, at_ + 1);
        }
    }
    content_ = html_.substr(start);
    return is(HtmlToken::Kind::kComment, html_.size());
}

bool HtmlTokens::tag() {
    const bool end = peek(1) == '/';
    at_ += end ? 2 : 1;
    const std::size_t nameStart = at_;
    while (at_ < html_.size() && !endsName(html_[at_])) ++at_;
    name_.assign(html_.substr(nameStart, std::min(at_ - nameStart, kLongestName)));
    for (char& c : name_) c = lowerAscii(c);
    token_.element = htmlElement(name_);
    if (!passAttributes(!end)) return false;
    inRaw_ = !end && traitsOf(token_.element).has(kDropped);
    return is(end ? HtmlToken::Kind::kEnd : HtmlToken::Kind::kStart, at_);
}

// Up to the end tag of the element (HTML Living Standard, section 13.2.5.2); false when nothing is before it.
bool HtmlTokens::raw() {
    inRaw_ = false;
    std::size_t search = at_;
    while (true) {
        const std::size_t found = html_.find("</", search);
        if (found == std::string_view::npos) return is(HtmlToken::Kind::kRaw, html_.size());
        search = found + 2;
        if (!equalIgnoringCase(html_.substr(search, name_.size()), name_)) continue;
        const std::size_t after = search + name_.size();
        const char c = after < html_.size() ? html_[after] : '\0';
        if (c != '>' && c != '/' && !isHtmlSpace(c)) continue;
        return found > at_ && is(HtmlToken::Kind::kRaw, found);
    }
}

// Passes over the attributes and the ">"; false when the input ends before it.
bool HtmlTokens::passAttributes(bool keep) {
    attributes_.clear();
    while (true) {
        while (at_ < html_.size() && (isHtmlSpace(html_[at_]) || html_[at_] == '/')) ++at_;
        if (at_ >= html_.size()) return false;
        if (html_[at_] == '>') {
            ++at_;
            return true;
        }
        const std::size_t nameStart = at_++;
        while (at_ < html_.size() && !endsName(html_[at_]) && html_[at_] != '=') ++at_;
        const std::string_view name = html_.substr(nameStart, at_ - nameStart);
        const std::string_view value = attributeValue();
        if (!keep) continue;
        if (attributes_.size() < mostAttributes_) {
            attributes_.push_back({name, value});
        } else {
            attributesCut_ = true;
        }
    }
}

std::string_view HtmlTokens::attributeValue() {
    while (at_ < html_.size() && isHtmlSpace(html_[at_])) ++at_;
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

std::string htmlAttributeText(std::string_view value, std::size_t limit) {
    std::string text;
    while (!value.empty() && text.size() < limit) {
        const std::size_t plain = std::min(value.find('&'), value.size());
        text += value.substr(0, std::min(plain, limit));
        value.remove_prefix(plain);
        if (value.empty()) break;
        HtmlReference reference = htmlReferenceAt(value);
        if (reference.length > 0 && value[reference.length - 1] != ';' && value[1] != '#' &&
            reference.length < value.size()) {
            const char next = value[reference.length];
            if (next == '=' || isAsciiLetter(next) || isAsciiDigit(next)) reference.length = 0;
        }
        appendCodePoint(text, reference.length == 0 ? U'&' : reference.code);
        value.remove_prefix(std::max<std::size_t>(reference.length, 1));
    }
    text.resize(cutUtf8(text, limit).size());
    return text;
}

}  // namespace weir
