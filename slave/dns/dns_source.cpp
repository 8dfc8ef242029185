#include "slave/dns/dns_source.h"

namespace weir {

const char* toString(DnsType type) {
    switch (type) {
        case DnsType::kA:
            return "A";
        case DnsType::kAaaa:
            return "AAAA";
        case DnsType::kMx:
            return "MX";
        case DnsType::kTxt:
            return "TXT";
        case DnsType::kPtr:
            return "PTR";
    }
    return "?";
}

}  // namespace weir
