#include "master/db/quarantine_table.h"

#include <algorithm>

#include "master/db/search_text.h"
#include "master/db/sql_text.h"

namespace weir::db {
namespace {

const std::vector<std::string> kColumns = {
    "id",     "held",     "version",        "state",     "detail",     "changed", "node",
    "mail",   "received", "queue_id",       "sender",    "recipients", "subject", "rule",
    "reason", "queue",    "client_address", "direction", "size",       "sha256",  "is_copy"};
constexpr std::size_t kIdsTogether = 256;
constexpr const char* kHeldStates[] = {"stored", "releasing", "release-failed"};

std::string columnList() {
    std::string text;
    for (const auto& column : kColumns) text += (text.empty() ? "" : ", ") + column;
    return text;
}

ItemRow readItem(const Row& row) {
    ItemRow item;
    item.id = row.text(0);
    item.version = row.integer(2);
    item.state = row.text(3);
    item.detail = row.text(4);
    item.changed = row.integer(5);
    item.node = row.text(6);
    item.mail = row.text(7);
    item.received = row.integer(8);
    item.queueId = row.text(9);
    item.sender = row.text(10);
    item.recipients = row.text(11);
    item.subject = row.text(12);
    item.rule = row.text(13);
    item.reason = row.text(14);
    item.queue = row.text(15);
    item.clientAddress = row.text(16);
    item.direction = row.text(17);
    item.size = row.integer(18);
    item.sha256 = row.text(19);
    item.copy = row.integer(20) != 0;
    return item;
}

Conditions conditionsOf(Dialect dialect, const ItemFilter& filter) {
    Conditions where(dialect);
    if (filter.state.empty()) {
        where.add("held = 1", {});
    } else if (filter.state != "all") {
        where.add("held = ? AND state = ?", {std::int64_t{isHeld(filter.state)}, filter.state});
    }
    where.equals("rule", filter.rule);
    where.equals("queue", filter.queue);
    where.equals("node", filter.node);
    where.address("sender", filter.sender, false);
    where.address("recipients", filter.recipient, true);
    where.contains({"subject"}, filter.subject);
    where.contains({"sender", "recipients", "subject"}, filter.text);
    if (filter.from > 0) where.add("received >= ?", {filter.from});
    if (filter.to > 0) where.add("received < ?", {filter.to});
    return where;
}

}  // namespace

bool isHeld(const std::string& state) {
    return std::find(std::begin(kHeldStates), std::end(kHeldStates), state) != std::end(kHeldStates);
}

std::unordered_map<std::string, std::int64_t> lockItemVersions(Connection& connection,
                                                               const std::vector<std::string>& ids) {
    std::unordered_map<std::string, std::int64_t> versions;
    for (std::size_t first = 0; first < ids.size(); first += kIdsTogether) {
        const auto count = std::min(kIdsTogether, ids.size() - first);
        Values values;
        for (std::size_t i = 0; i < count; ++i) values.emplace_back(ids[first + i]);
        connection.query("SELECT id, version FROM quarantine_items WHERE id IN " +
                             placeholders(static_cast<int>(count), 1) + std::string(connection.forUpdate()),
                         values, [&](const Row& row) { versions[row.text(0)] = row.integer(1); });
    }
    return versions;
}

void putItems(Connection& connection, const std::vector<const ItemRow*>& items) {
    if (items.empty()) return;
    Values flat;
    for (const auto* i : items) {
        flat.insert(flat.end(), {i->id,
                                 std::int64_t{isHeld(i->state)},
                                 i->version,
                                 i->state,
                                 i->detail,
                                 i->changed,
                                 i->node,
                                 i->mail,
                                 i->received,
                                 i->queueId,
                                 i->sender,
                                 i->recipients,
                                 i->subject,
                                 i->rule,
                                 i->reason,
                                 i->queue,
                                 i->clientAddress,
                                 i->direction,
                                 i->size,
                                 i->sha256,
                                 std::int64_t{i->copy}});
    }
    connection.upsertRows("quarantine_items", kColumns, {"id"}, {},
                          std::vector<std::string>(kColumns.begin() + 1, kColumns.end()), flat);
}

std::optional<ItemRow> itemById(Connection& connection, const std::string& id) {
    std::optional<ItemRow> found;
    connection.query("SELECT " + columnList() + " FROM quarantine_items WHERE id = ?", {id},
                     [&](const Row& row) { found = readItem(row); });
    return found;
}

bool changeItemState(Connection& connection, const std::string& id, const std::vector<std::string>& from,
                     const std::string& to, const std::string& detail, std::int64_t now) {
    Values values = {to, std::int64_t{isHeld(to)}, detail, now, id};
    for (const auto& state : from) values.emplace_back(state);
    return connection.execute(
               "UPDATE quarantine_items SET state = ?, held = ?, detail = ?, changed = ? "
               "WHERE id = ? AND state IN " +
                   placeholders(static_cast<int>(from.size()), 1),
               values) == 1;
}

void addItemHistory(Connection& connection, const std::vector<ItemHistoryRow>& rows) {
    if (rows.empty()) return;
    Values flat;
    for (const auto& row : rows) {
        flat.insert(flat.end(), {row.item, row.changed, row.version, row.state, row.detail, row.actor});
    }
    connection.insertNewRows("INSERT INTO item_history (item, changed, version, state, detail, actor)", 6,
                             flat);
}

std::vector<ItemHistoryRow> itemHistory(Connection& connection, const std::string& item) {
    std::vector<ItemHistoryRow> rows;
    connection.query(
        "SELECT item, changed, version, state, detail, actor FROM item_history WHERE item = ? ORDER BY "
        "changed, version",
        {item}, [&](const Row& row) {
            rows.push_back(
                {row.text(0), row.integer(1), row.integer(2), row.text(3), row.text(4), row.text(5)});
        });
    return rows;
}

void eachItem(Connection& connection, const ItemFilter& filter, const std::string& after, bool ascending,
              int limit, const std::function<void(ItemRow&&)>& each) {
    auto where = conditionsOf(connection.dialect(), filter);
    if (!after.empty()) where.add(ascending ? "id > ?" : "id < ?", {after});
    auto values = where.values();
    values.emplace_back(std::int64_t{limit});
    connection.query("SELECT " + columnList() + " FROM quarantine_items WHERE " + where.sql() +
                         " ORDER BY id " + (ascending ? "ASC" : "DESC") + " LIMIT ?",
                     values, [&](const Row& row) { each(readItem(row)); });
}

ItemTotals countItems(Connection& connection, const ItemFilter& filter) {
    const auto where = conditionsOf(connection.dialect(), filter);
    ItemTotals totals;
    connection.query("SELECT COUNT(*), SUM(size) FROM quarantine_items WHERE " + where.sql(), where.values(),
                     [&](const Row& row) {
                         totals = {row.integer(0), row.integer(1)};
                     });
    return totals;
}

void eachQueue(Connection& connection,
               const std::function<void(const std::string&, const ItemTotals&)>& each) {
    connection.query(
        "SELECT queue, COUNT(*), SUM(size) FROM quarantine_items WHERE held = 1 GROUP BY queue ORDER BY "
        "queue",
        {}, [&](const Row& row) {
            each(row.text(0), {row.integer(1), row.integer(2)});
        });
}

}  // namespace weir::db
