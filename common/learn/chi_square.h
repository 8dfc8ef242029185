// How Robinson combines what single tokens say of a mail (after Fisher): pure functions.
#pragma once

#include <span>

namespace weir {

// Chance that a chi-square variable of 2 × `pairs` degrees of freedom is above 2 × `half`.
double chiSquareAbove(double half, std::size_t pairs);

// `probabilities` between 0 and 1, without both: 0 to 1, 0.5 for none of them. Whatever their order.
double combined(std::span<const double> probabilities);

}  // namespace weir
