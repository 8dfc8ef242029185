// One DMARC record (RFC 7489 section 6.3 and 6.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"

namespace weir {

enum class DmarcPolicy { kNone, kQuarantine, kReject };  // the stricter the larger
const char* toString(DmarcPolicy policy);                // "none", "quarantine", "reject"

struct DmarcRecordLimits {
    std::size_t bytes = 8'192;
    std::size_t tags = 64;
    std::size_t uris = 16;  // of rua and of ruf; the rest is left out
};

// Where reports go: "mailto:reports@example.org!10m".
struct DmarcReportUri {
    std::string uri;  // without the size, as published: printable ASCII
    std::string
        address;  // of a mailto URI, decoded: one "@", no space or control character; empty: another scheme
    std::optional<std::uint64_t> maxBytes;
    bool operator==(const DmarcReportUri&) const = default;
};

struct DmarcRecord {
    DmarcPolicy policy = DmarcPolicy::kNone;     // p
    std::optional<DmarcPolicy> subdomainPolicy;  // sp
    unsigned percent = 100;                      // pct
    bool strictDkim = false;                     // adkim=s
    bool strictSpf = false;                      // aspf=s
    std::string failureOptions = "0";            // fo: "0", "1", "d", "s" with colons between
    std::uint32_t reportSeconds = 86'400;        // ri
    std::vector<DmarcReportUri> aggregate;       // rua
    std::vector<DmarcReportUri> failure;         // ruf

    DmarcPolicy policyOf(bool subdomain) const {
        return subdomain ? subdomainPolicy.value_or(policy) : policy;
    }
};

// Whether a TXT record is one: its first tag is v=DMARC1, in exactly these letters.
bool isDmarcRecord(std::string_view text);

// Unknown tags, tags that come again and values that are wrong are left out, the default stays. A `p` or `sp`
// that is wrong, or no `p`, makes the record p=none where there is a usable rua (section 6.6.3), else the
// whole of it a Problem, as a limit does. `text` is a record by isDmarcRecord().
Expected<DmarcRecord> parseDmarcRecord(std::string_view text, const DmarcRecordLimits& limits = {});

// The value of rua or ruf. What is no URI is left out.
std::vector<DmarcReportUri> parseDmarcUris(std::string_view text, std::size_t most);

// The value of a tag of a record, as published; nothing where it is missing. Tags are found whatever their
// case.
std::optional<std::string_view> dmarcTag(std::string_view text, std::string_view name);

}  // namespace weir
