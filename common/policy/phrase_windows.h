// What a scan for many phrases looks for: of each phrase a few bytes in a row, its window, such that few
// other phrases of the set have the same ones, and of such windows the one of the rarest letters. What many
// phrases share is likely to be in most texts; what is rare in the set is rare in mail. Pure functions.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace weir {

// The `width` bytes at `p`, 8 at most.
inline std::uint64_t windowAt(const char* p, unsigned width) {
    std::uint64_t window = 0;
    std::memcpy(&window, p, width);
    return window;
}

// Fibonacci hashing: the upper bits are well mixed.
inline std::uint64_t mixedWindow(std::uint64_t window) {
    return (window ^ (window >> 29)) * 0x9E3779B97F4A7C15ull;
}

// Where the window of each phrase numbered in `members` begins; those phrases are `width` bytes or longer.
// `tried` places of a phrase are looked at, spread evenly; at least 2.
std::vector<std::uint32_t> rarestWindows(const std::vector<std::string>& phrases,
                                         std::span<const std::uint32_t> members, unsigned width,
                                         unsigned tried);

}  // namespace weir
