// Removes what is older than it is to be kept, a little at a time so that intake never waits for long.
//
// Mail log and its terms by days; minute counters after 2 days, hours after 90, days after 5 years; items
// that left the quarantine, acknowledged alerts and unreadable events with the mail log; DMARC reports after
// 400 days, rows of those sent after 90. Runs every ten minutes on a thread of its own and goes on by itself
// after the database was away.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "common/base/clock.h"
#include "common/base/worker.h"
#include "master/db/database.h"

namespace weir {

struct RetentionDays {
    int mailLog = 30;
    int minutes = 2;
    int hours = 90;
    int days = 5 * 366;
    int dmarc = 400;     // reports, sent and received
    int dmarcRows = 90;  // rows of those that were sent
};

class Retention {
  public:
    // `days` is asked before each round: it comes from the published policy.
    Retention(db::Database& database, std::function<RetentionDays()> days);
    ~Retention();
    void start();  // the thread
    void stop();   // returns when the running piece has ended

    // One whole round as of `time`; the number of rows that went. For start()'s thread and for tests.
    std::uint64_t sweep(TimePoint time);

  private:
    db::Database& database_;
    const std::function<RetentionDays()> days_;
    std::atomic<bool> stopping_{false};
    std::unique_ptr<Worker> worker_;
};

}  // namespace weir
