// Signs mail (RFC 6376, section 5; RFC 8463).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "slave/auth/canonical_mail.h"
#include "slave/auth/dkim_writer.h"
#include "slave/auth/signing_key.h"

namespace weir {

struct DkimSigner {
    const SigningKey* key = nullptr;  // outlives the call
    std::string domain, selector;
    std::string identity;  // i=, "user@domain" or "@domain"; empty: none
};

struct DkimSignSettings {
    std::vector<std::string> headers;     // signed, each as often as it is there, in this order
    std::vector<std::string> oversigned;  // once more than it is there: another one breaks the signature
    Canonicalization headerForm = Canonicalization::kRelaxed, bodyForm = Canonicalization::kRelaxed;
    std::optional<std::chrono::seconds> lifetime;  // x=
    std::size_t signatureColumns = 72;             // where b= is folded; 0: nowhere
};

// The fields that RFC 6376, section 5.4.1, advises to sign and relays do not change; From oversigned.
DkimSignSettings usualDkimSettings();

// One DKIM-Signature for each signer, to be added on top in this order. `mail` is as it will be sent, with
// CRLF or LF line ends. Problem: a mail without From, or with more fields to sign than verifiers read. Throws
// Error kInvalid for a signer or setting that no verifier would accept.
Expected<std::vector<AddedField>> signDkim(CanonicalMail& mail, const std::vector<DkimSigner>& signers,
                                           const DkimSignSettings& settings, TimePoint now);

// What h= says: the settings' names as often as the mail has them. Problem: more than verifiers read.
Expected<std::vector<std::string>> namesToSign(CanonicalMail& mail, const DkimSignSettings& settings);

// Throws Error kInvalid unless the signer is one that verifiers can find.
void checkSigner(const DkimSigner& signer);

// Writes a signature that ends with what `writer` has, and finishes it.
AddedField signedField(DkimWriter& writer, CanonicalMail& mail, const std::vector<std::string>& names,
                       const DkimSignSettings& settings, const SigningKey& key);

// Seconds since 1970, as t= and x= have them.
std::string secondsText(TimePoint time);

}  // namespace weir
