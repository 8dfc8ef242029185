// The two forms in which text of a mail is compared with a policy. Pure functions.
//
// Folded: for is, in, matches and contains. Lower case (Unicode, character by character), runs of white space
// of any kind become one space, none at either end, characters that a reader cannot see (zero-width, soft
// hyphen) are gone, invalid UTF-8 becomes U+FFFD. Policy entries are folded too, so plain bytes are compared.
//
// Regex text: for regex. The text as it is, but always valid UTF-8, and U+017F and U+212A, the two letters
// that Unicode folds into ASCII, are written s and k: so an ASCII pattern never needs Unicode folding.
#pragma once

#include <string>
#include <string_view>

namespace weir {

std::string foldedText(std::string_view text);

// Returns `text` itself where nothing has to change, else a view of `buffer`, which it fills.
std::string_view regexText(std::string_view text, std::string& buffer);

// At most `limit` bytes, cut between characters, with "…" where something is missing; always valid UTF-8.
std::string boundedText(std::string_view text, std::size_t limit);

}  // namespace weir
