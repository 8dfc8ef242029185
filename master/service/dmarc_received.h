// Takes reports of others about our domains in, each once.
#pragma once

#include <string>

#include "common/base/clock.h"
#include "common/dmarc/aggregate_report.h"
#include "master/db/database.h"

namespace weir {

struct ReceivedLimits {
    std::int64_t reportsADay = 5'000;  // of all domains, by the day they came
};

enum class ReportTaken { kNew, kKnown, kTooMany };

// In the caller's transaction. A report is known by organization, domain and report id; the first one counts.
ReportTaken takeReport(db::Connection& connection, const ReceivedReport& received, TimePoint time,
                       const ReceivedLimits& limits = {});

}  // namespace weir
