// A fuzzy digest as the database keeps it: 32 numbers of 8 bytes, the lowest byte first.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/learn/lesson.h"

namespace weir {

std::string digestBytes(const FuzzyDigest& digest);
std::optional<FuzzyDigest> digestFromBytes(std::string_view bytes);  // nothing: not 256 bytes

}  // namespace weir
