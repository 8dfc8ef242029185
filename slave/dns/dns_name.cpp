#include "slave/dns/dns_name.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace weir {
namespace {

std::string reverseV4(const unsigned char* bytes) {
    std::string name;
    for (int i = 3; i >= 0; --i) name += std::to_string(bytes[i]) + ".";
    return name + "in-addr.arpa";
}

}  // namespace

std::string lowerDnsName(std::string_view name) {
    std::string lower(name);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return lower;
}

std::optional<std::string> normalDnsName(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    if (name.empty() || name.size() > kMaxDnsName) return std::nullopt;
    std::size_t label = 0;
    for (const char c : name) {
        if (c == '\0') return std::nullopt;
        if (c != '.') {
            if (++label > kMaxDnsLabel) return std::nullopt;
        } else if (label == 0) {
            return std::nullopt;
        } else {
            label = 0;
        }
    }
    if (label == 0) return std::nullopt;
    std::string normal = lowerDnsName(name);
    if (normal.ends_with(".onion")) return std::nullopt;
    return normal;
}

std::optional<std::string> reverseDnsName(const std::string& address) {
    static constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return reverseV4(bytes.data());
    if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return std::nullopt;
    if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin()))
        return reverseV4(bytes.data() + kMapped.size());
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string name;
    for (std::size_t i = bytes.size(); i-- > 0;) {
        name += {kDigits[bytes[i] & 15], '.', kDigits[bytes[i] >> 4], '.'};
    }
    return name + "ip6.arpa";
}

}  // namespace weir
