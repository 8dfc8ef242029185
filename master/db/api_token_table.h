// Rows of api_tokens. `secret` is the SHA-256 of the token; times are ms since the epoch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct ApiTokenRow {
    std::string id, secret, name, role, createdBy;
    std::int64_t created = 0, expires = 0;
    std::optional<std::int64_t> lastUsed;
};

std::vector<ApiTokenRow> allApiTokens(Connection& connection);  // newest first
std::optional<ApiTokenRow> findApiToken(Connection& connection, const std::string& secret);
std::optional<ApiTokenRow> findApiTokenById(Connection& connection, const std::string& id);
void insertApiToken(Connection& connection, const ApiTokenRow& token);
void touchApiToken(Connection& connection, const std::string& id, std::int64_t time);
void deleteApiToken(Connection& connection, const std::string& id);
std::uint64_t deleteApiTokensUntil(Connection& connection, std::int64_t expires);

}  // namespace weir::db
