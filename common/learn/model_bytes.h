// Where the numbers of a learned model lie (FORMAT.md). For its writer and reader.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace weir {

inline constexpr std::string_view kModelMagic = "weirlrn\n";
inline constexpr std::uint32_t kModelVersion = 1;
inline constexpr std::size_t kModelVersionAt = 8, kModelTokenizerAt = 12, kModelMailsAt = 16,
                             kModelSizesAt = 32;
inline constexpr std::size_t kModelHeaderBytes = 40;
inline constexpr std::size_t kModelTokenBytes = 16;
inline constexpr std::size_t kDigestMinima = 32;
inline constexpr std::size_t kModelDigestBytes = 4 * kDigestMinima;

template <class Number>
Number littleEndian(std::string_view bytes, std::size_t at) {
    Number number;
    std::memcpy(&number, bytes.data() + at, sizeof number);
    if constexpr (std::endian::native == std::endian::big) {
        if constexpr (sizeof number == 8) {
            number = __builtin_bswap64(number);
        } else {
            number = __builtin_bswap32(number);
        }
    }
    return number;
}

template <class Number>
void appendLittleEndian(std::string& bytes, Number number) {
    for (std::size_t i = 0; i < sizeof number; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFF);
}

}  // namespace weir
