#include "master/db/api_token_table.h"

namespace weir::db {

namespace {

constexpr const char* kSelect =
    "SELECT id, secret, name, role, created_by, created, expires, last_used FROM api_tokens";

std::vector<ApiTokenRow> select(Connection& connection, const std::string& tail, const Values& values) {
    std::vector<ApiTokenRow> rows;
    connection.query(kSelect + tail, values, [&](const Row& row) {
        ApiTokenRow token{row.text(0), row.text(1),    row.text(2),    row.text(3),
                          row.text(4), row.integer(5), row.integer(6), std::nullopt};
        if (!row.isNull(7)) token.lastUsed = row.integer(7);
        rows.push_back(std::move(token));
    });
    return rows;
}

std::optional<ApiTokenRow> first(std::vector<ApiTokenRow> rows) {
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
}

}  // namespace

std::vector<ApiTokenRow> allApiTokens(Connection& connection) {
    return select(connection, " ORDER BY created DESC, id", {});
}

std::optional<ApiTokenRow> findApiToken(Connection& connection, const std::string& secret) {
    return first(select(connection, " WHERE secret = ?", {secret}));
}

std::optional<ApiTokenRow> findApiTokenById(Connection& connection, const std::string& id) {
    return first(select(connection, " WHERE id = ?", {id}));
}

void insertApiToken(Connection& connection, const ApiTokenRow& token) {
    connection.execute(
        "INSERT INTO api_tokens (id, secret, name, role, created_by, created, expires) VALUES (?, ?, ?, ?, "
        "?, ?, ?)",
        {token.id, token.secret, token.name, token.role, token.createdBy, token.created, token.expires});
}

void touchApiToken(Connection& connection, const std::string& id, std::int64_t time) {
    connection.execute("UPDATE api_tokens SET last_used = ? WHERE id = ?", {time, id});
}

void deleteApiToken(Connection& connection, const std::string& id) {
    connection.execute("DELETE FROM api_tokens WHERE id = ?", {id});
}

std::uint64_t deleteApiTokensUntil(Connection& connection, std::int64_t expires) {
    return connection.execute("DELETE FROM api_tokens WHERE expires <= ?", {expires});
}

}  // namespace weir::db
