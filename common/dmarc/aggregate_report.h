// One DMARC aggregate report (RFC 7489 section 7.2, Appendix C), written or received.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir {

// The record of a domain, as it stood in DNS.
struct DmarcPublished {
    std::string domain;               // where the record was found, in A-labels
    std::string policy = "none";      // p: none, quarantine, reject
    std::string subdomainPolicy;      // sp; empty: the same
    std::string dkimAlignment = "r";  // adkim: r, s
    std::string spfAlignment = "r";   // aspf
    std::uint32_t percent = 100;      // pct
    std::string failureOptions;       // fo; empty: "0"
    bool operator==(const DmarcPublished&) const = default;
};

struct DmarcDkimResult {
    std::string domain, selector, result;  // result: a word of RFC 8601, section 2.7.1
    bool operator==(const DmarcDkimResult&) const = default;
};
struct DmarcSpfResult {
    std::string domain, scope, result;  // scope: mfrom, helo, or empty where the report does not say
    bool operator==(const DmarcSpfResult&) const = default;
};
// Why another thing was done than the record asks for.
struct DmarcReason {
    std::string type, comment;  // type: local_policy, sampled_out, forwarded …
    bool operator==(const DmarcReason&) const = default;
};

// Mails of which all of this is the same.
struct DmarcRow {
    std::string source;  // IP address of the client, in its shortest form
    std::uint64_t count = 0;
    std::string disposition = "none";  // none, quarantine, reject
    bool dkimAligned = false, spfAligned = false;
    std::vector<DmarcReason> reasons;
    std::string headerFrom, envelopeFrom, envelopeTo;  // domains; the last two may be empty
    std::vector<DmarcDkimResult> dkim;
    std::vector<DmarcSpfResult> spf;

    bool passed() const { return dkimAligned || spfAligned; }
    bool operator==(const DmarcRow&) const = default;
};

struct AggregateReport {
    std::string organization, email, contact, id;
    std::uint64_t begin = 0, end = 0;  // seconds since 1970
    DmarcPublished published;
    std::vector<DmarcRow> rows;
    std::uint64_t omittedRows = 0, omittedMails = 0;  // that are not in `rows`
    bool operator==(const AggregateReport&) const = default;
};

// Where a domain wants its reports.
struct DmarcDestination {
    std::string address;
    std::uint64_t maxBytes = 0;  // of the packed report; 0: any size
    bool operator==(const DmarcDestination&) const = default;
};

// What the reports need of one mail: its row (count 1), and whom to tell.
struct DmarcSighting {
    DmarcPublished published;
    std::vector<DmarcDestination> destinations;  // that want it; none: not known at the time
    DmarcRow row;
    bool operator==(const DmarcSighting&) const = default;
};

// A report that came by mail, and whom that mail is from: anybody can write a report.
struct ReceivedReport {
    AggregateReport report;
    std::string from;            // domain of the mail's From field
    bool authenticated = false;  // DMARC passed for it
    bool operator==(const ReceivedReport&) const = default;
};

}  // namespace weir
