#include "master/service/learned_digest.h"

namespace weir {
namespace {

constexpr std::size_t kNumberBytes = 8;

}  // namespace

std::string digestBytes(const FuzzyDigest& digest) {
    std::string bytes;
    bytes.reserve(digest.minima.size() * kNumberBytes);
    for (const std::uint64_t number : digest.minima)
        for (std::size_t i = 0; i < kNumberBytes; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
    return bytes;
}

std::optional<FuzzyDigest> digestFromBytes(std::string_view bytes) {
    FuzzyDigest digest{};
    if (bytes.size() != digest.minima.size() * kNumberBytes) return std::nullopt;
    for (std::size_t n = 0; n < digest.minima.size(); ++n) {
        std::uint64_t number = 0;
        for (std::size_t i = kNumberBytes; i-- > 0;)
            number = number << 8 | static_cast<unsigned char>(bytes[n * kNumberBytes + i]);
        digest.minima[n] = number;
    }
    return digest;
}

}  // namespace weir
