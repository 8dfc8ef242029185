// Numbers as the formats of this folder store them, least significant byte first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace weir {

template <class N>
void putNumber(N value, std::string& out) {
    static_assert(std::is_unsigned_v<N>);
    for (std::size_t i = 0; i < sizeof value; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFF);
}

// `bytes` must hold offset + sizeof(N) bytes.
template <class N>
N getNumber(std::string_view bytes, std::size_t offset) {
    static_assert(std::is_unsigned_v<N>);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(N); ++i)
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[offset + i])) << (8 * i);
    return static_cast<N>(value);
}

}  // namespace weir
