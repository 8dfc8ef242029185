// What a DKIM-Signature (RFC 6376, section 3.5), an ARC-Message-Signature or an ARC-Seal (RFC 8617, section
// 4.1) says about itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slave/auth/canonical.h"
#include "slave/auth/tag_list.h"

namespace weir {

enum class DkimAlgorithm { kRsaSha256, kEd25519Sha256, kRsaSha1, kUnknown };
const char* toString(DkimAlgorithm algorithm);  // "rsa-sha256", …, "unknown"

enum class SignatureKind { kDkim, kArcMessage, kArcSeal };

struct DkimSignatureLimits {
    TagListLimits list;              // of the whole field
    std::size_t signedNames = 1000;  // in h=
};

struct DkimSignature {
    // kSyntax: the field is not what the grammar wants. kUnusable: it is, but asks for what cannot be done or
    // must not be accepted (another version, From not signed, …). Then what was read before is there.
    enum class Defect { kNone, kSyntax, kUnusable };
    Defect defect = Defect::kNone;
    std::string detail;  // of the defect

    DkimAlgorithm algorithm = DkimAlgorithm::kUnknown;
    std::string algorithmName;                         // a=, lower case
    std::string signature;                             // b=, decoded
    std::string signatureText;                         // b=, without white space
    std::size_t signatureBegin = 0, signatureEnd = 0;  // where b= has its value, in the field's value
    std::string bodyHash;                              // bh=, decoded
    Canonicalization headerForm = Canonicalization::kSimple, bodyForm = Canonicalization::kSimple;  // c=
    bool formsGiven = false;         // there is a c=
    std::string domain, selector;    // d=, s=, lower case
    std::string identity;            // i= decoded, "@d" where it is missing; DKIM alone
    std::vector<std::string> names;  // h=, lower case, as listed, empty ones left out
    std::optional<std::uint64_t> length, timestamp, expiration;  // l=, t=, x=; not of a seal
    unsigned instance = 0;                                       // ARC: i=, 1 to 50
    std::string chain;                                           // ARC-Seal: cv=, lower case
};

// `value` is the field's value as received. Never fails: see defect.
DkimSignature readSignature(std::string_view value, SignatureKind kind,
                            const DkimSignatureLimits& limits = {});

}  // namespace weir
