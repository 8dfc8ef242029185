// The frequent words and the letters by which languages of one script are told apart.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir {

// A set of languages; bit i is kWordLanguages[i].
using LanguageSet = std::uint32_t;

inline constexpr std::array<std::string_view, 24> kWordLanguages = {
    "af", "ca", "cs", "da", "de", "en", "es", "fi", "fr", "gl", "hr", "hu",
    "id", "it", "nl", "no", "pl", "pt", "ro", "sk", "sl", "sv", "tr", "vi"};

// The languages in which `word`, in lower case, is frequent; 0 for none.
LanguageSet languagesWithWord(std::string_view word);

// The languages of whose longer words `ending` is a frequent end; 0 for none.
LanguageSet languagesWithEnding(std::string_view ending);
inline constexpr std::size_t kLongestEnding = 7;  // bytes
inline constexpr std::size_t kShortestEnding = 3;

// The languages that write this letter of Latin script outside ASCII, in lower case; 0 for none of them.
LanguageSet languagesWithLetter(char32_t letter);

}  // namespace weir
