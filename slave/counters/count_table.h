// Counts of keys in a sliding window of time, summed over the cluster.
//
// A window is 20 slots. Each node counts in a column of its own, slot by slot; the count of a key is the sum
// over all columns of the slots in the window, of the oldest slot the part that is still inside. So the
// figure is exact but for how amounts lie within that slot. Clocks of nodes may differ: what another node
// counts ahead, up to a window, counts as now.
//
// Windows are whole multiples of 20 seconds, rounded up. The window belongs to the key: whoever makes keys
// puts it in. Any number of threads; a call takes about as many steps as the key has columns times slots.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

#include "slave/counters/lives.h"
#include "slave/counters/sharded_store.h"

namespace weir {

struct WindowCount {
    std::uint64_t total = 0;    // in the window that ends now
    std::uint64_t earlier = 0;  // in the window that ended a tenth of its length ago
    bool operator==(const WindowCount&) const = default;
};

class CountTable {
  public:
    static constexpr std::uint32_t kSlots = 20;
    static constexpr std::chrono::seconds kShortest{kSlots};  // shorter windows are taken for this
    static constexpr std::chrono::seconds kLongest{24 * 3600 * 366};
    static constexpr std::size_t kCellsPerKey = 4096;

    // `capacity`: (column, slot) pairs of all keys. All must outlive it.
    CountTable(std::size_t capacity, const OwnLives& lives, ChangeSignal& signal);

    WindowCount add(const SharedKey& key, std::uint64_t amount, std::chrono::seconds window, TimePoint now);
    WindowCount peek(const SharedKey& key, std::chrono::seconds window, TimePoint now);
    // Adds 1 unless this node has counted the key in the present slot.
    void keepAlive(const SharedKey& key, std::chrono::seconds window, TimePoint now);

    // ---- exchange: columns are as in the cluster in merge(), and lives of this node in take() and
    // giveBack()
    void merge(const std::vector<CountEntry>& entries, TimePoint now);
    void take(std::vector<CountEntry>& out, std::size_t limit);
    void giveBack(const std::vector<CountEntry>& entries);
    void sendAll() { store_.sendAll(); }
    bool sendingAll() const { return store_.sendingAll(); }

    // ---- housekeeping: columns are as they are here
    void expire(TimePoint now);
    void load(const CountEntry& entry);
    template <class Visit>
    void visit(Visit visit) const {
        store_.visit([&](const Store::Entry& entry) {
            for (const Cell& cell : entry.value.cells)
                visit(CountEntry{entry.key, cell.column, cell.slot, cell.until, cell.amount()});
        });
    }
    StoreStatus status() const;  // entries: cells

  private:
    // One column's count in one slot.
    struct Cell {
        Column column = 0;
        std::uint64_t flagged = 0;  // the amount, and one bit: not sent yet
        std::uint32_t slot = 0;
        SharedSeconds until = 0;
        static constexpr std::uint64_t kMost = INT64_MAX;
        std::uint64_t amount() const { return flagged & kMost; }
        bool unsent() const { return flagged > kMost; }
        void set(std::uint64_t amount, bool unsent) {
            flagged = std::min(amount, kMost) | (unsent ? kMost + 1 : 0);
        }
    };
    struct Counter {
        std::vector<Cell> cells;
        bool queued = false;
    };
    using Store = ShardedStore<Counter>;
    struct Place;

    Store::Entry& entryOf(Store::Held& shard, const SharedKey& key);
    void addTo(Store::Held& shard, Store::Entry& entry, const Place& place, std::uint64_t amount);
    void put(Store::Held& shard, const CountEntry& entry);
    static WindowCount sum(const Counter& counter, const Place& place);
    static void prune(Counter& counter, SharedSeconds now);

    const OwnLives& lives_;
    ChangeSignal& signal_;
    Store store_;
};

}  // namespace weir
