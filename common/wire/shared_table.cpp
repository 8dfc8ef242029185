#include "common/wire/shared_table.h"

#include <cstring>
#include <random>

namespace weir {
namespace {

struct Secret {
    std::uint64_t words[4];
    Secret() {
        std::random_device random;
        for (std::uint64_t& word : words) word = (std::uint64_t{random()} << 32 | random()) | 1;
    }
};

// The two halves of the 128-bit product folded: every bit of the result depends on every bit of both.
std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

const Secret& secret() {
    static const Secret one;
    return one;
}

}  // namespace

std::uint64_t secretHash(const SharedKey& key) {
    std::uint64_t low = 0, high = 0;
    std::memcpy(&low, key.data(), sizeof low);
    std::memcpy(&high, key.data() + sizeof low, sizeof high);
    const auto& words = secret().words;
    return folded(folded(low ^ words[0], words[1]) ^ high, words[2]);
}

std::uint64_t secretHash(const SharedTableKey& key) {
    const auto& words = secret().words;
    const std::uint64_t rest = std::uint64_t{key.slot} << 32 | key.kind;
    return folded(folded(secretHash(key.key) ^ key.column, words[3]) ^ rest, words[1]);
}

}  // namespace weir
