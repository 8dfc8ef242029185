#include "slave/counters/rates.h"

#include "common/policy/network.h"

namespace weir {
namespace {

constexpr unsigned kMappedBits = 96;  // in front of an IPv4 address

SharedKey keyOf(std::string_view name, std::string_view key, std::chrono::seconds window) {
    return sharedKey({"rate", name, key, std::to_string(window.count())});
}

}  // namespace

bool overLimit(const RateLimit& limit, const WindowCount& count) {
    if (count.total <= limit.limit) return false;
    return count.total - limit.limit > limit.burst || count.earlier > limit.limit;
}

WindowCount Rates::add(std::string_view name, std::string_view key, std::uint64_t amount,
                       std::chrono::seconds window, TimePoint now) {
    return counts_.add(keyOf(name, key, window), amount, window, now);
}

WindowCount Rates::peek(std::string_view name, std::string_view key, std::chrono::seconds window,
                        TimePoint now) {
    return counts_.peek(keyOf(name, key, window), window, now);
}

std::string clientNetwork(std::string_view address, unsigned v4Prefix, unsigned v6Prefix) {
    const auto bytes = parseAddress(address);
    if (!bytes) return std::string(address);
    const bool v4 = masked(*bytes, kMappedBits) ==
                    masked(AddressBytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, kMappedBits);
    const unsigned prefix = std::min(v4 ? kMappedBits + v4Prefix : v6Prefix, 128u);
    const AddressBytes network = masked(*bytes, prefix);
    std::string key(network.begin(), network.end());
    key += static_cast<char>(prefix);
    return key;
}

}  // namespace weir
