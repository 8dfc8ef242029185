#include "slave/auth/spf_macro.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/policy/network.h"

namespace weir {
namespace {

constexpr std::string_view kLetters = "slodipvh", kTextLetters = "slodipvhcrt", kDelimiters = ".-+,/_=";
constexpr std::size_t kMostParts = 128;  // more than any name has

bool isAlphanumeric(char c) {
    return isAsciiLetter(c) || isAsciiDigit(c);
}

// "{" has been read. Moves `at` behind the "}".
Expected<SpfMacro> parseMacro(std::string_view text, std::size_t& at, bool inText) {
    const auto next = [&] { return at < text.size() ? text[at] : '\0'; };
    SpfMacro macro;
    const char letter = next();
    macro.letter = lowerAscii(letter);
    if (letter == '\0' || (inText ? kTextLetters : kLetters).find(macro.letter) == std::string_view::npos)
        return problem("", "unknown macro letter");
    macro.urlEscaped = letter != macro.letter;
    ++at;
    const std::size_t digits = at;
    for (; isAsciiDigit(next()); ++at) {
        macro.parts = std::min(macro.parts * 10 + static_cast<std::size_t>(next() - '0'), kMostParts);
    }
    if (at > digits && macro.parts == 0) return problem("", "a macro keeps at least one part");
    if (lowerAscii(next()) == 'r') {
        macro.reversed = true;
        ++at;
    }
    for (; at < text.size() && kDelimiters.find(next()) != std::string_view::npos; ++at) {
        if (macro.delimiters.find(next()) == std::string::npos) macro.delimiters += next();
    }
    if (next() != '}') return problem("", "a macro does not end with }");
    ++at;
    return macro;
}

bool endsInTopLabel(std::string_view text) {
    if (text.ends_with('.')) text.remove_suffix(1);
    const std::size_t dot = text.rfind('.');
    if (dot == std::string_view::npos) return false;
    const std::string_view label = text.substr(dot + 1);
    if (label.empty() || !isAlphanumeric(label.front()) || !isAlphanumeric(label.back())) return false;
    return std::all_of(label.begin(), label.end(), [](char c) { return isAlphanumeric(c) || c == '-'; }) &&
           !std::all_of(label.begin(), label.end(), isAsciiDigit);
}

std::string transformed(const std::string& value, const SpfMacro& macro) {
    if (macro.parts == 0 && !macro.reversed && macro.delimiters.empty()) return value;
    const std::string delimiters = macro.delimiters.empty() ? "." : macro.delimiters;
    std::vector<std::string_view> parts;
    const std::string_view text = value;
    for (std::size_t begin = 0;;) {
        const std::size_t end = text.find_first_of(delimiters, begin);
        parts.push_back(text.substr(begin, end - begin));
        if (end == std::string_view::npos) break;
        begin = end + 1;
    }
    if (macro.reversed) std::reverse(parts.begin(), parts.end());
    const std::size_t first =
        macro.parts == 0 || macro.parts >= parts.size() ? 0 : parts.size() - macro.parts;
    std::string joined;
    for (std::size_t i = first; i < parts.size(); ++i) {
        if (i > first) joined += '.';
        joined += parts[i];
    }
    return joined;
}

std::string urlEscaped(const std::string& value) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string escaped;
    for (const char c : value) {
        if (isAlphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            escaped += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            escaped += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    return escaped;
}

std::string valueOf(char letter, const SpfMacroValues& values) {
    switch (letter) {
        case 's':
            return values.local + "@" + values.senderDomain;
        case 'l':
            return values.local;
        case 'o':
            return values.senderDomain;
        case 'd':
            return values.domain;
        case 'i':
            return values.dotted;
        case 'p':
            return values.validatedName ? values.validatedName() : "unknown";
        case 'v':
            return values.v4 ? "in-addr" : "ip6";
        case 'h':
            return values.helo;
        case 'c':
            return values.address;
        case 'r':
            return values.receiver.empty() ? "unknown" : values.receiver;
        case 't':
            return std::to_string(values.time);
        default:
            return "";
    }
}

}  // namespace

Expected<SpfMacroString> parseSpfMacroString(std::string_view text, bool inText) {
    SpfMacroString string;
    std::string literal;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at++];
        if (c != '%') {
            if ((c < 0x21 || c > 0x7E) && !(inText && c == ' '))
                return problem("", "a character that is not printable ASCII");
            literal += c;
            continue;
        }
        const char kind = at < text.size() ? text[at++] : '\0';
        if (kind == '%') {
            literal += '%';
        } else if (kind == '_') {
            literal += ' ';
        } else if (kind == '-') {
            literal += "%20";
        } else if (kind == '{') {
            auto macro = parseMacro(text, at, inText);
            if (!macro) return tl::unexpected(macro.error());
            macro->literal.swap(literal);
            literal.clear();
            string.usesLocalPart = string.usesLocalPart || macro->letter == 's' || macro->letter == 'l';
            string.macros.push_back(std::move(*macro));
        } else {
            return problem("", "a % that begins no macro");
        }
    }
    if (!literal.empty()) string.macros.push_back({std::move(literal), 0, false, 0, false, ""});
    return string;
}

Expected<SpfMacroString> parseSpfDomainSpec(std::string_view text) {
    if (text.empty()) return problem("", "the domain is empty");
    auto string = parseSpfMacroString(text, false);
    if (!string) return string;
    if (string->macros.back().letter == 0 && !endsInTopLabel(text))
        return problem("", "the domain ends neither in a macro nor in a top-level label");
    return string;
}

std::optional<std::string> expandSpfMacros(const SpfMacroString& string, const SpfMacroValues& values,
                                           std::size_t maxBytes) {
    std::string text;
    for (const SpfMacro& macro : string.macros) {
        text += macro.literal;
        if (macro.letter != 0) {
            const std::string value = transformed(valueOf(macro.letter, values), macro);
            text += macro.urlEscaped ? urlEscaped(value) : value;
        }
        if (text.size() > maxBytes) return std::nullopt;
    }
    return text;
}

std::string spfDottedAddress(const std::string& address) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    const auto bytes = parseAddress(address);
    if (!bytes) return "";
    if (isMappedV4(*bytes)) return toText(Network{*bytes, 128});
    std::string text;
    for (const std::uint8_t byte : *bytes) {
        if (!text.empty()) text += '.';
        text += {kDigits[byte >> 4], '.', kDigits[byte & 15]};
    }
    return text;
}

}  // namespace weir
