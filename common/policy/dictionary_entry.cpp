#include "common/policy/dictionary_entry.h"

#include <cstring>

#include "common/mail/ascii.h"
#include "common/policy/match_text.h"

namespace weir {
namespace {

using Kind = DictionaryEntry::Kind;

Expected<DictionaryEntry> tooLong(std::size_t bytes) {
    return problem("", "an entry has at most " + std::to_string(kDictionaryLineBytes) +
                           " bytes, this one has " + std::to_string(bytes));
}

// "3*" at the front of `line`: bytes it has; 0 when there is none.
std::size_t weightLength(std::string_view line) {
    std::size_t digits = 0;
    while (digits < line.size() && isAsciiDigit(line[digits])) ++digits;
    std::size_t star = digits;
    while (star < line.size() && line[star] == ' ') ++star;
    return digits > 0 && star < line.size() && line[star] == '*' ? star + 1 : 0;
}

Expected<int> weight(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (!isAsciiDigit(c)) break;
        value = std::min(value * 10 + (c - '0'), kHighestWeight + 1);
    }
    if (value >= 1 && value <= kHighestWeight) return value;
    return problem("", "the weight before \"*\" must be 1 to " + std::to_string(kHighestWeight) +
                           "; a phrase that begins with a number and \"*\" is written 1*" +
                           boundedText(text, 40));
}

Expected<DictionaryEntry> identifier(DictionaryEntry entry, std::string_view rest) {
    if (!rest.ends_with('}')) {
        return problem("", "expected \"}\" at the end of " + boundedText(rest, 80) + ", as in {iban}");
    }
    entry.kind = Kind::kIdentifier;
    entry.text = lowered(trimmed(rest.substr(1, rest.size() - 2)));
    if (const IdentifierSpec* spec = findIdentifierKind(entry.text)) {
        entry.identifier = spec->kind;
        return entry;
    }
    std::string known;
    for (const IdentifierSpec& spec : identifierKinds()) {
        known += (known.empty() ? "" : ", ") + std::string(spec.name);
    }
    return problem("", "there is no identifier {" + boundedText(entry.text, 80) + "}; there are: " + known);
}

// What stands behind the weight.
Expected<DictionaryEntry> content(DictionaryEntry entry, std::string_view rest) {
    if (rest.starts_with('{')) return identifier(std::move(entry), rest);
    if (rest.starts_with('/')) {
        if (rest.size() < 3 || !rest.ends_with('/')) {
            return problem("",
                           "expected an expression between two \"/\", as in /conf[i1]dential/, but found " +
                               boundedText(rest, 80));
        }
        entry.kind = Kind::kRegex;
        entry.text = rest.substr(1, rest.size() - 2);
        return entry;
    }
    entry.text = foldedText(rest);
    if (entry.text.empty()) {
        return problem(
            "",
            "expected a phrase, /expression/ or {identifier}, with a weight before it if wanted: 3*phrase");
    }
    if (entry.text.front() == '/' || entry.text.front() == '{') {  // behind something that nobody sees
        return problem("", "a phrase that begins with \"/\" or \"{\" is written as expression: /\\" +
                               boundedText(entry.text, 80) + "/");
    }
    return entry;
}

}  // namespace

Expected<DictionaryEntry> parseDictionaryEntry(std::string_view line) {
    if (line.size() > kDictionaryLineBytes) return tooLong(line.size());
    line = trimmed(line);
    DictionaryEntry entry;
    if (const std::size_t length = weightLength(line)) {
        const Expected<int> number = weight(line);
        if (!number) return tl::unexpected(number.error());
        entry.weight = *number;
        line = trimmed(line.substr(length));
    }
    Expected<DictionaryEntry> read = content(std::move(entry), line);
    if (!read) return read;
    const std::size_t size = dictionaryEntryText(*read).size();  // folding may have made it longer
    return size > kDictionaryLineBytes ? tooLong(size) : read;
}

std::string dictionaryEntryText(const DictionaryEntry& entry) {
    std::string text = entry.kind == Kind::kPhrase       ? entry.text
                       : entry.kind == Kind::kIdentifier ? '{' + entry.text + '}'
                                                         : '/' + entry.text + '/';
    const bool misread = entry.kind == Kind::kPhrase && weightLength(text) > 0;
    return entry.weight == 1 && !misread ? text : std::to_string(entry.weight) + '*' + text;
}

std::size_t countPhrase(std::string_view text, std::string_view phrase, std::size_t most) {
    if (phrase.empty()) return 0;
    std::size_t count = 0;
    while (count < most) {
        const void* found = ::memmem(text.data(), text.size(), phrase.data(), phrase.size());
        if (found == nullptr) break;
        ++count;
        const auto before = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
        text.remove_prefix(before + phrase.size());
    }
    return count;
}

}  // namespace weir
