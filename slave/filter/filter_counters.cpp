#include "slave/filter/filter_counters.h"

#include <algorithm>

namespace weir {

const char* toString(Stage stage) {
    switch (stage) {
        case Stage::kParse:
            return "parse";
        case Stage::kRules:
            return "rules";
        case Stage::kVirus:
            return "virus";
        case Stage::kStore:
            return "store";
        case Stage::kReport:
            return "report";
        case Stage::kTotal:
            return "total";
    }
    return "";
}

void DurationHistogram::add(double millis) {
    const auto bound = std::lower_bound(kBoundsMillis.begin(), kBoundsMillis.end(), millis);
    counts_[static_cast<std::size_t>(bound - kBoundsMillis.begin())].fetch_add(1, std::memory_order_relaxed);
    sumMicros_.fetch_add(static_cast<std::uint64_t>(std::max(0.0, millis * 1000)), std::memory_order_relaxed);
}

void FilterCounters::countMail(VerdictKind verdict, const MailEvent& event) {
    verdicts[static_cast<std::size_t>(verdict)].fetch_add(1, std::memory_order_relaxed);
    bytes.fetch_add(event.size, std::memory_order_relaxed);
    for (std::size_t i = 0; i < kStages; ++i) {
        const auto found = event.stageMillis.find(toString(static_cast<Stage>(i)));
        if (found != event.stageMillis.end()) stages[i].add(found->second);
    }
}

}  // namespace weir
