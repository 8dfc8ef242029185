#include "common/policy/identifier_finder.h"

#include <algorithm>
#include <unordered_set>

#include "common/mail/ascii.h"
#include "common/mail/url_host.h"
#include "common/policy/identifier_checks.h"

namespace weir {
namespace {

constexpr std::size_t kLongestIban = 34;
constexpr std::size_t kLongestLocal = 64;
// Every pattern that begins with a digit has this many within so many bytes, every other one within these.
constexpr std::size_t kLeastDigits = 7, kNearDigit = 12, kNearLetter = 16;

constexpr bool isAlphanumeric(char c) {
    return isAsciiLetter(c) || isAsciiDigit(c);
}

constexpr char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

// The text with no-break spaces and hyphens of Unicode as plain ones, in `buffer` where there are any.
std::string_view plainSeparators(std::string_view text, std::string& buffer) {
    struct Mark {
        std::string_view bytes;
        char plain;
    };
    static constexpr Mark kMarks[] = {{"\xC2\xA0", ' '},     {"\xE2\x80\xAF", ' '}, {"\xE2\x80\x87", ' '},
                                      {"\xE2\x80\x89", ' '}, {"\xE2\x80\x90", '-'}, {"\xE2\x80\x91", '-'},
                                      {"\xE2\x80\x92", '-'}, {"\xE2\x80\x93", '-'}};
    if (text.find_first_of("\xC2\xE2") == std::string_view::npos) return text;
    buffer.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t next = std::min(text.find_first_of("\xC2\xE2", at), text.size());
        buffer.append(text, at, next - at);
        at = next;
        if (at == text.size()) break;
        const auto* mark = std::find_if(std::begin(kMarks), std::end(kMarks), [&](const Mark& one) {
            return text.substr(at).starts_with(one.bytes);
        });
        if (mark == std::end(kMarks)) {
            buffer += text[at++];
        } else {
            buffer += mark->plain;
            at += mark->bytes.size();
        }
    }
    return buffer;
}

std::size_t digitsIn(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), isAsciiDigit));
}

bool isDigitAt(std::string_view text, std::size_t at) {
    return at < text.size() && isAsciiDigit(text[at]);
}

// Whether something may begin at `at`.
bool beginsFree(std::string_view text, std::size_t at) {
    if (at == 0) return true;
    const char before = text[at - 1];
    if (isAlphanumeric(before) || before == '_' || before == '+') return false;
    return !((before == '-' || before == '.') && at > 1 && isAsciiDigit(text[at - 2]));
}

// Whether something may end before `at`.
bool endsFree(std::string_view text, std::size_t at) {
    if (at >= text.size()) return true;
    const char after = text[at];
    if (isAlphanumeric(after) || after == '_' || after == '@') return false;
    return !((after == '-' || after == '.') && isDigitAt(text, at + 1));
}

// Bytes of `text` that the pattern takes; 0 when it does not fit. `value`: their letters and digits in upper
// case.
std::size_t matchPattern(std::string_view text, std::string_view pattern, std::string& value) {
    if (text.size() < pattern.size()) return 0;
    value.clear();
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = text[i];
        const char wanted = pattern[i];
        const bool fits = wanted == 'd'   ? isAsciiDigit(c)
                          : wanted == 'a' ? isAsciiLetter(c)
                          : wanted == 'x' ? isAlphanumeric(c)
                                          : upper(c) == wanted;
        if (!fits) return 0;
        if (wanted == 'd' || wanted == 'a' || wanted == 'x') value += upper(c);
    }
    return pattern.size();
}

// An IBAN: together, or in groups of four with spaces or hyphens.
std::size_t matchIban(std::string_view text, std::string& value) {
    value.clear();
    char separator = '\0';
    std::size_t length = 0;
    for (std::size_t at = 0; at < text.size() && value.size() < kLongestIban; ++at) {
        const char c = text[at];
        if (!isAlphanumeric(c)) {
            const bool group = value.size() % 4 == 0 && !value.empty() && (c == ' ' || c == '-');
            if (!group || (value.size() > 4 && separator == '\0') || (separator != '\0' && c != separator))
                return 0;
            separator = c;
            if (at + 1 >= text.size() || !isAlphanumeric(text[at + 1])) return 0;
            continue;
        }
        value += upper(c);
        if (value.size() == 2) {
            if (!isAsciiLetter(value[0]) || !isAsciiLetter(value[1])) return 0;
            length = identifier::ibanLength(value);
            if (length == 0) return 0;
        }
        if ((value.size() == 3 || value.size() == 4) && !isAsciiDigit(c)) return 0;
        if (value.size() == length) return at + 1;
    }
    return 0;
}

std::size_t matchIpv4(std::string_view text, std::string& value) {
    value.clear();
    std::size_t at = 0;
    for (int part = 0; part < 4; ++part) {
        if (part > 0) {
            if (at >= text.size() || text[at] != '.') return 0;
            value += text[at++];
        }
        int number = 0;
        const std::size_t start = at;
        while (isDigitAt(text, at) && at - start < 4) number = number * 10 + (text[at++] - '0');
        if (at == start || at - start > 3 || number > 255 || (at - start > 1 && text[start] == '0')) return 0;
        value.append(text, start, at - start);
    }
    return at;
}

bool isLocalByte(char c) {
    return isAlphanumeric(c) || std::string_view(".!#$%&'*+-/=?^_{|}~").find(c) != std::string_view::npos;
}

