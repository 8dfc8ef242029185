// What the SMTP conversation said about one mail (RFC 5321), as the milter protocol hands it over.
#pragma once

#include <string>
#include <vector>

namespace weir {

enum class Direction { kInbound, kOutbound };
const char* toString(Direction direction);  // "inbound", "outbound"

struct Envelope {
    std::string clientAddress;  // IPv4 or IPv6 text without brackets; empty for local submission
    std::string clientName;     // name Postfix verified, "unknown" when it could not
    std::string helo;
    std::string listener;    // Postfix's name for the service that took the mail
    std::string authUser;    // SASL login name; empty when not authenticated
    std::string tlsVersion;  // "TLSv1.3"; empty without TLS
    std::string tlsCipher;
    std::string sender;                   // without angle brackets; empty for the null sender <>
    std::vector<std::string> recipients;  // without angle brackets, in the order of RCPT TO
    std::string queueId;                  // Postfix's; known at the end of the message
    Direction direction = Direction::kInbound;
};

}  // namespace weir
