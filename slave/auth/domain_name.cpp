#include "slave/auth/domain_name.h"

#include <idn2.h>

#include <memory>

#include "common/base/utf8.h"
#include "slave/dns/dns_name.h"

namespace weir {
namespace {

constexpr std::size_t kLongest = 1024;  // bytes of UTF-8 that could still be 253 of A-labels

}  // namespace

std::optional<std::string> asciiDomain(std::string_view domain) {
    if (isAscii(domain)) return normalDnsName(domain);
    if (domain.size() > kLongest || domain.find('\0') != domain.npos) return std::nullopt;
    char* converted = nullptr;
    const int result =
        idn2_to_ascii_8z(std::string(domain).c_str(), &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (result != IDN2_OK) return std::nullopt;
    const std::unique_ptr<char, decltype(&idn2_free)> owner(converted, &idn2_free);
    return normalDnsName(converted);
}

}  // namespace weir
