// The ARC sets of a mail (RFC 8617, section 4.2): three fields each, numbered from the first sealer on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "slave/auth/canonical_mail.h"
#include "slave/auth/dkim_signature.h"

namespace weir {

inline constexpr unsigned kLastArcInstance = 50;  // RFC 8617, section 4.2.1

struct ArcSet {
    std::size_t results = 0, message = 0, seal = 0;  // positions in the mail's fields
    DkimSignature messageSignature, sealSignature;
};

struct ArcSets {
    std::vector<ArcSet> sets;  // set N at N-1; empty when the mail has no ARC field, or `broken`
    std::string broken;        // why the fields are no unbroken row of whole sets; empty: they are
    unsigned highest = 0;      // instance found, broken or not
};

// Linear in the bytes of the fields; of more fields than 50 sets have, none is read.
ArcSets collectArcSets(CanonicalMail& mail, const DkimSignatureLimits& limits = {});

}  // namespace weir
