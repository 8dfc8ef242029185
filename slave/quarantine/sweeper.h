// Retention: items expire by age and by disk budget, oldest first, never silently.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "slave/quarantine/store.h"

namespace weir {

struct Retention {
    std::chrono::hours keep{24 * 30};                       // since it was received
    std::uint64_t budgetBytes = 10ull << 30;                // of all items together
    std::chrono::hours tombstones{24 * 7};                  // metadata after the bytes are gone
    std::map<std::string, std::chrono::hours> queues = {};  // in place of `keep`, shorter or longer
};

// One thread at a time. A sweep looks at the oldest items only; every six hours one walks through all of them
// for old tombstones, and for items of queues that are kept for less than the others. The queue of an item
// stands in its metadata, which is read once for an item that is as old as the shortest time.
class Sweeper {
  public:
    explicit Sweeper(QuarantineStore& store) : store_(store) {}

    // Expires what is due, at most `limit` items (call again when so many came back), and removes old
    // tombstones. One event for each item, its detail naming the limit that made it go: append them, then
    // QuarantineStore::announced(). An item in `releasing` waits for its end.
    std::vector<ItemEvent> sweep(const Retention& retention, TimePoint now, std::size_t limit = 200);

  private:
    std::chrono::hours keepOf(const StoreEntry& entry, const Retention& retention, TimePoint now);

    QuarantineStore& store_;
    TimePoint lastFullWalk_{};
    std::unordered_map<std::string, std::string> queueOf_;  // of items that were old enough to look
};

}  // namespace weir
