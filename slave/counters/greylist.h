// Greylisting for the whole cluster: a sender who is not known has to try again after a while.
//
// Known are triplets: network of the client, sender, recipient. The first mail of one waits; one that comes
// again after `delay`, and before `retryWindow` is over, passes, and from then on the triplet passes for
// `lifetime` after its last mail. A network with `autoAllowAfter` triplets that passed within `lifetime` need
// not wait at all, and stays so while mail comes from it.
//
// Each node decides from what it has; what others learned arrives by merge(). Addresses are compared without
// regard to case. Any number of threads; one check takes about a microsecond.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "slave/counters/count_table.h"

namespace weir {

struct GreylistSettings {
    std::chrono::seconds delay{300};
    std::chrono::seconds retryWindow{48 *
                                     3600};  // from the first attempt; at least a minute beyond the delay
    std::chrono::seconds lifetime{35 * 24 * 3600};
    unsigned v4Prefix = 24, v6Prefix = 64;
    unsigned autoAllowAfter = 5;  // 0: never
};

struct GreylistAnswer {
    bool pass = false;
    std::chrono::seconds wait{0};  // what is left of the delay; 0 when it passes
    bool known = false;            // the triplet had passed before this mail
    bool autoAllowed = false;      // passes for its network alone
};

class Greylist {
  public:
    // `networks` must outlive it.
    Greylist(std::size_t capacity, CountTable& networks, ChangeSignal& signal);

    GreylistAnswer check(std::string_view clientAddress, std::string_view sender, std::string_view recipient,
                         const GreylistSettings& settings, TimePoint now);

    // ---- exchange
    void merge(const std::vector<TripletEntry>& entries, TimePoint now);
    void take(std::vector<TripletEntry>& out, std::size_t limit);
    void giveBack(const std::vector<TripletEntry>& entries);
    void sendAll() { store_.sendAll(); }
    bool sendingAll() const { return store_.sendingAll(); }

    // ---- housekeeping
    void expire(TimePoint now);
    void load(const TripletEntry& entry);
    template <class Visit>
    void visit(Visit visit) const {
        store_.visit([&](const Store::Entry& entry) { visit(entryOf(entry)); });
    }
    StoreStatus status() const { return store_.status(); }

  private:
    struct Triplet {
        std::uint32_t round = 0;
        SharedSeconds first = 0, passed = 0, until = 0;
        bool queued = false;
    };
    using Store = ShardedStore<Triplet>;

    static TripletEntry entryOf(const Store::Entry& entry);
    static std::uint8_t rankOf(const Triplet& triplet) { return triplet.passed != 0 ? 1 : 0; }
    bool put(const TripletEntry& entry);
    GreylistAnswer checkTriplet(const SharedKey& key, const GreylistSettings& settings, SharedSeconds now);
    static bool begin(Triplet& triplet, const GreylistSettings& settings, SharedSeconds now);

    CountTable& networks_;
    ChangeSignal& signal_;
    Store store_;
};

}  // namespace weir
