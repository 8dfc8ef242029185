// Takes the events of nodes in, exactly once.
//
// What is known is one number for each node and spool epoch, `stored_to`, less the ranges that were missing
// when it passed them: an event is new when it lies above the one or inside the others. That, the mail log,
// the statistics and the quarantine index change in one transaction, so a batch may come again, in part,
// twice at once or after a lost answer, and counts once. Bodies are read by the calling threads; batches that
// wait while a commit runs share the next one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/wire/messages.h"
#include "master/db/database.h"

namespace weir {

class CommandQueue;

struct EventBatch {
    NodeId node;
    SpoolEpoch epoch;
    std::vector<WireEvent> events;  // in any order; each body one JSON object
};

// How complete the data of one node is.
struct NodeCompleteness {
    NodeId node;
    TimePoint lastEvent;  // time of its newest event; the epoch (0): none yet
    TimePoint lastTaken;  // when the master last took one
    std::uint64_t events = 0;
    std::uint64_t gaps = 0;         // events that are missing: explained by a gap event, or not (yet)
    std::uint64_t folded = 0;       // mails known only as counters
    std::uint64_t notRecorded = 0;  // events the node could not append
    std::uint64_t unreadable = 0;   // bodies kept aside in unreadable_events
};

class EventIngest {
  public:
    // `commands` gets the delete commands of superseded quarantine items.
    EventIngest(db::Database& database, CommandQueue& commands);
    ~EventIngest();

    // The highest sequence of that epoch that is now stored: everything up to it is committed or on record as
    // missing. A body that cannot be read is kept aside and never blocks what follows. Throws Error
    // kUnavailable: nothing is acknowledged, the same batch may come again. Thread-safe.
    Sequence take(const EventBatch& batch);

    std::vector<NodeCompleteness> completeness();
    std::optional<NodeCompleteness> completeness(const NodeId& node);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir
