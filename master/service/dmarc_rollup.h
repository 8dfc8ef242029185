// Adds up what events bring for DMARC reports: millions of mails become rows by day, domain, client and
// results.
//
// A piece at a time, each in one transaction that also removes what was added: nothing counts twice, however
// it ends. Thread-safe. Throws Error kUnavailable when the database is away.
#pragma once

#include <cstdint>

#include "common/base/clock.h"
#include "master/db/database.h"
#include "master/service/dmarc_received.h"

namespace weir {

struct RollupLimits {
    int together = 32;              // waiting texts of one transaction
    std::int64_t rows = 10'000;     // of one report; mails that would make another are counted, and logged
    std::int64_t domains = 20'000;  // of one day; the same
    std::int64_t oldestDays = 30;   // mails of earlier days, or of later ones than tomorrow, are logged only
    ReceivedLimits received;
};

class DmarcRollup {
  public:
    explicit DmarcRollup(db::Database& database, RollupLimits limits = {})
        : database_(database), limits_(limits) {}

    bool fold(TimePoint time);  // one piece; false when nothing is left
    void foldAll(TimePoint time);

  private:
    db::Database& database_;
    const RollupLimits limits_;
};

}  // namespace weir
