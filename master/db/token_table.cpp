#include "master/db/token_table.h"

#include "master/db/node_table.h"

namespace weir::db {
namespace {

constexpr char kColumns[] =
    "id, secret_hash, created, created_by, expires, name, node_groups, used_at, used_by";

TokenRow tokenOf(const Row& row) {
    TokenRow token;
    token.id = row.text(0);
    token.secretHash = row.text(1);
    token.created = fromMillis(row.integer(2));
    token.createdBy = row.text(3);
    token.expires = fromMillis(row.integer(4));
    token.name = row.text(5);
    token.groups = parted(row.text(6));
    token.usedAt = fromMillis(row.integer(7));
    token.usedBy.value = row.text(8);
    return token;
}

}  // namespace

void insertToken(Connection& connection, const TokenRow& token) {
    connection.execute(
        std::string("INSERT INTO enrollment_tokens (") + kColumns + ") VALUES (?,?,?,?,?,?,?,?,?)",
        {token.id, token.secretHash, toMillis(token.created), token.createdBy, toMillis(token.expires),
         token.name, joined(token.groups), toMillis(token.usedAt), token.usedBy.value});
}

std::vector<TokenRow> allTokens(Connection& connection) {
    std::vector<TokenRow> tokens;
    connection.query(
        std::string("SELECT ") + kColumns + " FROM enrollment_tokens ORDER BY created DESC, id DESC", {},
        [&](const Row& row) { tokens.push_back(tokenOf(row)); });
    return tokens;
}

std::optional<TokenRow> tokenBySecret(Connection& connection, const std::string& secretHash) {
    std::optional<TokenRow> token;
    connection.query(std::string("SELECT ") + kColumns + " FROM enrollment_tokens WHERE secret_hash = ?",
                     {secretHash}, [&](const Row& row) { token = tokenOf(row); });
    return token;
}

bool useToken(Connection& connection, const std::string& id, const NodeId& node, TimePoint when) {
    return connection.execute(
               "UPDATE enrollment_tokens SET used_at = ?, used_by = ? WHERE id = ? AND used_at = 0",
               {toMillis(when), node.value, id}) == 1;
}

bool deleteToken(Connection& connection, const std::string& id) {
    return connection.execute("DELETE FROM enrollment_tokens WHERE id = ?", {id}) == 1;
}

std::uint64_t deleteEndedTokens(Connection& connection, TimePoint before) {
    return connection.execute("DELETE FROM enrollment_tokens WHERE expires < ?", {toMillis(before)});
}

}  // namespace weir::db
