// Domains of mail addresses as sender authentication compares them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir {

// In A-labels (RFC 5890), lower case, without the final dot: "münchen.example" is "xn--mnchen-3ya.example".
// Nothing for what is no domain name (normalDnsName), for invalid UTF-8 and for what IDNA 2008 does not
// allow; a domain in ASCII is not checked against IDNA.
std::optional<std::string> asciiDomain(std::string_view domain);

}  // namespace weir
