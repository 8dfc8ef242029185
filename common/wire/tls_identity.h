// Keys and certificates of a cluster: EC P-256, X.509 v3 (RFC 5280), made and read with OpenSSL.
//
// Who a certificate is for stands in one URI of its subject alternative name:
//   urn:weir:cluster:<cluster id>:ca | :master | :node:<node id>
// Beside that, a master's certificate has the names and addresses it listens on (for browsers) and the
// extended key usage serverAuth; a node's has clientAuth alone. Names in the subject are for people.
// Stateless and thread-safe. What comes from outside is answered with a Problem; a failure of OpenSSL itself
// throws Error kInternal.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/ids.h"

namespace weir {

enum class CertificateRole { kAuthority, kMaster, kNode };

struct CertificateSubject {
    CertificateRole role = CertificateRole::kNode;
    ClusterId cluster;
    NodeId node;                     // kNode
    std::vector<std::string> names;  // kMaster: host names and IP addresses
};

struct CertificateFacts {
    CertificateSubject subject;
    std::string fingerprint;  // SHA-256 of the DER form, 64 lower-case digits
    TimePoint begins, expires;
};

// A new private key, PEM (PKCS #8, not encrypted).
std::string newPrivateKey();
// A certificate signing request (RFC 2986) for the key, PEM. It asks for nothing: the signer decides on
// names.
std::string newSigningRequest(const std::string& key);
// The public key of a request, PEM, when it is EC P-256 and the request is signed with it.
Expected<std::string> publicKeyOfRequest(const std::string& request);
std::string publicKeyOf(const std::string& privateKey);

// A self-signed authority for `subject.cluster`.
std::string makeAuthority(const std::string& key, const ClusterId& cluster, std::chrono::seconds lifetime);
// A certificate for `publicKey`, signed by the authority. It begins an hour ago: clocks differ.
std::string signCertificate(const std::string& authority, const std::string& authorityKey,
                            const std::string& publicKey, const CertificateSubject& subject,
                            std::chrono::seconds lifetime);

// Only certificates of a Weir cluster are read; a text with several is read up to the first one's end.
Expected<CertificateFacts> readCertificate(const std::string& pem);
// True when the certificate is for this private key.
bool fits(const std::string& certificate, const std::string& key);
// True when `certificate` is signed by `authority` (the signature alone: neither time nor role).
bool isSignedBy(const std::string& certificate, const std::string& authority);

// When to ask for the next one: two thirds of the life from begins to expires.
TimePoint renewalTime(TimePoint begins, TimePoint expires);

}  // namespace weir
