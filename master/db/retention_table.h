// Deleting what is old, a few rows at a time: each call is one short transaction's worth.
#pragma once

#include <cstdint>

#include "master/db/counters_table.h"
#include "master/db/database.h"

namespace weir::db {

// Each deletes about `rows` rows that are older than `before` (milliseconds) and returns how many went; 0:
// that was all.
std::uint64_t deleteOldMails(Connection& connection, std::int64_t before, int rows);
std::uint64_t deleteOldTerms(Connection& connection, std::int64_t before, int rows);  // whole spans only
std::uint64_t deleteOldCounters(Connection& connection, CounterKind kind, std::int64_t before, int rows);
std::uint64_t deleteOldTops(Connection& connection, std::int64_t before, int rows);
std::uint64_t deleteOldDoubts(Connection& connection, std::int64_t before);
std::uint64_t deleteOldUnreadable(Connection& connection, std::int64_t before, int rows);
// Items that left the quarantine (released, deleted, expired), with their history.
std::uint64_t deleteGoneItems(Connection& connection, std::int64_t before, int rows);
// Acknowledged before that, with their links.
std::uint64_t deleteOldAlerts(Connection& connection, std::int64_t before, int rows);

}  // namespace weir::db
