// How this slave is doing, gathered from all its parts: the content of /healthz, /metrics and of what the
// master is told.
//
// Thread-safe. watch() is the one call that may block: it asks the name server.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/guarded.h"
#include "common/wire/messages.h"
#include "slave/counters/shared_counters.h"
#include "slave/facts/services.h"
#include "slave/filter/active_policy.h"
#include "slave/filter/filter_counters.h"
#include "slave/filter/signing.h"
#include "slave/link/master_link.h"
#include "slave/milter/milter_server.h"
#include "slave/quarantine/store.h"
#include "slave/report/report_queue.h"
#include "slave/status_server.h"

namespace weir {

class SlaveStatus {
  public:
    struct Sources {
        std::string nodeName;
        std::filesystem::path storage;
        ActivePolicy& policy;
        QuarantineStore& quarantine;
        ReportQueue& report;
        Services& services;
        FilterCounters& counters;
        const SigningKeys& keys;
        MilterServer& milter;
        SharedCounters& shared;
        std::function<std::optional<LinkState>()>
            link;  // empty: no master is configured, or not enrolled yet
    };
    explicit SlaveStatus(Sources sources) : sources_(std::move(sources)) {}

    // Once a second from a worker: counts mails, sees to it that a new policy's scanners are asked how they
    // are, and every ten seconds asks the name server where a rule needs it.
    void watch();

    std::uint64_t mailsLastMinute() const;
    std::vector<HealthLine> healthLines() const;
    HealthReport health() const;
    std::string metrics() const;  // Prometheus text

  private:
    std::uint64_t mails() const;

    Sources sources_;
    mutable Guarded<std::deque<std::uint64_t>> totals_;  // of mails, one a second, newest last
    void watchServices();

    struct Known {
        std::optional<ResolverHealth> dns;  // where a rule needs it
        std::map<std::string, bool> ok;     // each scanner, as it was when last looked at
        std::optional<HealthLine> signing;  // where the policy has mail signed
    };
    mutable Guarded<Known> known_;
    unsigned turns_ = 0;
};

}  // namespace weir
