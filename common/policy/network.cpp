#include "common/policy/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace weir {
namespace {

constexpr std::size_t kMappedBytes = 12;  // ::ffff: in front of an IPv4 address
constexpr unsigned kMappedBits = 96;

}  // namespace

bool isMappedV4(const AddressBytes& address) {
    static constexpr std::uint8_t kPrefix[kMappedBytes] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::equal(std::begin(kPrefix), std::end(kPrefix), address.begin());
}

std::optional<AddressBytes> parseAddress(std::string_view text) {
    if (text.empty() || text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
    const std::string copy(text);
    AddressBytes bytes{};
    if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return bytes;
    if (inet_pton(AF_INET, copy.c_str(), bytes.data() + kMappedBytes) != 1) return std::nullopt;
    bytes[10] = bytes[11] = 0xff;
    return bytes;
}

AddressBytes masked(AddressBytes address, unsigned length) {
    for (unsigned i = 0; i < address.size(); ++i) {
        const unsigned bits = length > i * 8 ? std::min(8u, length - i * 8) : 0;
        address[i] = static_cast<std::uint8_t>(address[i] & (0xFF00u >> bits));
    }
    return address;
}

Expected<Network> parseNetwork(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = parseAddress(text.substr(0, slash));
    if (!address)
        return problem("", "expected an IP address or network such as 192.0.2.0/24 or 2001:db8::/32");
    if (slash == std::string_view::npos) return Network{*address, 128};
    const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
    const unsigned most = v4 ? 32 : 128;
    const std::string_view digits = text.substr(slash + 1);
    unsigned length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc() || end != digits.data() + digits.size() || length > most)
        return problem("", "expected a prefix length from 0 to " + std::to_string(most) + " after the slash");
    Network network{*address, length + (v4 ? kMappedBits : 0)};
    const AddressBytes base = masked(network.address, network.length);
    if (base != network.address)
        return problem("", "has host bits set; did you mean " + toText(Network{base, network.length}) + "?");
    return network;
}

std::string toText(const Network& network) {
    char text[INET6_ADDRSTRLEN] = "";
    const bool v4 = isMappedV4(network.address) && network.length >= kMappedBits;
    if (v4) {
        inet_ntop(AF_INET, network.address.data() + kMappedBytes, text, sizeof text);
    } else {
        inet_ntop(AF_INET6, network.address.data(), text, sizeof text);
    }
    if (network.length == 128) return text;
    return std::string(text) + "/" + std::to_string(network.length - (v4 ? kMappedBits : 0));
}

}  // namespace weir
