// The tables event_positions, missing_events, node_intake and unreadable_events: what is known of each node's
// events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

// Names a (node, epoch) in other tables; a hash, so that nobody has to give out numbers.
std::int64_t placeOf(const std::string& node, const std::string& epoch);

// Everything up to `stored_to` is stored or in missing_events. Locked for this transaction; made when it is
// new.
std::int64_t lockPosition(Connection& connection, const std::string& node, const std::string& epoch);
void setPosition(Connection& connection, const std::string& node, const std::string& epoch,
                 std::int64_t storedTo, std::int64_t now);

// Sequences that were passed over. "open": nobody said why yet; "gap": a gap event did; "folded": their
// counters are in. Ranges of one place do not overlap.
struct MissingRange {
    std::int64_t first = 0, last = 0;
    std::string kind, reason;
    bool operator==(const MissingRange&) const = default;
};
std::vector<MissingRange> missingRanges(Connection& connection, std::int64_t place);
void replaceMissing(Connection& connection, std::int64_t place, const std::vector<MissingRange>& before,
                    const std::vector<MissingRange>& after);

struct IntakeRow {
    std::string node;
    std::int64_t lastEvent = 0, lastTaken = 0, events = 0, gaps = 0, folded = 0, notRecorded = 0,
                 unreadable = 0;
    bool indexComplete = false;
};
// Adds the counts; the later of the times stays. `forgetIndex`: the items of the node are no longer all
// known.
void addIntake(Connection& connection, const IntakeRow& change, bool forgetIndex);
std::vector<IntakeRow> intakeRows(Connection& connection);
std::optional<IntakeRow> intakeRow(Connection& connection, const std::string& node);
void setIndexComplete(Connection& connection, const std::string& node);

struct UnreadableEvent {
    std::int64_t place = 0, sequence = 0;
    std::string node, problem, body;
};
void addUnreadable(Connection& connection, const std::vector<UnreadableEvent>& events, std::int64_t now);

}  // namespace weir::db
