#include "master/db/audit_table.h"

namespace weir::db {

namespace {

Value orNull(const std::string& text) {
    if (text.empty()) return nullptr;
    return text;
}

// The words of the filter with the values in their order.
struct Where {
    std::string text;
    Values values;
    void add(const std::string& condition, Value value) {
        text += (text.empty() ? " WHERE " : " AND ") + condition;
        values.push_back(std::move(value));
    }
};

// `needle` as a LIKE pattern with '!' as the escape: the same in both databases.
std::string like(const std::string& needle) {
    std::string out = "%";
    for (const char c : needle) {
        if (c == '%' || c == '_' || c == '!') out += '!';
        out += c;
    }
    return out + "%";
}

Where whereOf(const AuditFilter& filter) {
    Where where;
    if (!filter.actor.empty()) where.add("actor = ?", filter.actor);
    if (filter.action.ends_with('.')) {
        where.add("action >= ?", filter.action);
        where.add("action < ?", filter.action.substr(0, filter.action.size() - 1) + '/');  // '/' follows '.'
    } else if (!filter.action.empty()) {
        where.add("action = ?", filter.action);
    }
    if (!filter.object.empty()) where.add("object LIKE ? ESCAPE '!'", like(filter.object));
    if (!filter.beforeId.empty()) where.add("id < ?", filter.beforeId);
    if (filter.from) where.add("at >= ?", *filter.from);
    if (filter.to) where.add("at < ?", *filter.to);
    return where;
}

}  // namespace

void insertAudit(Connection& connection, const AuditRow& row) {
    connection.execute(
        "INSERT INTO audit (id, at, actor, via, address, role, action, object, before_text, after_text) "
        "VALUES (?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {row.id, row.at, row.actor, row.via, row.address, row.role, row.action, row.object,
         orNull(row.before), orNull(row.after)});
}

std::vector<AuditRow> findAudit(Connection& connection, const AuditFilter& filter) {
    Where where = whereOf(filter);
    where.values.emplace_back(std::int64_t{filter.limit});
    std::vector<AuditRow> rows;
    connection.query(
        "SELECT id, at, actor, via, address, role, action, object, before_text, after_text FROM audit" +
            where.text + " ORDER BY id DESC LIMIT ?",
        where.values, [&](const Row& row) {
            rows.push_back({row.text(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.text(5),
                            row.text(6), row.text(7), row.text(8), row.text(9)});
        });
    return rows;
}

}  // namespace weir::db
