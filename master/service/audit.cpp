#include "master/service/audit.h"

#include <nlohmann/json.hpp>

#include "common/base/ids.h"
#include "common/base/utf8.h"
#include "master/db/audit_table.h"

namespace weir {

namespace {

constexpr std::size_t kTextLimit = 256u << 10;
constexpr std::size_t kObjectLimit = 300;  // of the column's 320 characters
constexpr std::size_t kNameLimit = 64;

std::string stored(const Json& value) {
    if (value.is_null()) return {};
    std::string text = toText(value);
    if (text.size() <= kTextLimit) return text;
    return toText(Json{{"note", "too large for the audit"}, {"bytes", text.size()}});
}

AuditEntry entryOf(db::AuditRow row) {
    return {std::move(row.id),
            fromMillis(row.at),
            {std::move(row.actor), std::move(row.via), std::move(row.address), std::move(row.role)},
            std::move(row.action),
            std::move(row.object),
            std::move(row.before),
            std::move(row.after)};
}

}  // namespace

Actor systemActor() {
    return {"system", "system", "", ""};
}

void Audit::record(db::Connection& connection, const Actor& actor, std::string_view action,
                   std::string_view object, const Json& before, const Json& after) {
    db::AuditRow row;
    row.id = newTimeUuid();
    row.at = toMillis(now());
    row.actor = validUtf8(actor.name, kNameLimit);
    row.via = validUtf8(actor.via, 16);
    row.address = validUtf8(actor.address, kNameLimit);
    row.role = validUtf8(actor.role, 16);
    row.action = validUtf8(action, kNameLimit);
    row.object = validUtf8(object, kObjectLimit);
    row.before = stored(before);
    row.after = stored(after);
    db::insertAudit(connection, row);
}

void Audit::note(const Actor& actor, std::string_view action, std::string_view object, const Json& after) {
    database_.transaction(
        [&](db::Connection& connection) { record(connection, actor, action, object, nullptr, after); });
}

AuditPage Audit::find(const AuditQuery& query) const {
    db::AuditFilter filter{query.actor, query.action, query.object, query.cursor, {}, {}, query.limit + 1};
    if (query.from) filter.from = toMillis(*query.from);
    if (query.to) filter.to = toMillis(*query.to);
    AuditPage page;
    database_.read([&](db::Connection& connection) {
        page.entries.clear();
        for (auto& row : db::findAudit(connection, filter)) page.entries.push_back(entryOf(std::move(row)));
    });
    // One more than asked for tells whether there is a next page.
    if (page.entries.size() > static_cast<std::size_t>(query.limit)) {
        page.entries.pop_back();
        page.next = page.entries.back().id;
    }
    return page;
}

}  // namespace weir
