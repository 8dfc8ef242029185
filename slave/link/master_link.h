// The slave's whole link to its master: syncs, reports, commands, renewal, shared counters, catalogs. What
// slave_app starts and stops.
//
// Filtering never waits for it: with the master away the workers back off (with jitter, up to 3 s), one line
// is logged when it goes away and one when it is back.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/wire/messages.h"
#include "slave/link/enrollment.h"
#include "slave/link/node_client.h"
#include "slave/quarantine/reinjector.h"

namespace weir {

class ActivePolicy;
class Catalogs;
class ReportQueue;
class QuarantineStore;
class SharedCounters;

// What slave_app knows and the master wants to see. Every function is called about once a second from a
// worker's thread and must not block for long.
struct NodeFacts {
    std::function<std::uint64_t()> mailsMinute;       // mails of the last 60 s
    std::function<std::vector<HealthLine>()> health;  // clamd and what else the filter watches
    std::vector<std::string> capabilities;            // fields and actions of the policy this build runs
};

// Runs one mail through the rules without storing or reporting: the answer to `simulate`. Arguments and
// result are JSON objects (PROTOCOL.md). Throws Error kInvalid.
using Simulate = std::function<Json(const Json& arguments)>;

struct MasterLinkOptions {
    std::vector<std::string> masters;  // "host:port", the port 8444 when missing
    std::filesystem::path storage;     // the slave's storage folder
    NodeClientOptions client;          // its masters are those above
    ReinjectorSettings reinject;       // where released mail goes
};

// How the exchange of what the cluster knows together stands (slave/counters).
struct SharedLinkState {
    bool connected = false;  // the last question was answered
    TimePoint lastExchange;  // the epoch (0): never
    std::string refusal;     // why the master refuses it, or that it does not know it; empty when it does not
};

// How the link stands, for /metrics and /healthz.
struct LinkState {
    bool connected = false;
    std::string master;   // address in use
    TimePoint lastSync;   // the epoch (0): never
    std::string refusal;  // why the master refuses this node; empty when it does not
    SharedLinkState shared;
};

class MasterLink {
  public:
    // All references must outlive it. The identity must be enrolled (identity.current() has a value). Throws
    // Error kInvalid for a master address that is none.
    MasterLink(MasterLinkOptions options, IdentityStore& identity, ActivePolicy& policy, ReportQueue& reports,
               QuarantineStore& quarantine, SharedCounters& counters, Catalogs& catalogs, NodeFacts facts,
               Simulate simulate);
    ~MasterLink();

    void start();
    void stop();  // idempotent; ends waiting requests at once
    LinkState state() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace weir