// All but the last letters and digits hidden; of an address all but the first one and the domain.
std::string masked(Identifier kind, std::string_view text) {
    std::string out(text);
    if (kind == Identifier::kEmailAddress) {
        for (std::size_t i = 1; i < text.find('@'); ++i) out[i] = '*';
        return out;
    }
    std::size_t count = 0;
    for (const char c : text) count += isAlphanumeric(c) ? 1 : 0;
    std::size_t hidden = count - std::min<std::size_t>(4, count / 3);
    for (char& c : out) {
        if (isAlphanumeric(c) && hidden > 0) {
            c = '*';
            --hidden;
        }
    }
    return out;
}

class Finder {
  public:
    Finder(std::string_view text, std::span<const Identifier> kinds, const IdentifierLimits& limits)
        : text_(text), limits_(limits), found_(kinds.size()), known_(kinds.size()), next_(kinds.size(), 0) {
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            found_[i].kind = kinds[i];
            const auto patterns = identifierSpec(kinds[i]).patterns;
            const auto any = [&](char first, char other) {
                return std::any_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) {
                    return pattern.front() == first || pattern.front() == other;
                });
            };
            if (any('d', 'x')) withDigit_.push_back(i);
            if (any('a', 'x') || kinds[i] == Identifier::kIban) withLetter_.push_back(i);
            if (kinds[i] == Identifier::kIpv4) addresses4_.push_back(i);
            if (kinds[i] == Identifier::kEmailAddress) mailAddresses_.push_back(i);
        }
    }

    std::vector<IdentifierMatches> find() {
        for (std::size_t at = 0; at < text_.size();) {
            if (!isAlphanumeric(text_[at])) {
                ++at;
                continue;
            }
            if (beginsFree(text_, at)) begins(at);
            while (at < text_.size() && isAlphanumeric(text_[at])) ++at;
        }
        for (const std::size_t i : mailAddresses_) addresses(i);
        return std::move(found_);
    }

  private:
    void begins(std::size_t at) {
        if (isAsciiDigit(text_[at])) {
            tryKinds(addresses4_, at);
            if (digitsIn(text_.substr(at, kNearDigit)) >= kLeastDigits) tryKinds(withDigit_, at);
        } else if (digitsIn(text_.substr(at, kNearLetter)) > 0) {
            tryKinds(withLetter_, at);
        }
    }

    void tryKinds(const std::vector<std::size_t>& some, std::size_t at) {
        for (const std::size_t i : some) {
            if (at < next_[i] || found_[i].count >= limits_.matches) continue;
            const std::size_t length = match(identifierSpec(found_[i].kind), text_.substr(at), at);
            if (length > 0) keep(i, at, length);
        }
    }

    // Bytes of an identifier of that kind at the front of `rest`, which stands at `at`; its value in
    // `value_`.
    std::size_t match(const IdentifierSpec& spec, std::string_view rest, std::size_t at) {
        if (spec.kind == Identifier::kIpv4) {
            const std::size_t length = matchIpv4(rest, value_);
            return length > 0 && endsFree(text_, at + length) ? length : 0;
        }
        if (spec.kind == Identifier::kIban) {
            const std::size_t length = matchIban(rest, value_);
            return length > 0 && endsFree(text_, at + length) && spec.check(value_) ? length : 0;
        }
        for (const std::string_view pattern : spec.patterns) {
            const std::size_t length = matchPattern(rest, pattern, value_);
            if (length > 0 && endsFree(text_, at + length) && spec.check(value_)) return length;
        }
        return 0;
    }

    void keep(std::size_t i, std::size_t at, std::size_t length) {
        next_[i] = at + length;
        if (!known_[i].insert(value_).second) return;
        ++found_[i].count;
        if (found_[i].excerpts.size() < limits_.excerpts) {
            found_[i].excerpts.push_back(masked(found_[i].kind, text_.substr(at, length)));
        }
    }

    void addresses(std::size_t i) {
        for (std::size_t sign = text_.find('@');
             sign != std::string_view::npos && found_[i].count < limits_.matches;
             sign = text_.find('@', sign + 1)) {
            std::size_t start = sign;
            while (start > next_[i] && sign - start <= kLongestLocal && isLocalByte(text_[start - 1]))
                --start;
            while (start < sign && !isAlphanumeric(text_[start])) ++start;
            std::size_t end = sign + 1;
            while (end < text_.size() &&
                   (isAlphanumeric(text_[end]) || text_[end] == '-' || text_[end] == '.'))
                ++end;
            while (end > sign + 1 && !isAlphanumeric(text_[end - 1])) --end;
            const std::string domain = lowered(text_.substr(sign + 1, end - sign - 1));
            if (start == sign || sign - start > kLongestLocal || domain.find('.') == std::string::npos ||
                urlHost(domain).kind != UrlHost::Kind::kName || !isKnownTopLevel(topLevel(domain))) {
                continue;
            }
            value_ = lowered(text_.substr(start, sign - start)) + '@' + domain;
            keep(i, start, end - start);
        }
    }

    const std::string_view text_;
    const IdentifierLimits& limits_;
    std::vector<IdentifierMatches> found_;
    std::vector<std::unordered_set<std::string>> known_;
    std::vector<std::size_t> withDigit_, withLetter_, addresses4_, mailAddresses_;  // by how they begin
    std::vector<std::size_t> next_;  // where a match of the kind may begin
    std::string value_;
};

}  // namespace

std::vector<IdentifierMatches> findIdentifiers(std::string_view utf8, std::span<const Identifier> kinds,
                                               const IdentifierLimits& limits) {
    std::string buffer;
    return Finder(plainSeparators(utf8, buffer), kinds, limits).find();
}

IdentifierMatches findIdentifiers(std::string_view utf8, Identifier kind, const IdentifierLimits& limits) {
    return findIdentifiers(utf8, std::span(&kind, 1), limits).front();
}

}  // namespace weir
