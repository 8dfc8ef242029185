// ARC (RFC 8617): whether the servers that passed this mail on have kept an unbroken record of what they saw.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "slave/auth/arc_set.h"
#include "slave/auth/dkim_check.h"

namespace weir {

enum class ArcResult { kNone, kPass, kFail };
const char* toString(ArcResult result);  // "none", "pass", "fail"

struct ArcLimits {
    unsigned sets = kLastArcInstance;  // longer chains fail
    bool findOldestPass = true;        // costs one more signature a set
    DkimSignatureLimits signature;
};

// One sealer. Whom to believe is the reader's affair: a chain that passes says that nobody changed these
// words since, not that they are true.
struct ArcHop {
    unsigned instance = 0;
    std::string sealDomain, sealSelector;        // d=, s= of its seal
    std::string messageDomain, messageSelector;  // d=, s= of its ARC-Message-Signature
    std::string results;  // what it found out, as the value of an Authentication-Results field
};

struct ArcOutcome {
    ArcResult result = ArcResult::kNone;
    std::string detail;       // of a failure: what broke the chain
    bool temporary = false;   // it failed for want of an answer from DNS: it may pass later
    bool ended = false;       // the newest seal says cv=fail: nobody adds to such a chain
    unsigned instances = 0;   // the highest instance found
    unsigned oldestPass = 0;  // kPass: from which ARC-Message-Signature on each one holds; 0: all of them
    bool bodyBeyondLength = false;  // the newest signature leaves the end of the body unsigned (l=)
    std::vector<ArcHop> hops;       // of whole sets, from the first sealer on
};

// The steps of RFC 8617, section 5.2. Waits for DNS as long as the source of `keys` lets it.
ArcOutcome verifyArc(CanonicalMail& mail, DkimKeys& keys, TimePoint now, const ArcLimits& limits = {});

}  // namespace weir
