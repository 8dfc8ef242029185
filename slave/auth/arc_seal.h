// Adds this server to the ARC record of a mail (RFC 8617, section 5.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slave/auth/arc_verify.h"
#include "slave/auth/dkim_sign.h"

namespace weir {

struct ArcSealSettings {
    DkimSignSettings signature;  // of the ARC-Message-Signature
    bool sortedTags = false;  // tags in the order of the alphabet, as early drafts had them; else i= is first
};

// Like DKIM's, without oversigning, and the DKIM-Signatures of the mail too.
ArcSealSettings usualArcSettings();

struct ArcSeal {
    std::vector<AddedField> fields;  // to be added on top in this order: ARC-Seal, ARC-Message-Signature,
                                     // ARC-Authentication-Results; empty: the mail is not sealed
    std::string notSealed;           // why
};

// `mail` is as it will be sent, everything else already added; `verified` the chain as the mail was received;
// `results` the value of our Authentication-Results field. A chain that failed is sealed with cv=fail and
// only the new set; one that had ended, has 50 sets, or could not be checked for want of DNS stays as it is.
// Throws Error kInvalid for a signer or setting that no verifier would accept.
ArcSeal sealArc(CanonicalMail& mail, const ArcOutcome& verified, const DkimSigner& signer,
                std::string_view results, const ArcSealSettings& settings, TimePoint now);

}  // namespace weir
