// Mails that killed or stalled a parser, known by their fingerprint in the whole cluster, so that no node
// tries them again. Any number of threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slave/counters/sharded_store.h"

namespace weir {

struct PoisonMark {
    TimePoint since;
    std::string reason;
};

class Poison {
  public:
    static constexpr std::chrono::hours kKept{24 *
                                              14};  // after the last mark; then a repaired parser may try

    Poison(std::size_t capacity, ChangeSignal& signal);

    // `fingerprint`: any text or bytes that are the same for the same mail on every node.
    bool poisoned(std::string_view fingerprint, TimePoint now) { return find(fingerprint, now).has_value(); }
    std::optional<PoisonMark> find(std::string_view fingerprint, TimePoint now);
    // `reason` is for people; cut to 256 bytes.
    void mark(std::string_view fingerprint, std::string_view reason, TimePoint now);

    // ---- exchange
    void merge(const std::vector<PoisonEntry>& entries, TimePoint now);
    void take(std::vector<PoisonEntry>& out, std::size_t limit);
    void giveBack(const std::vector<PoisonEntry>& entries);
    void sendAll() { store_.sendAll(); }
    bool sendingAll() const { return store_.sendingAll(); }

    // ---- housekeeping
    void expire(TimePoint now);
    void load(const PoisonEntry& entry);
    template <class Visit>
    void visit(Visit visit) const {
        store_.visit([&](const Store::Entry& entry) { visit(entryOf(entry)); });
    }
    StoreStatus status() const { return store_.status(); }

  private:
    struct Mark {
        SharedSeconds since = 0, until = 0;
        std::string reason;
        bool queued = false;
    };
    using Store = ShardedStore<Mark>;

    static PoisonEntry entryOf(const Store::Entry& entry);
    static bool put(Store::Held& shard, const PoisonEntry& entry);

    ChangeSignal& signal_;
    Store store_;
};

}  // namespace weir
