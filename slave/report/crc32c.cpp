#include "slave/report/crc32c.h"

#include <array>
#include <cstring>

namespace weir {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78u;  // reversed

constexpr std::array<std::uint32_t, 256> makeTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) ? kPolynomial : 0);
        table[i] = value;
    }
    return table;
}

constexpr auto kTable = makeTable();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32cSse42(std::string_view bytes, std::uint32_t earlier) {
    std::uint64_t crc = ~earlier;
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        crc = __builtin_ia32_crc32di(crc, word);
    }
    std::uint32_t crc32 = static_cast<std::uint32_t>(crc);
    for (; left > 0; --left, ++at) crc32 = __builtin_ia32_crc32qi(crc32, static_cast<unsigned char>(*at));
    return ~crc32;
}
#endif

}  // namespace

std::uint32_t crc32cPortable(std::string_view bytes, std::uint32_t earlier) {
    std::uint32_t crc = ~earlier;
    for (const char byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFF];
    return ~crc;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t earlier) {
#if defined(__x86_64__)
    static const bool fast = __builtin_cpu_supports("sse4.2");
    if (fast) return crc32cSse42(bytes, earlier);
#endif
    return crc32cPortable(bytes, earlier);
}

}  // namespace weir
