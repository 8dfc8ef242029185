#include "master/db/user_list_table.h"

#include "master/db/search_text.h"

namespace weir::db {
namespace {

const std::string kSelect = "SELECT owner, kind, sender, added, added_by FROM user_lists ";

std::vector<UserListRow> rowsWhere(Connection& connection, const std::string& rest, const Values& values) {
    std::vector<UserListRow> rows;
    connection.query(kSelect + rest, values, [&](const Row& row) {
        rows.push_back({row.text(0), row.text(1), row.text(2), row.integer(3), row.text(4)});
    });
    return rows;
}

UserListState state(Connection& connection, std::string_view lock) {
    UserListState found;
    connection.query("SELECT entries, bytes, version FROM user_list_state WHERE id = 1" + std::string(lock),
                     {}, [&](const Row& row) {
                         found = {{row.integer(0), row.integer(1)}, row.integer(2)};
                     });
    return found;
}

}  // namespace

UserListState userListState(Connection& connection) {
    return state(connection, "");
}

UserListState lockUserLists(Connection& connection) {
    return state(connection, connection.forUpdate());
}

std::vector<UserListRow> findUserLists(Connection& connection, const UserListFilter& filter,
                                       const std::optional<UserListKey>& after, int limit) {
    Conditions where(connection.dialect());
    where.equals("owner", filter.owner);
    where.equals("sender", filter.sender);
    where.equals("kind", filter.kind);
    where.contains({"owner", "sender"}, filter.text);
    if (after)
        where.add("owner > ? OR (owner = ? AND sender > ?)", {after->first, after->first, after->second});
    auto values = where.values();
    values.emplace_back(std::int64_t{limit});
    return rowsWhere(connection, "WHERE " + where.sql() + " ORDER BY owner, sender LIMIT ?", values);
}

std::vector<UserListRow> userListOf(Connection& connection, const std::string& owner) {
    return rowsWhere(connection, "WHERE owner = ?", {owner});
}

std::int64_t userListSize(Connection& connection, const std::string& owner) {
    std::int64_t count = 0;
    connection.query("SELECT COUNT(*) FROM user_lists WHERE owner = ?", {owner},
                     [&](const Row& row) { count = row.integer(0); });
    return count;
}

void eachUserListRow(Connection& connection, const std::function<void(UserListRow)>& each) {
    connection.query("SELECT owner, kind, sender FROM user_lists ORDER BY owner, sender", {},
                     [&](const Row& row) {
                         each({row.text(0), row.text(1), row.text(2), 0, {}});
                     });
}

void changeUserLists(Connection& connection, const std::vector<UserListRow>& put,
                     const std::vector<UserListKey>& remove, const UserListSize& grown) {
    for (const auto& [owner, sender] : remove)
        connection.execute("DELETE FROM user_lists WHERE owner = ? AND sender = ?", {owner, sender});
    Values flat;
    for (const auto& row : put)
        flat.insert(flat.end(), {row.owner, row.sender, row.kind, row.added, row.addedBy});
    if (!flat.empty())
        connection.upsertRows("user_lists", {"owner", "sender", "kind", "added", "added_by"},
                              {"owner", "sender"}, {}, {"kind", "added", "added_by"}, flat);
    connection.execute(
        "UPDATE user_list_state SET entries = entries + ?, bytes = bytes + ?, version = version + 1 WHERE id "
        "= 1",
        {grown.entries, grown.bytes});
}

}  // namespace weir::db
