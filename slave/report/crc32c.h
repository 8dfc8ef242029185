// CRC-32C (Castagnoli, RFC 3720 appendix B.4), the checksum of every record on disk.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

// Of `bytes`; pass the result of an earlier call to go on where it ended.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t earlier = 0);

// The same without the processor's instruction; crc32c() chooses.
std::uint32_t crc32cPortable(std::string_view bytes, std::uint32_t earlier = 0);

}  // namespace weir
