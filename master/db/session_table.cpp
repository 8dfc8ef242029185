#include "master/db/session_table.h"

#include <vector>

namespace weir::db {

std::optional<SessionRow> findSession(Connection& connection, const std::string& secret) {
    std::optional<SessionRow> found;
    connection.query(
        "SELECT s.id, s.secret, s.user_name, s.csrf, s.created, s.used, u.role FROM sessions s JOIN users u "
        "ON "
        "u.name = s.user_name WHERE s.secret = ?",
        {secret}, [&](const Row& row) {
            found = SessionRow{row.text(0),    row.text(1),    row.text(2), row.text(3),
                               row.integer(4), row.integer(5), row.text(6)};
        });
    return found;
}

void insertSession(Connection& connection, const SessionRow& session) {
    connection.execute(
        "INSERT INTO sessions (id, secret, user_name, csrf, created, used) VALUES (?, ?, ?, ?, ?, ?)",
        {session.id, session.secret, session.user, session.csrf, session.created, session.used});
}

void touchSession(Connection& connection, const std::string& id, std::int64_t time) {
    connection.execute("UPDATE sessions SET used = ? WHERE id = ?", {time, id});
}

void deleteSession(Connection& connection, const std::string& id) {
    connection.execute("DELETE FROM sessions WHERE id = ?", {id});
}

void deleteSessionsOf(Connection& connection, const std::string& user, const std::string& except) {
    connection.execute("DELETE FROM sessions WHERE user_name = ? AND id <> ?", {user, except});
}

void trimSessionsOf(Connection& connection, const std::string& user, int keep) {
    std::vector<std::string> ids;
    connection.query("SELECT id FROM sessions WHERE user_name = ? ORDER BY created DESC, id DESC", {user},
                     [&](const Row& row) { ids.push_back(row.text(0)); });
    for (std::size_t i = static_cast<std::size_t>(keep); i < ids.size(); ++i)
        deleteSession(connection, ids[i]);
}

std::uint64_t deleteOldSessions(Connection& connection, std::int64_t usedUntil, std::int64_t createdUntil) {
    return connection.execute("DELETE FROM sessions WHERE used <= ? OR created <= ?",
                              {usedUntil, createdUntil});
}

}  // namespace weir::db
