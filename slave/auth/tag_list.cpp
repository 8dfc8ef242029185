#include "slave/auth/tag_list.h"

#include <algorithm>
#include <array>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr bool isFoldingSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view unspaced(std::string_view text) {
    while (!text.empty() && isFoldingSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && isFoldingSpace(text.back())) text.remove_suffix(1);
    return text;
}

bool isTagName(std::string_view name) {
    return !name.empty() && isAsciiLetter(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
        return isAsciiLetter(c) || isAsciiDigit(c) || c == '_';
    });
}

bool isTagValue(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return isFoldingSpace(c) || (byte > 0x20 && byte != 0x7F && c != ';');
    });
}

constexpr std::array<signed char, 256> base64Values() {
    std::array<signed char, 256> values{};
    for (auto& value : values) value = -1;
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<signed char>(i);
    return values;
}

constexpr auto kBase64Values = base64Values();

}  // namespace

Expected<TagList> TagList::parse(std::string_view text, const TagListLimits& limits) {
    if (text.size() > limits.bytes) return problem("", "over " + std::to_string(limits.bytes) + " bytes");
    TagList list;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(';', at), text.size());
        const std::string_view piece = text.substr(at, end - at);
        if (end == text.size() && unspaced(piece).empty() && !list.tags_.empty())
            break;  // after the last ";"
        const std::size_t equals = piece.find('=');
        if (equals == std::string_view::npos) return problem("", "a tag without \"=\"");
        Tag tag{unspaced(piece.substr(0, equals)), unspaced(piece.substr(equals + 1)), at + equals + 1, end};
        if (!isTagName(tag.name)) return problem("", "a tag name that is none");
        if (!isTagValue(tag.value)) return problem(std::string(tag.name) + "=", "a byte that no value has");
        if (list.tags_.size() >= limits.tags)
            return problem("", "over " + std::to_string(limits.tags) + " tags");
        if (list.find(tag.name)) return problem(std::string(tag.name) + "=", "twice");
        list.tags_.push_back(tag);
        at = end + 1;
    }
    return list;
}

const Tag* TagList::find(std::string_view name) const {
    for (const Tag& tag : tags_) {
        if (tag.name == name) return &tag;
    }
    return nullptr;
}

std::optional<std::string_view> TagList::value(std::string_view name) const {
    const Tag* tag = find(name);
    return tag ? std::optional(tag->value) : std::nullopt;
}

std::string withoutSpace(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (const char c : text) {
        if (!isFoldingSpace(c)) result += c;
    }
    return result;
}

std::optional<std::string> decodedBase64(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    unsigned held = 0;
    std::size_t digits = 0, padding = 0;
    for (const char c : text) {
        if (isFoldingSpace(c)) continue;
        if (c == '=') {
            ++padding;
            continue;
        }
        const int value = kBase64Values[static_cast<unsigned char>(c)];
        if (value < 0 || padding > 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        held += 6;
        ++digits;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>(bits >> held & 0xFF);
        }
    }
    const bool padded = padding == 0 || (padding < 3 && (digits + padding) % 4 == 0);
    if (digits % 4 == 1 || !padded) return std::nullopt;
    return bytes;
}

std::optional<std::uint64_t> decimalNumber(std::string_view text, std::size_t digits) {
    if (text.empty() || text.size() > digits) return std::nullopt;
    std::uint64_t number = 0;
    bool over = false;
    for (const char c : text) {
        if (!isAsciiDigit(c)) return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        over = over || number > (UINT64_MAX - digit) / 10;
        number = number * 10 + digit;
    }
    return over ? UINT64_MAX : number;
}

std::vector<std::string_view> colonList(std::string_view text) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const std::size_t colon = text.find(':');
        pieces.push_back(unspaced(text.substr(0, colon)));
        if (colon == std::string_view::npos) return pieces;
        text.remove_prefix(colon + 1);
    }
}

bool isTagDomain(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    std::size_t label = 0;
    for (const char c : text) {
        if (c == '.') {
            if (label == 0) return false;
            label = 0;
        } else {
            const bool fits = isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_' ||
                              static_cast<unsigned char>(c) > 0x7F;
            if (!fits || ++label > 63) return false;
        }
    }
    return label > 0;
}

}  // namespace weir
