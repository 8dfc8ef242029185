// Whether one signature holds: the steps of RFC 6376, section 6.1, that DKIM and ARC share.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "slave/auth/canonical_mail.h"
#include "slave/auth/dkim_keys.h"
#include "slave/auth/dkim_signature.h"

namespace weir {

// The results of RFC 8601, section 2.7.1.
//   kFail       the mail, or the signature, was changed
//   kNeutral    the field cannot be understood; or kFail with a key in test mode (t=y)
//   kPolicy     it may hold and is not accepted: rsa-sha1, a weak key, expired, made in the future
//   kTempError  no answer from DNS now
//   kPermError  it can never hold: no key, a revoked one, From not signed, …
enum class DkimResult { kPass, kFail, kNeutral, kPolicy, kTempError, kPermError };
const char* toString(DkimResult result);  // "pass", …, "temperror", "permerror"

struct SignatureCheck {
    DkimResult result = DkimResult::kNeutral;
    std::string detail;  // why it does not pass, for the operator
    unsigned keyBits = 0;
    bool testing = false;           // t=y in the key record
    bool bodyBeyondLength = false;  // l= leaves the end of the body unsigned
};

inline constexpr std::chrono::seconds kSignatureClockSlack{300};

// What the signature itself forbids, before anything is hashed or looked up: kPass when nothing.
SignatureCheck checkTerms(const DkimSignature& signature, TimePoint now);

// That `digest` (SHA-256 of the canonical header text) was signed with a key of d= and s=.
SignatureCheck checkDigest(const DkimSignature& signature, std::string_view digest, DkimKeys& keys);

// All of it, for the DKIM-Signature or ARC-Message-Signature at `position` of the mail's fields. A body that
// does not match is kFail whatever DNS says.
SignatureCheck checkSignature(CanonicalMail& mail, std::size_t position, const DkimSignature& signature,
                              DkimKeys& keys, TimePoint now);

// SHA-256 over the fields at `picked` and, last, the signature's own, without what stands in [begin, end) of
// its value.
std::string headerDigest(const std::vector<HeaderField>& fields, const std::vector<std::size_t>& picked,
                         Canonicalization form, const HeaderField& own, std::size_t begin, std::size_t end);

}  // namespace weir
