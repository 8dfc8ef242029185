// One line of a weighted dictionary: what is counted in a text, and how much each occurrence weighs.
//
//     [WEIGHT*] phrase         3*wire transfer       folded text (match_text.h), counted wherever it stands
//     [WEIGHT*] /expression/   /conf[i1]dential/     RE2 syntax; its validity is for the caller to check
//     [WEIGHT*] {identifier}   5*{iban}              one of identifierKinds(), counted by findIdentifiers()
//
// WEIGHT is 1 to 1000; 1 when absent. A phrase that would be read as something else is written with its
// weight
// ("1*3*x" is the phrase "3*x"); one that begins with "/" or "{" is written as expression. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "common/base/error.h"
#include "common/policy/identifier_kinds.h"

namespace weir {

inline constexpr int kHighestWeight = 1000;
inline constexpr std::size_t kDictionaryLineBytes = 4096;

struct DictionaryEntry {
    enum class Kind { kPhrase, kRegex, kIdentifier };
    int weight = 1;
    Kind kind = Kind::kPhrase;
    std::string text;  // folded phrase, expression without "/", name without braces
    Identifier identifier = Identifier::kPaymentCard;  // of kIdentifier

    bool operator==(const DictionaryEntry&) const = default;
};

// The problem has no `where`.
Expected<DictionaryEntry> parseDictionaryEntry(std::string_view line);

// The shortest line that is read back as this entry.
std::string dictionaryEntryText(const DictionaryEntry& entry);

// How often the phrase stands in the text, without overlaps; counting stops at `most`. Both folded. Linear.
std::size_t countPhrase(std::string_view text, std::string_view phrase, std::size_t most);

}  // namespace weir
