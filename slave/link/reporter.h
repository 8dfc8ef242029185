// Brings the report queue to the master, batch by batch, in order.
//
// A batch stays in the queue until the master has said that it is committed; after any failure the same
// events are sent again. One Worker.
#pragma once

#include <memory>

#include "common/base/worker.h"
#include "common/wire/messages.h"
#include "slave/link/link_health.h"
#include "slave/link/node_client.h"

namespace weir {

class ReportQueue;

class Reporter {
  public:
    Reporter(IdentityStore& identity, const NodeClientOptions& client, ReportQueue& reports,
             LinkHealth& health);
    ~Reporter();
    void start();
    void stop();

  private:
    std::chrono::milliseconds turn();
    EventsRequest nextBatch();
    void send(const EventsRequest& batch);

    IdentityStore& identity_;
    ReportQueue& reports_;
    LinkHealth& health_;
    NodeClient client_;
    Backoff backoff_;
    std::unique_ptr<Worker> worker_;
};

}  // namespace weir
