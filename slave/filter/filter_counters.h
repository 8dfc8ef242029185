// What the filter has done since its start, for /metrics. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "common/mail/verdict.h"
#include "common/wire/event.h"

namespace weir {

enum class Stage { kParse, kRules, kVirus, kStore, kReport, kTotal };
inline constexpr std::size_t kStages = 6;
const char* toString(Stage stage);  // "parse", "rules", "virus", "store", "report", "total"

// Counts of durations by upper bound; the last is everything above.
class DurationHistogram {
  public:
    static constexpr std::array<double, 12> kBoundsMillis = {0.25, 0.5, 1,   2.5, 5,    10,
                                                             25,   50,  100, 500, 2500, 10000};

    void add(double millis);
    std::uint64_t count(std::size_t bucket) const { return counts_[bucket].load(std::memory_order_relaxed); }
    double sumMillis() const {
        return static_cast<double>(sumMicros_.load(std::memory_order_relaxed)) / 1000;
    }

  private:
    std::array<std::atomic<std::uint64_t>, kBoundsMillis.size() + 1> counts_{};
    std::atomic<std::uint64_t> sumMicros_{0};
};

struct FilterCounters {
    std::array<std::atomic<std::uint64_t>, 5> verdicts{};  // mails by their most severe verdict
    std::array<DurationHistogram, kStages> stages;
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> notRecorded{0};  // events that could not be appended
    std::atomic<std::uint64_t> notStored{0};    // mails deferred since the quarantine could not keep them
    std::atomic<std::uint64_t> splitCopies{0};  // copies re-injected
    std::atomic<std::uint64_t> noticesNotSent{0};
    std::atomic<std::uint64_t> scanFailures{
        0};  // mails that a scanner or server did not answer for, each counted

    // One mail has got its verdicts.
    void countMail(VerdictKind verdict, const MailEvent& event);
};

}  // namespace weir
