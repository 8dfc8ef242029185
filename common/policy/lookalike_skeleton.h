// What a text looks like (after the idea of UTS #39): texts that a hurried reader takes for each other have
// the same skeleton. Pure; linear; any bytes; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Lower case without accents and compatibility forms, letters of other scripts as the Latin ones they look
// like, 0 as o, 1 and i as l, 3 4 5 8 as e a s b, "rn" as m, "vv" as w, "cl" as d. Characters that nobody
// sees are gone; all others stay.
std::u32string lookalikeSkeleton(std::string_view utf8);

// The skeletons of the words of a name: runs of letters and digits, at most `most` of them.
std::vector<std::u32string> lookalikeWords(std::string_view utf8, std::size_t most);

}  // namespace weir
