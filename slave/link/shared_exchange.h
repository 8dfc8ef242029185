// Brings this node's part of what the cluster knows together to the master, and the others' parts here.
//
// Two workers, each with a connection of its own: one posts changes as they come (gathered for up to 150 ms),
// one asks for the others' and waits at the master until there are some. So a change is with the others after
// two short ways. After a restart of the master everything is sent and asked for again, behind what is new. A
// master that does not know the request is asked again every minute.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "common/base/guarded.h"
#include "common/base/worker.h"
#include "common/wire/shared_messages.h"
#include "slave/counters/shared_counters.h"
#include "slave/link/link_health.h"
#include "slave/link/node_client.h"

namespace weir {

class SharedExchange {
  public:
    SharedExchange(IdentityStore& identity, const NodeClientOptions& client, SharedCounters& counters);
    ~SharedExchange();
    void start();
    void stop();
    SharedLinkState state() const;  // any thread

  private:
    std::chrono::milliseconds push();
    std::chrono::milliseconds pull();
    SharedAnswer ask(NodeClient& client, SharedRequest request);
    std::chrono::milliseconds pauseAfter(const Error& error, Backoff& backoff);
    bool knownToMaster() const;

    IdentityStore& identity_;
    SharedCounters& counters_;
    NodeClient pushing_, pulling_;
    Backoff pushBackoff_, pullBackoff_;
    std::chrono::steady_clock::time_point pushed_{};
    bool first_ = true;  // question of this connection
    std::atomic<bool> pushRefused_{false};
    mutable Guarded<SharedLinkState> state_;
    std::unique_ptr<Worker> pusher_, puller_;
};

}  // namespace weir
