// DMARC (RFC 7489): whether the domain in the From field vouches for a mail, and what it asks for if not.
//
// Pure but for what the DnsSource answers; two look-ups a From domain.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "slave/auth/dmarc_record.h"
#include "slave/auth/organizational_domain.h"
#include "slave/auth/spf.h"
#include "slave/dns/dns_source.h"

namespace weir {

enum class DmarcResult { kNone, kPass, kFail, kTempError, kPermError };
const char* toString(DmarcResult result);  // as in RFC 8601 section 2.7.4

// A DKIM signature that was verified, or could not be.
struct DmarcDkim {
    std::string domain;  // d=
    bool passed = false;
    std::string selector;    // s=
    bool tempError = false;  // its key cannot be had now
};

// What SPF said about MAIL FROM, or about HELO for a bounce.
struct DmarcSpf {
    SpfResult result = SpfResult::kNone;
    std::string domain;
};

struct DmarcQuestion {
    std::vector<std::string> fromDomains;  // of each address in the From field; as received
    DmarcSpf spf;
    std::vector<DmarcDkim> dkim;
    unsigned draw = 0;  // 0 … 99, evenly random: pct= covers the mails that draw less
};

struct DmarcLimits {
    std::size_t fromDomains =
        10;  // different ones; those behind are not looked at, and the result is never pass
    DmarcRecordLimits record;
};

// One domain of the From field.
struct DmarcDomain {
    DmarcResult result = DmarcResult::kNone;
    std::string fromDomain;              // in A-labels; as received where it is no domain name
    std::string policyDomain;            // where the record is: fromDomain, or its organizational domain
    std::optional<DmarcRecord> record;   // with all that a row of an aggregate report needs
    bool spfAligned = false;             // SPF passed for an aligned domain
    std::vector<DmarcDkim> dkimAligned;  // the signatures that passed for one
    DmarcPolicy published = DmarcPolicy::kNone;  // p or sp, whichever covers fromDomain
    DmarcPolicy applied = DmarcPolicy::kNone;    // of a fail: after pct
    bool sampledOut = false;                     // pct made it milder
    std::string detail;                          // why none, temperror or permerror
};

// kFail where one domain fails (`decisive` is the strictest of them), else kTempError, kPermError or kNone
// where one has no answer, else kPass.
struct DmarcOutcome {
    DmarcResult result = DmarcResult::kNone;
    DmarcPolicy applied = DmarcPolicy::kNone;
    std::string detail;
    std::size_t decisive = 0;          // in `domains`
    std::vector<DmarcDomain> domains;  // empty where the From field has none

    const DmarcDomain* domain() const { return domains.empty() ? nullptr : &domains[decisive]; }
};

// A domain with several records, or with one that says neither a policy nor where to report, is kPermError
// and applies nothing (section 6.6.3 steps 5 and 6). A fail that a passing but now unverifiable identifier
// might have prevented is kTempError.
DmarcOutcome evaluateDmarc(const DmarcQuestion& question, const PublicSuffixes& suffixes, DnsSource& dns,
                           const DmarcLimits& limits = {});

// Starts the look-ups that evaluateDmarc() will want.
void expectDmarc(const std::vector<std::string>& fromDomains, const PublicSuffixes& suffixes, DnsSource& dns,
                 const DmarcLimits& limits = {});

// Section 3.1: the same domain, or when relaxed the same organizational domain. Both in A-labels.
bool isAligned(const std::string& identifier, const std::string& fromDomain, bool strict,
               const PublicSuffixes& suffixes);

// What is done with a mail that fails (section 6.6.4): the next milder policy for those that pct leaves out.
DmarcPolicy sampledPolicy(DmarcPolicy published, unsigned percent, unsigned draw);

}  // namespace weir
