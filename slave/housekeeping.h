// What a slave does beside mail: retention of the quarantine, the budget of the report queue, and events of
// items that did not reach the report queue when they happened.
//
// One thread: turn() is called by one worker.
#pragma once

#include <chrono>

#include "slave/filter/active_policy.h"
#include "slave/quarantine/store.h"
#include "slave/quarantine/sweeper.h"
#include "slave/report/report_queue.h"

namespace weir {

class Housekeeping {
  public:
    Housekeeping(ActivePolicy& policy, QuarantineStore& quarantine, ReportQueue& report);

    // How long to wait before the next turn: a minute, or nothing while there is more to sweep. Throws Error
    // (kNoSpace, kIo): what was not done is done at a later turn.
    std::chrono::milliseconds turn();

  private:
    bool announce();
    bool sweep();

    ActivePolicy& policy_;
    QuarantineStore& quarantine_;
    ReportQueue& report_;
    Sweeper sweeper_;
};

}  // namespace weir
