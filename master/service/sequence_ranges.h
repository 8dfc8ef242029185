// The sequences of one node and epoch that were passed over, and why.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "master/db/intake_table.h"

namespace weir {

inline constexpr const char* kRangeOpen = "open";
inline constexpr const char* kRangeGap = "gap";
inline constexpr const char* kRangeFolded = "folded";

class SequenceRanges {
  public:
    SequenceRanges() = default;
    explicit SequenceRanges(std::vector<db::MissingRange> ranges) : ranges_(std::move(ranges)) {}

    void add(std::int64_t first, std::int64_t last);  // open; beyond all others
    // The event has come after all: true, and it is no longer missing. Folded ones stay: they are counted.
    bool remove(std::int64_t sequence);
    // Says why from..to are missing, as far as they are open.
    void explain(std::int64_t from, std::int64_t to, const std::string& kind, const std::string& reason);

    std::int64_t lost() const;  // open ones and gaps
    const std::vector<db::MissingRange>& ranges() const { return ranges_; }

  private:
    std::vector<db::MissingRange> ranges_;  // by first, not overlapping
};

}  // namespace weir
