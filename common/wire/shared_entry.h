// What the nodes of a cluster know together: greylist triplets, counts, mails that killed a parser.
//
// Every entry is a value of a join-semilattice: join() is commutative, associative and idempotent. So entries
// may reach a node in any order, over any way and any number of times, and nodes that were apart agree again
// as soon as each has the other's entries. Keys are digests: no address is on the wire. slave/counters keeps
// entries on a node, master/service/shared_state hands them on.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"

namespace weir {

// The first 128 bits of the SHA-256 over the parts, each with its length in front of it.
using SharedKey = std::array<std::uint8_t, 16>;
SharedKey sharedKey(std::initializer_list<std::string_view> parts);

// Whole seconds since 1970-01-01T00:00:00Z, cut to what fits (the year 2106).
using SharedSeconds = std::uint32_t;
SharedSeconds toSharedSeconds(TimePoint time);

// Who counted: a node in one life of its process. A count only grows within a column, so that the highest of
// two amounts is the later one; a life that forgot its last seconds leaves its column as the others know it
// and begins a new one.
using Column = std::uint64_t;
// The column of a life of a node, as it is known in the cluster. The master makes it from the certificate.
Column columnOf(const NodeId& node, Column life);
Column newLife();

// One (client network, sender, recipient). An attempt begins with a mail that has to wait; when nobody tries
// again in time the next mail begins another attempt, in the next round, and the highest round counts. What
// has passed stays passed in whichever round that was.
struct TripletEntry {
    SharedKey key{};
    std::uint32_t round = 0;
    SharedSeconds first = 0;   // of this round: joined by the earliest
    SharedSeconds passed = 0;  // the last mail let through (not told for each mail); 0: none yet
    SharedSeconds until = 0;   // of no use after this
    bool operator==(const TripletEntry&) const = default;
};

// What one column counted for a key in one slot of time. The sum over all columns and the slots of a window
// is the cluster's count.
struct CountEntry {
    SharedKey key{};
    Column column = 0;
    std::uint32_t slot = 0;
    SharedSeconds until = 0;
    std::uint64_t amount = 0;
    bool operator==(const CountEntry&) const = default;
};

// A mail that killed a parser. Of several marks the first stays, with its reason.
struct PoisonEntry {
    SharedKey key{};
    SharedSeconds since = 0;
    SharedSeconds until = 0;
    std::string reason;
    bool operator==(const PoisonEntry&) const = default;
};

// Makes `into` the least value above both, which have the same key (and slot and column). True when that
// changed it.
bool join(TripletEntry& into, const TripletEntry& other);
bool join(CountEntry& into, const CountEntry& other);
bool join(PoisonEntry& into, const PoisonEntry& other);

struct SharedEntries {
    std::vector<TripletEntry> triplets;
    std::vector<CountEntry> networks;  // passed triplets of client networks, for auto-allow
    std::vector<CountEntry> counts;    // rate counters
    std::vector<PoisonEntry> poison;
    std::size_t size() const { return triplets.size() + networks.size() + counts.size() + poison.size(); }
    bool empty() const { return size() == 0; }
    bool operator==(const SharedEntries&) const = default;
};

// What a node and the master keep at most; beyond it what was changed longest ago makes room. Counts are
// (key, column, slot).
struct SharedCapacity {
    std::size_t triplets = 500'000;
    std::size_t networks = 100'000;
    std::size_t counts = 300'000;
    std::size_t poison = 10'000;
};

// An entry that says it is of use for longer than this comes from a clock that is wrong, and is not taken.
inline constexpr std::chrono::hours kSharedLongest{24 * 400};
bool believable(SharedSeconds until, TimePoint now);

}  // namespace weir
