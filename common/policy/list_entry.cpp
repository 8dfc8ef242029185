#include "common/policy/list_entry.h"

#include <algorithm>
#include <charconv>

#include "common/mail/address.h"
#include "common/policy/dictionary_entry.h"
#include "common/policy/match_text.h"
#include "common/policy/network.h"
#include "common/policy/regex_pattern.h"

namespace weir {
namespace {

constexpr std::size_t kDomainBytes = 253;
// More wildcards than a file name or address needs; each costs the scan engine states.
constexpr std::ptrdiff_t kGlobStars = 16;

bool isDomainByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':' ||
           c == '[' || c == ']' || static_cast<unsigned char>(c) >= 0x80;
}

Expected<std::string> domainEntry(std::string text) {
    if (text.starts_with("*.")) text.erase(0, 1);
    if (text.ends_with('.')) text.pop_back();
    const std::string_view name = std::string_view(text).substr(text.starts_with('.') ? 1 : 0);
    if (name.empty() || name.size() > kDomainBytes || name.find("..") != std::string_view::npos ||
        name.front() == '.')
        return problem("", "expected a domain such as example.com or .example.com");
    if (!std::all_of(name.begin(), name.end(), isDomainByte))
        return problem("", "\"" + text + "\" holds a character that no domain has");
    return text;
}

Expected<std::string> globEntry(std::string text) {
    if (std::count(text.begin(), text.end(), '*') > kGlobStars)
        return problem("", "has more than " + std::to_string(kGlobStars) + " asterisks");
    // "**" means the same as "*".
    text.erase(std::unique(text.begin(), text.end(), [](char a, char b) { return a == '*' && b == '*'; }),
               text.end());
    return text;
}

Expected<std::string> dictionaryEntry(std::string_view line) {
    const auto entry = parseDictionaryEntry(line);
    if (!entry) return tl::unexpected<Problem>(entry.error());
    if (entry->kind == DictionaryEntry::Kind::kRegex)
        if (auto checked = checkRegex(entry->text); !checked) return tl::unexpected<Problem>(checked.error());
    return dictionaryEntryText(*entry);
}

}  // namespace

Expected<std::string> canonicalEntry(ListKind kind, std::string_view entry) {
    if (entry.empty()) return problem("", "expected a text that is not empty");
    if (entry.size() > kEntryBytes)
        return problem("", "is longer than " + std::to_string(kEntryBytes) + " bytes");
    if (entry.find('\0') != std::string_view::npos) return problem("", "holds a NUL character");
    std::string buffer;
    if (regexText(entry, buffer).data() != entry.data() && kind == ListKind::kRegex)
        return problem("", "holds a character that cannot be searched for");
    if (kind == ListKind::kRegex) {
        if (auto checked = checkRegex(entry); !checked) return tl::unexpected<Problem>(checked.error());
        return std::string(entry);
    }
    if (kind == ListKind::kDictionary) return dictionaryEntry(entry);
    std::string folded = foldedText(entry);
    if (folded.empty()) return problem("", "holds nothing but white space");
    switch (kind) {
        case ListKind::kAddress:
            return addressListEntry(folded);
        case ListKind::kDomain:
            return domainEntry(std::move(folded));
        case ListKind::kNetwork: {
            const auto network = parseNetwork(folded);
            if (!network) return tl::unexpected<Problem>(network.error());
            return toText(*network);
        }
        case ListKind::kGlob:
            return globEntry(std::move(folded));
        default:
            return folded;
    }
}

Expected<std::uint64_t> parseSize(std::string_view text) {
    constexpr std::string_view kUnits = "KMGT";
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
    unsigned shift = 0;
    if (error != std::errc() || rest.size() > 1)
        return problem("", "expected a size such as 500K, 10M or 2G");
    if (rest.size() == 1) {
        const std::size_t unit = kUnits.find(static_cast<char>(rest[0] & ~0x20));
        if (unit == std::string_view::npos) return problem("", "expected a size such as 500K, 10M or 2G");
        shift = 10 * (static_cast<unsigned>(unit) + 1);
    }
    if (number > (UINT64_MAX >> 1 >> shift)) return problem("", "is larger than any size");
    return number << shift;
}

std::string sizeText(std::uint64_t bytes) {
    constexpr const char* kUnits[] = {"", "K", "M", "G", "T"};
    std::size_t unit = 0;
    for (; bytes != 0 && bytes % 1024 == 0 && unit < 4; ++unit) bytes /= 1024;
    return std::to_string(bytes) + kUnits[unit];
}

}  // namespace weir
