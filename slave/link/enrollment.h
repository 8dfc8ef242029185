// How a node gets, keeps and renews its identity: the folder `identity/` of the slave's storage.
//
// Files: node.json (ids, name, master epoch, release key; 0600), node.pem (certificate and key in one file,
// 0600, so that both are swapped at once), ca.pem. All are written durably, node.json last: a folder with
// node.json is complete.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/wire/messages.h"

namespace weir {

struct NodeIdentity {
    NodeId node;
    ClusterId cluster;
    std::string name;
    std::uint64_t masterEpoch = 0;  // the highest seen
    std::string releaseKey;         // 32 raw bytes; empty until the first sync
    TimePoint certificateExpires, certificateBegins;
};

// The identity on disk. Thread-safe.
class IdentityStore {
  public:
    explicit IdentityStore(std::filesystem::path folder);

    // Reads the folder; nothing when this node was never enrolled. Throws Error kInvalid when it is damaged.
    std::optional<NodeIdentity> load();
    // What load(), save… last knew.
    std::optional<NodeIdentity> current() const;

    void save(NodeIdentity identity, const std::string& certificate, const std::string& key,
              const std::string& ca);
    // Swaps certificate and key of the running identity.
    void saveRenewed(const std::string& certificate, const std::string& key);
    // Stores what a sync answer said when it differs: name, release key, a higher master epoch.
    void learn(const SyncAnswer& answer);

    std::filesystem::path identityFile() const { return folder_ / "node.pem"; }
    std::filesystem::path caFile() const { return folder_ / "ca.pem"; }
    // Grows when the certificate was swapped: open connections are then made anew.
    std::uint64_t generation() const;

  private:
    void writeIdentity(const NodeIdentity& identity);

    const std::filesystem::path folder_;
    mutable std::mutex mutex_;
    std::optional<NodeIdentity> current_;
    std::uint64_t generation_ = 1;
};

struct EnrollmentOptions {
    std::vector<std::string> masters;  // "host:port", the first that answers is used; port 8444 when missing
    std::string token;                 // the pasted line
    std::string name;                  // the name wished for; empty: this host's name
    std::filesystem::path identityFolder;
};

// Enrolls this server: checks the token, dials a master, compares the SHA-256 of the CA it shows with the
// token's before a byte of the secret is sent, sends a CSR, and keeps what comes back. On return the identity
// is on stable storage. Throws Error with words for the person who pasted the line: kInvalid (not a token,
// damaged), kDenied (expired, used, other cluster, or somebody else answers at this address), kUnavailable
// (nobody answers).
NodeIdentity enroll(const EnrollmentOptions& options);

}  // namespace weir
