// Keeps this node as the master wants it: one long poll after the other.
//
// Applies policies (or reports why not), obeys the pause, keeps the release key, hands commands over, and
// hands on which
// catalogs the master offers, renews the node's certificate when a third of its life is left. Answers of a
// master with a lower epoch than the highest seen are ignored. One Worker.
#pragma once

#include <memory>
#include <optional>

#include "common/base/worker.h"
#include "common/wire/messages.h"
#include "slave/link/catalog_fetch.h"
#include "slave/link/commands.h"
#include "slave/link/link_health.h"
#include "slave/link/node_client.h"
#include "slave/link/node_health.h"

namespace weir {

class ActivePolicy;

class SyncLoop {
  public:
    SyncLoop(IdentityStore& identity, const NodeClientOptions& client, ActivePolicy& policy, NodeHealth node,
             Commands& commands, CatalogFetch& catalogs, LinkHealth& health);
    ~SyncLoop();
    void start();
    void stop();

  private:
    std::chrono::milliseconds turn();
    SyncAnswer sync();
    void obey(SyncAnswer answer);
    void apply(const OfferedPolicy& offer);
    void refuse(const OfferedPolicy& offer, const std::string& reason);
    void renewIfDue();

    IdentityStore& identity_;
    ActivePolicy& policy_;
    const NodeHealth node_;
    Commands& commands_;
    CatalogFetch& catalogs_;
    LinkHealth& health_;
    NodeClient client_;
    Backoff backoff_;
    bool first_ = true;  // of this connection to the master
    std::optional<RefusedPolicy> refused_;
    // One that failed for a reason that passes (a full disk) is asked for again after this.
    std::optional<std::chrono::steady_clock::time_point> tryAgain_;
    std::chrono::steady_clock::time_point renewalTried_;
    std::unique_ptr<Worker> worker_;
};

}  // namespace weir
