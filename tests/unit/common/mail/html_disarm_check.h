// Whether disarmed HTML is what it must be, judged by its bytes alone: by another reader than the one that
// wrote it.
#pragma once

#include <string>
#include <string_view>

namespace weir::test {

// "" when every "<" begins a tag in the one strict form (lower-case names, values in double quotes without
// markup), no element and attribute is one that runs, loads or sends, and no address leads out of the mail
// but those of links; else what is wrong, with the place.
std::string disarmProblem(std::string_view html);

}  // namespace weir::test
