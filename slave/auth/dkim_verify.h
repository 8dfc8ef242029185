// DKIM (RFC 6376, RFC 8301, RFC 8463): who signed this mail, and whether it is as they signed it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "slave/auth/dkim_check.h"

namespace weir {

struct DkimLimits {
    std::size_t signatures = 8;  // looked at, from the top; the rest is counted
    DkimSignatureLimits signature;
};

struct DkimSignatureResult {
    DkimResult result = DkimResult::kNeutral;
    std::string detail;             // why it does not pass
    std::string domain, selector;   // d=, s=, lower case; empty when the field does not say
    std::string identity;           // i=, decoded; "@d" where it is missing
    std::string signatureStart;     // header.b: as much of b= as tells it from the others, 8 bytes or more
    std::string algorithm;          // a=, as it is written, lower case
    unsigned keyBits = 0;           // 0: no key was found
    bool testing = false;           // the key is in test mode
    bool bodyBeyondLength = false;  // l= leaves the end of the body unsigned: a pass is of the beginning
    bool passed() const { return result == DkimResult::kPass; }
};

struct DkimOutcome {
    std::vector<DkimSignatureResult> signatures;  // from the top of the mail down
    std::size_t skipped = 0;                      // signatures over the limit
};

// Waits for DNS as long as the source of `keys` lets it. z= is a copy for people, and is not read.
DkimOutcome verifyDkim(CanonicalMail& mail, DkimKeys& keys, TimePoint now, const DkimLimits& limits = {});

}  // namespace weir
