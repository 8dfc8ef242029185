#include "common/policy/phrase_windows.h"

namespace weir {
namespace {

// Windows worth a try: both ends, the middle and the quarters.
std::array<std::uint32_t, 5> offsetsOf(std::size_t length, unsigned width) {
    const auto last = static_cast<std::uint32_t>(length - width);
    return {0, last, last / 2, last / 4, last - last / 4};
}

}  // namespace

std::vector<std::uint32_t> rarestWindows(const std::vector<std::string>& phrases,
                                         std::span<const std::uint32_t> members, unsigned width,
                                         unsigned bits) {
    const auto hashAt = [&](const std::string& phrase, std::uint32_t offset) {
        return mixedWindow(windowAt(phrase.data() + offset, width)) >> (64 - bits);
    };
    // How many phrases could be found by each hash.
    std::vector<std::uint32_t> shared(std::size_t{1} << bits);
    for (const std::uint32_t i : members)
        for (const std::uint32_t offset : offsetsOf(phrases[i].size(), width))
            ++shared[hashAt(phrases[i], offset)];
    std::vector<std::uint32_t> rarest;
    rarest.reserve(members.size());
    for (const std::uint32_t i : members) {
        std::uint32_t best = 0, fewest = UINT32_MAX;
        for (const std::uint32_t offset : offsetsOf(phrases[i].size(), width)) {
            const std::uint32_t others = shared[hashAt(phrases[i], offset)];
            if (others >= fewest) continue;
            fewest = others;
            best = offset;
        }
        rarest.push_back(best);
    }
    return rarest;
}

}  // namespace weir
