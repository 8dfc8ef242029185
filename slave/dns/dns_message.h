// An answer message (RFC 1035 section 4) as the records that were asked for. Any bytes are accepted.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "slave/dns/dns_source.h"

namespace weir {

struct DnsMessageLimits {
    std::size_t records = 512;  // in the answer section
    std::size_t aliases = 12;   // CNAMEs from the name asked for to the one that has the records
};

struct DnsReply {
    DnsAnswer answer;  // its ttl is that of `ttl`, or 0
    // How long it holds: the shortest TTL of records and aliases, or of the SOA that came with a negative
    // answer (RFC 2308 section 5). Nothing where the message does not say.
    std::optional<std::chrono::seconds> ttl;
};

// `name` is normal (normalDnsName). The message's question is not looked at. What is malformed, over a limit
// or has another RCODE than NOERROR and NXDOMAIN is kTempError with the reason.
DnsReply readDnsReply(std::string_view message, const std::string& name, DnsType type,
                      const DnsMessageLimits& limits = {});

// The number of a type on the wire.
int wireType(DnsType type);

// The response code of a message in words; "no error" where there is none.
std::string rcodeText(std::string_view message);

}  // namespace weir
