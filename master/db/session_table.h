// Rows of sessions. `secret` is the SHA-256 of what the cookie holds; times are ms since the epoch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "master/db/database.h"

namespace weir::db {

struct SessionRow {
    std::string id, secret, user, csrf;
    std::int64_t created = 0, used = 0;
    std::string role;  // of the user now; filled by findSession()
};

// nullopt also when its user has gone.
std::optional<SessionRow> findSession(Connection& connection, const std::string& secret);
void insertSession(Connection& connection, const SessionRow& session);
void touchSession(Connection& connection, const std::string& id, std::int64_t time);
void deleteSession(Connection& connection, const std::string& id);
void deleteSessionsOf(Connection& connection, const std::string& user, const std::string& except = {});
// Leaves the `keep` newest of a user.
void trimSessionsOf(Connection& connection, const std::string& user, int keep);
std::uint64_t deleteOldSessions(Connection& connection, std::int64_t usedUntil, std::int64_t createdUntil);

}  // namespace weir::db
