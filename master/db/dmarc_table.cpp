#include "master/db/dmarc_table.h"

#include <algorithm>

#include "master/db/sql_text.h"

namespace weir::db {
namespace {

constexpr std::size_t kKeysTogether = 256;
constexpr const char* kReport =
    "day, domain, part, published, destinations, row_count, mails, left_out, changed, closed, report_id";
constexpr const char* kDestination =
    "day, domain, part, place, address, max_bytes, state, tries, next_try, changed, detail";

std::string select(const char* columns, const char* table) {
    return std::string("SELECT ") + columns + " FROM " + table + " ";
}

DmarcKey readKey(const Row& row) {
    return {row.integer(0), row.text(1), row.integer(2)};
}

DmarcReportRow readReport(const Row& row) {
    return {readKey(row),   row.text(3),    row.text(4),    row.integer(5), row.integer(6),
            row.integer(7), row.integer(8), row.integer(9), row.text(10)};
}

DmarcDestinationRow readDestination(const Row& row) {
    return {readKey(row),   row.integer(3), row.text(4),    row.integer(5), row.text(6),
            row.integer(7), row.integer(8), row.integer(9), row.text(10)};
}

std::vector<DmarcReportRow> reports(Connection& connection, const std::string& where, const Values& values) {
    std::vector<DmarcReportRow> rows;
    connection.query(select(kReport, "dmarc_reports") + where, values,
                     [&](const Row& row) { rows.push_back(readReport(row)); });
    return rows;
}

template <class T>
std::optional<T> first(std::vector<T> rows) {
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
}

Values keyValues(const DmarcKey& key) {
    return {key.day, key.domain, key.part};
}

}  // namespace

std::optional<DmarcReportRow> lastDmarcReport(Connection& connection, std::int64_t day,
                                              const std::string& domain) {
    return first(reports(
        connection,
        "WHERE day = ? AND domain = ? ORDER BY part DESC LIMIT 1" + std::string(connection.forUpdate()),
        {day, domain}));
}

std::int64_t dmarcDomains(Connection& connection, std::int64_t day) {
    std::int64_t count = 0;
    connection.query("SELECT COUNT(*) FROM dmarc_reports WHERE day = ? AND part = 1", {day},
                     [&](const Row& row) { count = row.integer(0); });
    return count;
}

void putDmarcReport(Connection& connection, const DmarcReportRow& row) {
    connection.upsertRows(
        "dmarc_reports",
        {"day", "domain", "part", "published", "destinations", "row_count", "mails", "left_out", "changed",
         "closed", "report_id"},
        {"day", "domain", "part"}, {},
        {"published", "destinations", "row_count", "mails", "left_out", "changed", "closed", "report_id"},
        Values{row.key.day, row.key.domain, row.key.part, row.published, row.destinations, row.rows,
               row.mails, row.leftOut, row.changed, row.closed, row.reportId});
}

std::unordered_set<std::string> knownDmarcRows(Connection& connection, const DmarcKey& key,
                                               const std::vector<std::string>& rowKeys) {
    std::unordered_set<std::string> known;
    for (std::size_t at = 0; at < rowKeys.size(); at += kKeysTogether) {
        const std::size_t count = std::min(kKeysTogether, rowKeys.size() - at);
        Values values = keyValues(key);
        for (std::size_t i = 0; i < count; ++i) values.emplace_back(rowKeys[at + i]);
        connection.query(
            "SELECT row_key FROM dmarc_rows WHERE day = ? AND domain = ? AND part = ? AND row_key IN " +
                placeholders(static_cast<int>(count), 1),
            values, [&](const Row& row) { known.insert(row.text(0)); });
    }
    return known;
}

void addDmarcRows(Connection& connection, const DmarcKey& key, const std::vector<DmarcCount>& counts) {
    Values flat;
    for (const DmarcCount& one : counts) {
        for (Value& value : keyValues(key)) flat.push_back(std::move(value));
        flat.emplace_back(one.rowKey);
        flat.emplace_back(one.content);
        flat.emplace_back(one.mails);
    }
    if (flat.empty()) return;
    connection.upsertRows("dmarc_rows", {"day", "domain", "part", "row_key", "content", "mails"},
                          {"day", "domain", "part", "row_key"}, {"mails"}, {}, flat);
}

std::optional<DmarcReportRow> dmarcReport(Connection& connection, const DmarcKey& key) {
    return first(reports(connection, "WHERE day = ? AND domain = ? AND part = ?", keyValues(key)));
}

std::vector<DmarcReportRow> dmarcReports(Connection& connection, std::optional<std::int64_t> day,
                                         const std::optional<DmarcKey>& after, int limit) {
    std::string where = "WHERE 1 = 1";
    Values values;
    if (day) {
        where += " AND day = ?";
        values.emplace_back(*day);
    }
    if (after) {
        where += " AND (day < ? OR (day = ? AND (domain > ? OR (domain = ? AND part > ?))))";
        values.insert(values.end(), {after->day, after->day, after->domain, after->domain, after->part});
    }
    values.emplace_back(std::int64_t{limit});
    return reports(connection, where + " ORDER BY day DESC, domain, part LIMIT ?", values);
}

std::vector<DmarcReportRow> openDmarcReports(Connection& connection, std::int64_t before,
                                             std::int64_t quietSince, std::optional<std::int64_t> day,
                                             int limit) {
    std::string where = "WHERE closed = 0 AND domain <> ''";
    Values values;
    if (day) {
        where += " AND day = ?";
        values.emplace_back(*day);
    } else {
        where += " AND day < ? AND changed <= ?";
        values.insert(values.end(), {before, quietSince});
    }
    values.emplace_back(std::int64_t{limit});
    return reports(connection,
                   where + " ORDER BY day, domain, part LIMIT ?" + std::string(connection.forUpdate()),
                   values);
}

void eachDmarcRow(Connection& connection, const DmarcKey& key, int limit,
                  const std::function<void(const std::string&, std::int64_t)>& each) {
    Values values = keyValues(key);
    values.emplace_back(std::int64_t{limit});
    connection.query(
        "SELECT content, mails FROM dmarc_rows WHERE day = ? AND domain = ? AND part = ? AND mails > 0 "
        "ORDER BY mails DESC, row_key LIMIT ?",
        values, [&](const Row& row) { each(row.text(0), row.integer(1)); });
}

void addDmarcDestinations(Connection& connection, const std::vector<DmarcDestinationRow>& rows) {
    Values flat;
    for (const auto& one : rows) {
        for (Value& value : keyValues(one.key)) flat.push_back(std::move(value));
        flat.insert(flat.end(), {one.place, one.address, one.maxBytes, one.state, one.tries, one.nextTry,
                                 one.changed, one.detail});
    }
    if (!flat.empty())
        connection.insertNewRows(std::string("INSERT INTO dmarc_destinations (") + kDestination + ")", 11,
                                 flat);
}

std::vector<DmarcDestinationRow> dmarcDestinations(Connection& connection, const DmarcKey& key) {
    std::vector<DmarcDestinationRow> rows;
    connection.query(select(kDestination, "dmarc_destinations") +
                         "WHERE day = ? AND domain = ? AND part = ? ORDER BY place",
                     keyValues(key), [&](const Row& row) { rows.push_back(readDestination(row)); });
    return rows;
}

std::optional<DmarcDestinationRow> nextDmarcDestination(Connection& connection, std::int64_t now) {
    std::optional<DmarcDestinationRow> next;
    connection.query(
        select(kDestination, "dmarc_destinations") +
            "WHERE state = 'waiting' AND next_try <= ? ORDER BY next_try, day, domain, part, place LIMIT 1",
        {now}, [&](const Row& row) { next = readDestination(row); });
    return next;
}

std::optional<std::int64_t> nextDmarcTry(Connection& connection) {
    std::optional<std::int64_t> next;
    connection.query("SELECT MIN(next_try) FROM dmarc_destinations WHERE state = 'waiting'", {},
                     [&](const Row& row) {
                         if (!row.isNull(0)) next = row.integer(0);
                     });
    return next;
}

bool moveDmarcDestination(Connection& connection, const DmarcDestinationRow& to, const std::string& from) {
    return connection.execute(
               "UPDATE dmarc_destinations SET state = ?, tries = ?, next_try = ?, changed = ?, detail = ? "
               "WHERE day = ? AND domain = ? AND part = ? AND place = ? AND state = ?",
               {to.state, to.tries, to.nextTry, to.changed, to.detail, to.key.day, to.key.domain, to.key.part,
                to.place, from}) == 1;
}

std::uint64_t moveDmarcDestinations(Connection& connection, const std::string& from, const std::string& to,
                                    const std::string& detail, std::int64_t now) {
    return connection.execute(
        "UPDATE dmarc_destinations SET state = ?, changed = ?, detail = ? WHERE state = ?",
        {to, now, detail, from});
}

std::uint64_t deleteOldDmarc(Connection& connection, std::int64_t rowsBefore, std::int64_t allBefore,
                             int rows) {
    std::vector<DmarcKey> keys;
    connection.query(
        "SELECT DISTINCT day, domain, part FROM dmarc_rows WHERE day < ? ORDER BY day, domain, part LIMIT ?",
        {rowsBefore, std::int64_t{std::max(1, rows / 100)}},
        [&](const Row& row) { keys.push_back(readKey(row)); });
    std::uint64_t gone = 0;
    for (const DmarcKey& key : keys)
        gone += connection.execute("DELETE FROM dmarc_rows WHERE day = ? AND domain = ? AND part = ?",
                                   keyValues(key));
    if (gone > 0) return gone;
    for (const auto& one : reports(connection, "WHERE day < ? ORDER BY day, domain, part LIMIT ?",
                                   {allBefore, std::int64_t{rows}})) {
        const Values key = keyValues(one.key);
        gone += connection.execute("DELETE FROM dmarc_destinations WHERE day = ? AND domain = ? AND part = ?",
                                   key);
        gone +=
            connection.execute("DELETE FROM dmarc_reports WHERE day = ? AND domain = ? AND part = ?", key);
    }
    return gone;
}

}  // namespace weir::db
