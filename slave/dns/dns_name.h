// Domain names as DNS compares them: lower case (ASCII), without the final dot.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

inline constexpr std::size_t kMaxDnsName = 253;  // bytes of text: 255 on the wire (RFC 1035 section 2.3.4)
inline constexpr std::size_t kMaxDnsLabel = 63;

// Nothing for what is no DNS name: empty, too long, a label of none or over 63 bytes, a NUL. Any other byte
// is allowed, as RFC 2181 section 11 has it.
std::optional<std::string> normalDnsName(std::string_view name);

// A to Z as a to z, all other bytes as they are.
std::string lowerDnsName(std::string_view name);

// The name that the PTR record of an address stands under: "1.2.0.192.in-addr.arpa", 32 nibbles before
// "ip6.arpa"; an IPv4-mapped address is IPv4. Nothing for what is no address.
std::optional<std::string> reverseDnsName(const std::string& address);

}  // namespace weir
