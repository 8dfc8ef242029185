// The cluster's own certificate authority: made at first start, kept in the master's storage folder.
//
// Folder `ca/`: ca.pem, ca.key (0600), release.key (0600), server.pem, server.key (0600). The cluster id is
// in every certificate (a URI of the subject alternative name, see tls_identity.h), so it lives as long as
// the CA. Keys are EC P-256. Thread-safe. Throws Error kIo/kNoSpace when a file cannot be written, kInvalid
// when the folder holds something else (a key that does not belong to its certificate, or one that others can
// read).
#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/ids.h"

namespace weir {

struct CertificateLifetimes {
    std::chrono::seconds ca = std::chrono::hours(24 * 3650);
    std::chrono::seconds server = std::chrono::hours(24 * 365);
    std::chrono::seconds node = std::chrono::hours(24 * 90);
};

struct IssuedCertificate {
    std::string pem;
    std::string fingerprint;  // SHA-256 of the DER form, lower-case hex
    TimePoint expires;
};

// Where http::Server finds a certificate: PEM files, the chain first.
struct ServerCertificateFiles {
    std::filesystem::path certificate, key;
    TimePoint expires;
};

class CertificateAuthority {
  public:
    // Opens the CA in `folder`, or makes one there when the folder has none.
    explicit CertificateAuthority(std::filesystem::path folder, CertificateLifetimes lifetimes = {});

    const ClusterId& clusterId() const { return cluster_; }
    std::string certificatePem() const { return certificatePem_; }
    std::filesystem::path certificateFile() const;
    // SHA-256 of the CA certificate: what a join token pins.
    std::string fingerprint() const { return fingerprint_; }
    // 32 bytes that sign released mail (X-Weir-Release); nodes get it with every sync answer.
    const std::string& releaseKey() const { return releaseKey_; }

    // The server certificate for `names` (host names and addresses of the listeners; localhost, 127.0.0.1,
    // ::1 and this host's name are added). Made again when the names differ or a third of its life is left;
    // otherwise the one on disk. Call it at start and once a day: what it returns may be loaded by a running
    // listener.
    ServerCertificateFiles serverCertificate(const std::vector<std::string>& names);

    // A node's certificate for the key of `csr` (PEM). The names in the request are not used: who the node is
    // comes from `node`. A request that is no EC P-256 key or not signed by it is refused.
    Expected<IssuedCertificate> issueNode(const std::string& csr, const NodeId& node);

  private:
    void makeAuthority();
    void openAuthority();
    void readReleaseKey();

    const std::filesystem::path folder_;
    const CertificateLifetimes lifetimes_;
    ClusterId cluster_;
    std::string certificatePem_, fingerprint_, releaseKey_;
    std::string key_;
    std::mutex server_;
};

}  // namespace weir
