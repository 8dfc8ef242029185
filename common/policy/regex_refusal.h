// What other engines' regular expressions have and ours cannot: named for the one who wrote it, with the
// reason and, where there is one, the way to write it here.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// About the first such construct of an expression that RE2 has refused: look-around, back-references,
// recursion, conditions, possessive and atomic groups, and escapes that RE2 does not know. Empty when there
// is none. What is escaped, quoted (\Q…\E) or inside a class does not count.
std::string foreignConstruct(std::string_view pattern);

}  // namespace weir
