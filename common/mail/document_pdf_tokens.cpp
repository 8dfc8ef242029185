#include "common/mail/document_pdf_tokens.h"

#include <algorithm>
#include <cstdlib>

#include "common/mail/ascii.h"

namespace weir {
namespace {

bool isSpace(char c) {
    return c == '\0' || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}
bool isDelimiter(char c) {
    return c == '(' || c == ')' || c == '<' || c == '>' || c == '[' || c == ']' || c == '{' || c == '}' ||
           c == '/' || c == '%';
}
bool isRegular(char c) {
    return !isSpace(c) && !isDelimiter(c);
}

}  // namespace

void PdfTokens::space() {
    while (at_ < bytes_.size()) {
        if (isSpace(bytes_[at_])) {
            ++at_;
        } else if (bytes_[at_] == '%') {
            at_ = std::min(bytes_.find_first_of("\r\n", at_), bytes_.size());
        } else {
            return;
        }
    }
}

void PdfTokens::name() {
    token_.kind = PdfToken::Kind::kName;
    while (at_ < bytes_.size() && isRegular(bytes_[at_])) {
        const char c = bytes_[at_++];
        const int high = c == '#' && at_ < bytes_.size() ? hexValue(bytes_[at_]) : -1;
        const int low = high >= 0 && at_ + 1 < bytes_.size() ? hexValue(bytes_[at_ + 1]) : -1;
        if (low < 0) {
            keep(c);
            continue;
        }
        const char decoded = static_cast<char>(high * 16 + low);
        token_.escaped |= isAsciiLetter(decoded) || isAsciiDigit(decoded);
        keep(decoded);
        at_ += 2;
    }
}

void PdfTokens::escape() {
    if (at_ >= bytes_.size()) return;
    const char c = bytes_[at_++];
    if (c >= '0' && c <= '7') {
        int value = c - '0';
        for (int i = 0; i < 2 && at_ < bytes_.size() && bytes_[at_] >= '0' && bytes_[at_] <= '7'; ++i)
            value = value * 8 + (bytes_[at_++] - '0');
        keep(static_cast<char>(value));
    } else if (c == '\r') {
        if (at_ < bytes_.size() && bytes_[at_] == '\n') ++at_;
    } else if (c != '\n') {
        constexpr std::string_view kFrom = "nrtbf", kTo = "\n\r\t\b\f";
        const std::size_t place = kFrom.find(c);
        keep(place == std::string_view::npos ? c : kTo[place]);
    }
}

void PdfTokens::literal() {
    token_.kind = PdfToken::Kind::kString;
    std::size_t open = 1;
    while (at_ < bytes_.size()) {
        const char c = bytes_[at_++];
        if (c == '\\') {
            escape();
            continue;
        }
        if (c == '(') ++open;
        if (c == ')' && --open == 0) return;
        keep(c);
    }
}

void PdfTokens::hex() {
    token_.kind = PdfToken::Kind::kString;
    int half = -1;
    while (at_ < bytes_.size()) {
        const char c = bytes_[at_++];
        if (c == '>') break;
        const int digit = hexValue(c);
        if (digit < 0) continue;
        if (half >= 0) keep(static_cast<char>(half * 16 + digit));
        half = half >= 0 ? -1 : digit;
    }
    if (half >= 0) keep(static_cast<char>(half * 16));
}

const PdfToken& PdfTokens::next() {
    using Kind = PdfToken::Kind;
    token_.text.clear();
    token_.escaped = false;
    space();
    start_ = at_;
    if (at_ >= bytes_.size()) {
        token_.kind = Kind::kEnd;
        return token_;
    }
    const char c = bytes_[at_++];
    const char following = at_ < bytes_.size() ? bytes_[at_] : '\0';
    if (c == '/') {
        name();
    } else if (c == '(') {
        literal();
    } else if (c == '<' && following != '<') {
        hex();
    } else if (c == '<' || (c == '>' && following == '>')) {
        token_.kind = c == '<' ? Kind::kOpenDict : Kind::kCloseDict;
        ++at_;
    } else if (c == '[' || c == ']') {
        token_.kind = c == '[' ? Kind::kOpenArray : Kind::kCloseArray;
    } else {
        token_.kind = Kind::kKeyword;
        keep(c);
        if (isDelimiter(c)) return token_;
        while (at_ < bytes_.size() && isRegular(bytes_[at_])) keep(bytes_[at_++]);
        if (isAsciiDigit(c) || c == '+' || c == '-' || c == '.') {
            token_.kind = Kind::kNumber;
            token_.number = std::strtod(token_.text.substr(0, 30).c_str(), nullptr);
        }
    }
    return token_;
}

}  // namespace weir
