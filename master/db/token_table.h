// The table enrollment_tokens: one-time secrets, of which only the SHA-256 is kept.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "master/db/database.h"

namespace weir::db {

struct TokenRow {
    std::string id, secretHash, createdBy, name;
    std::vector<std::string> groups;
    TimePoint created, expires;
    TimePoint usedAt;  // the epoch (0): not used
    NodeId usedBy;
};

void insertToken(Connection& connection, const TokenRow& token);
std::vector<TokenRow> allTokens(Connection& connection);  // newest first
std::optional<TokenRow> tokenBySecret(Connection& connection, const std::string& secretHash);
// False when it was used already (or has gone): whoever changes the row has the token.
bool useToken(Connection& connection, const std::string& id, const NodeId& node, TimePoint when);
bool deleteToken(Connection& connection, const std::string& id);
// Tokens that can no longer be used and ended before `before`.
std::uint64_t deleteEndedTokens(Connection& connection, TimePoint before);

}  // namespace weir::db
