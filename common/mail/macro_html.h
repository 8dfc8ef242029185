// Where in HTML a value from outside may stand. Pure, linear.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// `places`: offsets of macros ("${name}") in `html`, in order. "" when each of them stands in text, or in a
// quoted attribute value that is neither code nor style, and in an address only behind its scheme and host;
// else why not.
std::string macroPlaceProblem(std::string_view html, const std::vector<std::size_t>& places);

}  // namespace weir
