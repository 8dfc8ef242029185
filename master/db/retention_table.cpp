#include "master/db/retention_table.h"

#include <optional>
#include <string>

#include "master/db/mail_terms.h"
#include "master/db/sql_text.h"
#include "master/db/uuid_key.h"

namespace weir::db {
namespace {

// Neither database has DELETE … LIMIT for both, so the end of the piece is looked up first: `key` of the row
// after the first `rows` in key order, among those that `where` (one placeholder) selects.
std::optional<Value> pieceEnd(Connection& connection, const std::string& table, const std::string& key,
                              const std::string& where, const Values& limits, int rows, bool text) {
    std::optional<Value> end;
    auto values = limits;
    values.emplace_back(std::int64_t{rows});
    connection.query(
        "SELECT " + key + " FROM " + table + " WHERE " + where + " ORDER BY " + key + " LIMIT 1 OFFSET ?",
        values, [&](const Row& row) {
            if (text) {
                end = Blob{row.text(0)};
            } else {
                end = row.integer(0);
            }
        });
    return end;
}

std::uint64_t deletePiece(Connection& connection, const std::string& table, const std::string& key,
                          const std::string& where, const Values& limits, int rows, bool text) {
    const auto end = pieceEnd(connection, table, key, where, limits, rows, text);
    auto values = limits;
    if (!end) return connection.execute("DELETE FROM " + table + " WHERE " + where, values);
    values.push_back(*end);
    return connection.execute("DELETE FROM " + table + " WHERE " + where + " AND " + key + " < ?", values);
}

}  // namespace

std::uint64_t deleteOldMails(Connection& connection, std::int64_t before, int rows) {
    return deletePiece(connection, "mails", "id", "id < ?", {Blob{firstKey(before)}}, rows, true);
}

std::uint64_t deleteOldTerms(Connection& connection, std::int64_t before, int rows) {
    // Terms of the same value as the last of the piece stay for the next one.
    const Values limits = {spanTerms(spanOf(before)).first};
    const auto gone = deletePiece(connection, "mail_terms", "term", "term < ?", limits, rows, false);
    if (gone > 0) return gone;
    // One value with more rows than a piece.
    std::optional<std::int64_t> term;
    connection.query("SELECT MIN(term) FROM mail_terms WHERE term < ?", limits, [&](const Row& row) {
        if (!row.isNull(0)) term = row.integer(0);
    });
    return term ? connection.execute("DELETE FROM mail_terms WHERE term = ?", {*term}) : 0;
}

std::uint64_t deleteOldCounters(Connection& connection, CounterKind kind, std::int64_t before, int rows) {
    const Values limits = {static_cast<std::int64_t>(kind), before};
    const auto gone =
        deletePiece(connection, "mail_counters", "start", "kind = ? AND start < ?", limits, rows, false);
    if (gone > 0) return gone;
    std::optional<std::int64_t> start;
    connection.query("SELECT MIN(start) FROM mail_counters WHERE kind = ? AND start < ?", limits,
                     [&](const Row& row) {
                         if (!row.isNull(0)) start = row.integer(0);
                     });
    if (!start) return 0;
    return connection.execute("DELETE FROM mail_counters WHERE kind = ? AND start = ?", {limits[0], *start});
}

std::uint64_t deleteOldTops(Connection& connection, std::int64_t before, int rows) {
    std::optional<std::int64_t> day;
    connection.query("SELECT MIN(day) FROM mail_tops WHERE day < ?",
                     {before / kCounterMillis[static_cast<std::size_t>(CounterKind::kDay)]},
                     [&](const Row& row) {
                         if (!row.isNull(0)) day = row.integer(0);
                     });
    if (!day) return 0;
    std::optional<std::string> name;
    std::int64_t kind = 0;
    connection.query(
        "SELECT kind, name FROM mail_tops WHERE day = ? ORDER BY day, kind, name LIMIT 1 OFFSET ?",
        {*day, std::int64_t{rows}}, [&](const Row& row) {
            kind = row.integer(0);
            name = row.text(1);
        });
    if (!name) return connection.execute("DELETE FROM mail_tops WHERE day = ?", {*day});
    return connection.execute("DELETE FROM mail_tops WHERE day = ? AND (kind < ? OR (kind = ? AND name < ?))",
                              {*day, kind, kind, *name});
}

std::uint64_t deleteOldDoubts(Connection& connection, std::int64_t before) {
    // Few: at most as many as sessions were open when a node ended.
    return connection.execute("DELETE FROM in_doubt_mails WHERE mail < ?", {Blob{firstKey(before)}});
}

std::uint64_t deleteOldUnreadable(Connection& connection, std::int64_t before, int rows) {
    return deletePiece(connection, "unreadable_events", "taken", "taken < ?", {before}, rows, false);
}

std::uint64_t deleteGoneItems(Connection& connection, std::int64_t before, int rows) {
    Values ids;
    connection.query("SELECT id FROM quarantine_items WHERE held = 0 AND changed < ? ORDER BY id LIMIT ?",
                     {before, std::int64_t{rows}}, [&](const Row& row) { ids.emplace_back(row.text(0)); });
    if (ids.empty()) return 0;
    const auto in = placeholders(static_cast<int>(ids.size()), 1);
    connection.execute("DELETE FROM item_history WHERE item IN " + in, ids);
    return connection.execute("DELETE FROM quarantine_items WHERE id IN " + in, ids);
}

std::uint64_t deleteOldAlerts(Connection& connection, std::int64_t before, int rows) {
    Values ids;
    connection.query(
        "SELECT id FROM alerts WHERE acknowledged > 0 AND acknowledged < ? ORDER BY acknowledged LIMIT ?",
        {before, std::int64_t{rows}}, [&](const Row& row) { ids.emplace_back(row.text(0)); });
    if (ids.empty()) return 0;
    const auto in = placeholders(static_cast<int>(ids.size()), 1);
    connection.execute("DELETE FROM alert_mails WHERE alert IN " + in, ids);
    return connection.execute("DELETE FROM alerts WHERE id IN " + in, ids);
}

}  // namespace weir::db
