#include "common/policy/phrase_windows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

namespace weir {
namespace {

// How seldom each byte is in text: letters by their frequency in European languages, then everything else.
constexpr auto kSeldom = [] {
    constexpr std::string_view kOrder = " etaoinsrhldcumfpgwybvkxjqz";
    std::array<std::uint8_t, 256> seldom{};
    seldom.fill(kOrder.size());
    for (std::size_t i = 0; i < kOrder.size(); ++i)
        seldom[static_cast<unsigned char>(kOrder[i])] = static_cast<std::uint8_t>(i);
    return seldom;
}();

unsigned seldom(std::string_view window) {
    unsigned sum = 0;
    for (const char c : window) sum += kSeldom[static_cast<unsigned char>(c)];
    return sum;
}

}  // namespace

std::vector<std::uint32_t> rarestWindows(const std::vector<std::string>& phrases,
                                         std::span<const std::uint32_t> members, unsigned width,
                                         unsigned tried) {
    const auto bits = static_cast<unsigned>(std::bit_width(members.size() * tried));
    std::vector<std::uint32_t> shared(std::size_t{1} << bits);  // uses of each hash
    const auto eachWindow = [&](const std::string& phrase, auto use) {
        const std::size_t last = phrase.size() - width;
        const std::size_t steps = std::min<std::size_t>(last, tried - 1);
        for (std::size_t i = 0; i <= steps; ++i) {
            const std::size_t offset = steps == 0 ? 0 : last * i / steps;
            const std::uint64_t window = windowAt(phrase.data() + offset, width);
            use(static_cast<std::uint32_t>(offset), shared[mixedWindow(window) >> (64 - bits)]);
        }
    };
    for (const std::uint32_t i : members)
        eachWindow(phrases[i], [](std::uint32_t, std::uint32_t& uses) { ++uses; });
    std::vector<std::uint32_t> rarest;
    rarest.reserve(members.size());
    for (const std::uint32_t i : members) {
        std::uint32_t best = 0, fewest = UINT32_MAX;
        unsigned rank = 0;
        eachWindow(phrases[i], [&](std::uint32_t offset, std::uint32_t uses) {
            const unsigned own = seldom(std::string_view(phrases[i]).substr(offset, width));
            if (uses > fewest || (uses == fewest && own <= rank)) return;
            fewest = uses;
            rank = own;
            best = offset;
        });
        rarest.push_back(best);
    }
    return rarest;
}

}  // namespace weir
