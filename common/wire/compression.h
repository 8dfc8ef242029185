// zstd (RFC 8878) for bodies of the node protocol, with the size after decompression bounded.
#pragma once

#include <string>
#include <string_view>

#include "common/base/error.h"

namespace weir {

// Bodies up to this size go uncompressed.
inline constexpr std::size_t kCompressAbove = 1024;

std::string compress(std::string_view bytes);

// Refuses what is not one whole zstd frame or is larger than `limit` when decompressed: no more than the
// limit and a window of at most 8 MiB is ever held.
Expected<std::string> decompress(std::string_view bytes, std::size_t limit);

}  // namespace weir
