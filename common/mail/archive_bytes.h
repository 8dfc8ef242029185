// Numbers in files, least significant byte first; 0 where the bytes end. Offsets never overflow.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

template <class N>
N littleEndian(std::string_view bytes, std::uint64_t at) {
    std::uint64_t value = 0;
    if (at > bytes.size() || bytes.size() - at < sizeof(N)) return 0;
    for (std::size_t i = 0; i < sizeof(N); ++i)
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return static_cast<N>(value);
}
inline std::uint16_t u16At(std::string_view bytes, std::uint64_t at) {
    return littleEndian<std::uint16_t>(bytes, at);
}
inline std::uint32_t u32At(std::string_view bytes, std::uint64_t at) {
    return littleEndian<std::uint32_t>(bytes, at);
}
inline std::uint64_t u64At(std::string_view bytes, std::uint64_t at) {
    return littleEndian<std::uint64_t>(bytes, at);
}

// The bytes from `at` on, at most `length`; fewer or none where they end.
inline std::string_view bytesAt(std::string_view bytes, std::uint64_t at, std::uint64_t length) {
    return at >= bytes.size() ? std::string_view() : bytes.substr(at, length);
}
inline bool hasAt(std::string_view bytes, std::uint64_t at, std::string_view what) {
    return bytesAt(bytes, at, what.size()) == what;
}

}  // namespace weir
