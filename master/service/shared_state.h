// The meeting place of what the nodes know together (common/wire/shared_entry.h): greylist, counts, poison.
//
// Every node sends its changes and asks for those of the others. It is in memory alone, bounded, and merges:
// after a start of the master the nodes send all they have again, which they know by state(). The columns of
// a node that is away then come back with that node; those of a removed node stay until they expire.
//
// Changes stand in one list, each entry at the place of its last change, so that whoever was away reads on
// from the place it had come to. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <string>

#include "common/base/guarded.h"
#include "common/wire/shared_messages.h"
#include "common/wire/shared_table.h"

namespace weir {

struct SharedStateStatus {
    std::size_t triplets = 0, networks = 0, counts = 0, poison = 0;
    std::uint64_t changes = 0;  // since the start
    std::uint64_t evicted = 0;  // thrown out for want of room
    std::uint64_t refused = 0;  // of no use any more, or from a clock that is wrong
};

class SharedState {
  public:
    explicit SharedState(SharedCapacity capacity = {});

    // UUID of this life of the list.
    const std::string& state() const { return state_; }

    // `column` is that of the sender (columnOf): the only one it may count in is made from its certificate.
    // The columns in `changes` are lives of `node`. True when something was new; then everybody who waits
    // wakes.
    bool merge(const NodeId& node, Column sender, const SharedEntries& changes, TimePoint now);

    struct Page {
        SharedEntries changes;
        std::uint64_t cursor = 0;  // where the next page begins
        bool more = false;
    };
    // What was changed after `cursor` (0: everything) and is not known to be with `reader` already.
    Page since(Column reader, std::uint64_t cursor) const;
    // False when nothing was changed after `cursor` by the deadline, or wake() was called meanwhile.
    bool waitBeyond(std::uint64_t cursor, std::chrono::steady_clock::time_point deadline) const;
    void wake();

    // Drops what is of no use any more, a part each time; every second or so.
    void expire(TimePoint now);
    SharedStateStatus status() const;

  private:
    enum Kind : std::uint32_t { kTriplet, kNetwork, kCount, kPoison };
    // Where an entry stands in the list, and who has it as it is there.
    struct Listed {
        std::uint64_t place = 0;
        Column with = 0;
    };
    struct Triplet : Listed {
        TripletEntry entry;
    };
    struct Count : Listed {
        CountEntry entry;
    };
    struct Poison : Listed {
        PoisonEntry entry;
    };
    struct Change {
        std::uint64_t place = 0;
        SharedTableKey key;
    };
    template <class Value>
    using Table = SharedTable<SharedTableKey, Value>;
    struct State {
        explicit State(const SharedCapacity& capacity);
        Table<Triplet> triplets;
        Table<Count> networks, counts;
        Table<Poison> poison;
        std::deque<Change> list;  // places rise; one that its entry left is dead
        std::uint64_t last = 0;
        std::uint64_t refused = 0;
        std::uint64_t wakes = 0;
        std::size_t expiring[4] = {};  // places expire() has come to

        std::size_t size() const { return triplets.size() + networks.size() + counts.size() + poison.size(); }
        template <class Value, class Entry>
        bool put(Table<Value>& table, const SharedTableKey& key, const Entry& entry, Column sender);
        template <class Value>
        const Value* alive(Table<Value>& table, const Change& change);
        bool isAlive(const Change& change);
        bool append(const Change& change, Column reader, SharedEntries& out);
        void compact();
        template <class Value>
        void expirePart(Table<Value>& table, std::size_t& from, SharedSeconds now);
    };

    const std::string state_;
    mutable Guarded<State> guarded_;
    mutable std::condition_variable changed_;
};

}  // namespace weir
