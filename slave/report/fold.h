// Turns details into counters: pure, no disk.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "common/base/ids.h"
#include "slave/report/record.h"

namespace weir {

struct FoldLimits {
    std::size_t entries = 4096;  // counters, items and alerts of one fold record; more begins the next
};

struct Folded {
    std::vector<Record> records;    // stand for the same sequences as what went in
    std::uint64_t newlyFolded = 0;  // mail and item records that went into a fold
};

// Folds mail and item events, and earlier folds, of consecutive records into as few fold records as the
// limits allow. Kept as they are: records up to `keepThrough`, mails whose sequence is in `inDoubt` (the
// master must still be able to take one of them out of its totals), in-doubt and gap events, and bodies that
// cannot be read. A mail counts once, under its most severe outcome. Of several events of an item only the
// newest version stays.
Folded foldRecords(const std::vector<Record>& records, Sequence keepThrough,
                   const std::set<Sequence>& inDoubt, const FoldLimits& limits = {});

}  // namespace weir
