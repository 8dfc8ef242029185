// IP addresses and networks as policies compare them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/error.h"

namespace weir {

// 128 bits; IPv4 as IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2), so one table holds both.
using AddressBytes = std::array<std::uint8_t, 16>;

std::optional<AddressBytes> parseAddress(std::string_view text);
bool isMappedV4(const AddressBytes& address);

struct Network {
    AddressBytes address{};
    unsigned length = 128;  // of the 128 bits: an IPv4 /24 is 120
    bool operator==(const Network&) const = default;
};

// "192.0.2.1", "192.0.2.0/24", "2001:db8::/32". Host bits set below the length are refused, naming the
// network that was probably meant.
Expected<Network> parseNetwork(std::string_view text);
std::string toText(const Network& network);

// The first `length` bits of an address, the others zero.
AddressBytes masked(AddressBytes address, unsigned length);

}  // namespace weir
