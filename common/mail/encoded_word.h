// Header values between the form on the wire (RFC 5322 folding, RFC 2047 encoded words) and UTF-8 text.
// Pure functions, linear in the value.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// The text a reader sees: unfolded, trimmed, encoded words decoded, valid UTF-8, control characters as
// spaces. Neighbouring words of one charset are decoded together, so a character split between two of them is
// whole. What is no well-formed encoded word stays as it is.
std::string decodeHeaderText(std::string_view raw);

// The same of a parameter, which may be a file's name: control characters are left out, as systems that save
// the file do.
std::string decodeParameterText(std::string_view raw);

// `text` as a header value that decodes to it again, beginning at `column` of its first line (the length of
// "Name: "). Line breaks and other control characters become spaces, so nothing can begin a header of its
// own. Lines are at most 78 columns where words allow and never over 998; they are joined by "\n ", which is
// what the milter library wants (replace by "\r\n " elsewhere).
std::string encodeHeaderText(std::string_view text, std::size_t column);

// All of `text` as encoded words, its outer spaces too.
std::string encodeHeaderWords(std::string_view text, std::size_t column);

}  // namespace weir
