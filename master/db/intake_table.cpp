#include "master/db/intake_table.h"

#include <algorithm>

#include "common/base/digest.h"

namespace weir::db {
namespace {

constexpr const char* kIntakeColumns =
    "node, last_event, last_taken, events, gaps, folded, not_recorded, unreadable, index_complete";

IntakeRow readIntake(const Row& row) {
    return {row.text(0),    row.integer(1), row.integer(2), row.integer(3),     row.integer(4),
            row.integer(5), row.integer(6), row.integer(7), row.integer(8) != 0};
}

void insertRange(Connection& connection, std::int64_t place, const MissingRange& range) {
    connection.execute(
        "INSERT INTO missing_events (place, first_sequence, last_sequence, kind, reason) VALUES (?, ?, ?, ?, "
        "?)",
        {place, range.first, range.last, range.kind, range.reason});
}

}  // namespace

std::int64_t placeOf(const std::string& node, const std::string& epoch) {
    const auto digest = sha256Hex(node + "/" + epoch);
    return static_cast<std::int64_t>(std::stoull(digest.substr(0, 15), nullptr, 16));
}

std::int64_t lockPosition(Connection& connection, const std::string& node, const std::string& epoch) {
    std::int64_t storedTo = -1;
    const auto read = [&] {
        connection.query("SELECT stored_to FROM event_positions WHERE node = ? AND epoch = ?" +
                             std::string(connection.forUpdate()),
                         {node, epoch}, [&](const Row& row) { storedTo = row.integer(0); });
    };
    read();
    if (storedTo >= 0) return storedTo;
    connection.insertNewRows("INSERT INTO event_positions (node, epoch, place, stored_to, changed)", 5,
                             {node, epoch, placeOf(node, epoch), std::int64_t{0}, std::int64_t{0}});
    read();
    return storedTo;
}

void setPosition(Connection& connection, const std::string& node, const std::string& epoch,
                 std::int64_t storedTo, std::int64_t now) {
    connection.execute("UPDATE event_positions SET stored_to = ?, changed = ? WHERE node = ? AND epoch = ?",
                       {storedTo, now, node, epoch});
}

std::vector<MissingRange> missingRanges(Connection& connection, std::int64_t place) {
    std::vector<MissingRange> ranges;
    connection.query(
        "SELECT first_sequence, last_sequence, kind, reason FROM missing_events WHERE place = ? "
        "ORDER BY first_sequence",
        {place}, [&](const Row& row) {
            ranges.push_back({row.integer(0), row.integer(1), row.text(2), row.text(3)});
        });
    return ranges;
}

void replaceMissing(Connection& connection, std::int64_t place, const std::vector<MissingRange>& before,
                    const std::vector<MissingRange>& after) {
    const auto in = [](const std::vector<MissingRange>& ranges, const MissingRange& range) {
        return std::find(ranges.begin(), ranges.end(), range) != ranges.end();
    };
    for (const auto& range : before) {
        if (in(after, range)) continue;
        connection.execute("DELETE FROM missing_events WHERE place = ? AND first_sequence = ?",
                           {place, range.first});
    }
    for (const auto& range : after) {
        if (!in(before, range)) insertRange(connection, place, range);
    }
}

void addIntake(Connection& connection, const IntakeRow& change, bool forgetIndex) {
    const auto known = intakeRow(connection, change.node);
    const auto lastEvent = std::max(change.lastEvent, known ? known->lastEvent : 0);
    const auto lastTaken = std::max(change.lastTaken, known ? known->lastTaken : 0);
    connection.upsertRows("node_intake",
                          {"node", "last_event", "last_taken", "events", "gaps", "folded", "not_recorded",
                           "unreadable", "index_complete"},
                          {"node"}, {"events", "gaps", "folded", "not_recorded", "unreadable"},
                          {"last_event", "last_taken"},
                          {change.node, lastEvent, lastTaken, change.events, change.gaps, change.folded,
                           change.notRecorded, change.unreadable, std::int64_t{0}});
    if (forgetIndex) {
        connection.execute("UPDATE node_intake SET index_complete = 0 WHERE node = ?", {change.node});
    }
}

std::vector<IntakeRow> intakeRows(Connection& connection) {
    std::vector<IntakeRow> rows;
    connection.query(std::string("SELECT ") + kIntakeColumns + " FROM node_intake ORDER BY node", {},
                     [&](const Row& row) { rows.push_back(readIntake(row)); });
    return rows;
}

std::optional<IntakeRow> intakeRow(Connection& connection, const std::string& node) {
    std::optional<IntakeRow> found;
    connection.query(std::string("SELECT ") + kIntakeColumns + " FROM node_intake WHERE node = ?", {node},
                     [&](const Row& row) { found = readIntake(row); });
    return found;
}

void setIndexComplete(Connection& connection, const std::string& node) {
    IntakeRow row;
    row.node = node;
    addIntake(connection, row, false);
    connection.execute("UPDATE node_intake SET index_complete = 1 WHERE node = ?", {node});
}

void addUnreadable(Connection& connection, const std::vector<UnreadableEvent>& events, std::int64_t now) {
    Values flat;
    for (const auto& event : events) {
        flat.insert(flat.end(), {event.place, event.sequence, event.node, now, event.problem, event.body});
    }
    connection.insertNewRows("INSERT INTO unreadable_events (place, sequence, node, taken, problem, body)", 6,
                             flat);
}

}  // namespace weir::db
