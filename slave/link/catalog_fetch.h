// Fetches the catalogs that the master offers and this node lacks (slave/lookup/catalogs).
//
// A worker with a connection of its own, so that a large catalog on a slow line delays neither syncs nor
// commands. What cannot be had is tried again after a pause: a short one where the master did not answer, a
// long one where the bytes were refused, none where the offer is of another digest.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/guarded.h"
#include "common/base/worker.h"
#include "common/wire/messages.h"
#include "slave/link/node_client.h"

namespace weir {

class Catalogs;

struct CatalogPauses {
    std::chrono::milliseconds unanswered = std::chrono::seconds(15);
    std::chrono::milliseconds refused = std::chrono::minutes(5);
};

class CatalogFetch {
  public:
    // `catalogs` and `identity` must outlive it.
    CatalogFetch(IdentityStore& identity, const NodeClientOptions& client, Catalogs& catalogs,
                 CatalogPauses pauses = {});
    ~CatalogFetch();
    void start();
    void stop();

    // What a master that is in charge offers now. Any thread.
    void offered(std::vector<CatalogOffer> offers);
    // What this node has, for the next sync. Any thread.
    std::vector<CatalogDigest> present() const;

  private:
    using Steady = std::chrono::steady_clock;
    struct Tried {
        std::string digest;
        Steady::time_point again;
    };

    std::chrono::milliseconds turn();
    // How long until this offer wants to be looked at again; nothing: not before there is another one.
    std::optional<std::chrono::milliseconds> take(const CatalogOffer& offer);
    void fetch(const CatalogOffer& offer);
    std::chrono::milliseconds failed(const CatalogOffer& offer, const std::string& why,
                                     std::chrono::milliseconds pause);

    Catalogs& catalogs_;
    const CatalogPauses pauses_;
    NodeClient client_;
    Guarded<std::vector<CatalogOffer>> offers_;
    std::map<std::string, Tried> tried_;  // by catalog
    std::unique_ptr<Worker> worker_;
};

}  // namespace weir
