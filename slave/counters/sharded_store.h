// Entries of one kind, many threads at a time: a bounded table in pieces, each behind its own mutex, with the
// list of what is not yet sent to the cluster.
//
// `Value` has a member `bool queued`. An entry stands in the list once, however often it changes before it is
// taken. What is thrown out for want of room or is no longer of use before that is not sent.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "common/wire/shared_table.h"
#include "slave/counters/change_signal.h"

namespace weir {

struct StoreStatus {
    std::size_t entries = 0;
    std::uint64_t evicted = 0;  // thrown out for want of room, since the start
    std::uint64_t expired = 0;
    std::size_t bytes = 0;
};

template <class Value>
class ShardedStore {
  public:
    static constexpr std::size_t kShards = 32;
    using Table = SharedTable<SharedKey, Value>;
    using Entry = typename Table::Entry;

    ShardedStore(std::size_t capacity, ChangeSignal& signal) : signal_(signal) {
        for (auto& shard : shards_) shard = std::make_unique<Shard>(capacity / kShards);
    }

  private:
    struct Shard {
        explicit Shard(std::size_t capacity) : table(capacity) {}
        std::mutex mutex;
        Table table;
        std::vector<SharedKey> unsent;
        std::uint64_t expired = 0;
        std::size_t sendFrom = SIZE_MAX;  // sendAll() has come to this place
    };

  public:
    // The piece that a key belongs to, as long as this lives.
    class Held {
      public:
        Held(Shard& shard, ChangeSignal& signal) : shard_(shard), signal_(signal), lock_(shard.mutex) {}
        Table* operator->() { return &shard_.table; }
        // To be sent.
        void queue(Entry& entry) {
            if (entry.value.queued) return signal_.changedHere();
            entry.value.queued = true;
            shard_.unsent.push_back(entry.key);
            signal_.note();
        }

      private:
        Shard& shard_;
        ChangeSignal& signal_;
        std::lock_guard<std::mutex> lock_;
    };
    Held hold(const SharedKey& key) { return Held(*shards_[key.back() % kShards], signal_); }

    // Everything is to be sent once more, behind what changes meanwhile.
    void sendAll() {
        for (const auto& shard : shards_) {
            const std::lock_guard lock(shard->mutex);
            shard->sendFrom = 0;
        }
    }
    bool sendingAll() const {
        for (const auto& shard : shards_) {
            const std::lock_guard lock(shard->mutex);
            if (shard->sendFrom < shard->table.places()) return true;
        }
        return false;
    }

    // Hands out what is to be sent, the newest first, until `full()`. `take(entry)` is false when there was
    // no room for all of it: it stays in the list. `again(entry)` prepares one of sendAll() and is false when
    // there is nothing to send of it.
    template <class Full, class Take, class Again>
    void take(Full full, Take take, Again again) {
        const std::size_t first = turn_++;
        for (std::size_t i = 0; i < kShards && !full(); ++i)
            takeUnsent(*shards_[(first + i) % kShards], full, take);
        for (std::size_t i = 0; i < kShards && !full(); ++i) {
            Shard& shard = *shards_[(first + i) % kShards];
            while (!full() && queueAgain(shard, again)) takeUnsent(shard, full, take);
        }
    }

    // The same for entries that are always sent whole, each as `wire(entry)` says it, up to `limit` in `out`.
    template <class Wire, class Convert>
    void takeWhole(std::vector<Wire>& out, std::size_t limit, Convert wire) {
        take([&] { return out.size() >= limit; },
             [&](Entry& entry) {
                 out.push_back(wire(entry));
                 return true;
             },
             [](Entry&) { return true; });
    }
    // What was taken and did not arrive is to be sent once more.
    template <class Wire>
    void giveBack(const std::vector<Wire>& taken) {
        for (const Wire& each : taken) {
            Held shard = hold(each.key);
            if (Entry* entry = shard->find(each.key)) shard.queue(*entry);
        }
    }

    // Weighs entries anew, one piece a call, in turn: `weigh(value)` is 0 for one that is of no use any more.
    template <class Weigh>
    void expire(Weigh weigh) {
        Shard& shard = *shards_[expiring_++ % kShards];
        const std::lock_guard lock(shard.mutex);
        shard.table.visit(0, shard.table.places(), [&](Entry& entry) {
            const std::size_t weight = weigh(entry.value);
            if (weight != 0) return shard.table.weigh(entry, weight);
            shard.table.erase(entry);
            ++shard.expired;
        });
    }

    // Values with a member `until` end after it.
    void expireBefore(SharedSeconds time) {
        expire([&](const Value& value) { return value.until < time ? 0u : 1u; });
    }

    // `visit(entry)` sees every entry, one piece after the other.
    template <class Visit>
    void visit(Visit visit) const {
        for (const auto& shard : shards_) {
            const std::lock_guard lock(shard->mutex);
            shard->table.visit(0, shard->table.places(), visit);
        }
    }
    StoreStatus status() const {
        StoreStatus status;
        for (const auto& shard : shards_) {
            const std::lock_guard lock(shard->mutex);
            status.entries += shard->table.weight();
            status.evicted += shard->table.evicted();
            status.expired += shard->expired;
            status.bytes += shard->table.bytes();
        }
        return status;
    }

  private:
    static constexpr std::size_t kAgain = 256;  // places looked at in one go

    template <class Full, class Take>
    void takeUnsent(Shard& shard, Full full, Take take) {
        const std::lock_guard lock(shard.mutex);
        std::size_t taken = 0;
        while (!shard.unsent.empty() && !full()) {
            Entry* entry = shard.table.find(shard.unsent.back());
            if (entry && entry->value.queued && !take(*entry)) break;
            if (entry) entry->value.queued = false;
            shard.unsent.pop_back();
            ++taken;
        }
        signal_.taken(taken);
    }
    template <class Again>
    bool queueAgain(Shard& shard, Again again) {
        const std::lock_guard lock(shard.mutex);
        if (shard.sendFrom >= shard.table.places()) {
            shard.sendFrom = SIZE_MAX;  // places that come later are sent as changes
            return false;
        }
        shard.sendFrom = shard.table.visit(shard.sendFrom, kAgain, [&](Entry& entry) {
            if (entry.value.queued || !again(entry)) return;
            entry.value.queued = true;
            shard.unsent.push_back(entry.key);
            signal_.note();
        });
        return true;
    }

    ChangeSignal& signal_;
    std::array<std::unique_ptr<Shard>, kShards> shards_;
    std::atomic<std::size_t> turn_{0}, expiring_{0};
};

}  // namespace weir
