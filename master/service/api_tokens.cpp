// The API tokens of Accounts, and the sweep over all that ends by time.
#include <nlohmann/json.hpp>

#include "common/base/digest.h"
#include "common/base/ids.h"
#include "common/base/utf8.h"
#include "master/db/account_table.h"
#include "master/db/api_token_table.h"
#include "master/db/session_table.h"
#include "master/service/accounts.h"

namespace weir {

namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kNameLimit = 64;
constexpr int kDaysLimit = 365;
constexpr std::chrono::milliseconds kTouch = std::chrono::minutes(1);
constexpr const char* kPrefix = "weir_";  // so that a scanner for leaked secrets can know one

ApiToken tokenOf(const db::ApiTokenRow& row) {
    ApiToken token{
        row.id,       row.name, row.role, row.createdBy, fromMillis(row.created), fromMillis(row.expires),
        std::nullopt, ""};
    if (row.lastUsed) token.lastUsed = fromMillis(*row.lastUsed);
    return token;
}

bool isLabel(const std::string& name) {
    if (name.empty() || name.size() > kNameLimit || validUtf8(name) != name) return false;
    for (const char c : name)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    return true;
}

Json auditView(const db::ApiTokenRow& row) {
    return {{"name", row.name}, {"role", row.role}, {"expires", toText(fromMillis(row.expires))}};
}

}  // namespace

std::vector<ApiToken> Accounts::tokens() const {
    std::vector<ApiToken> tokens;
    database_.read([&](db::Connection& connection) {
        tokens.clear();
        for (const auto& row : db::allApiTokens(connection)) tokens.push_back(tokenOf(row));
    });
    return tokens;
}

Expected<ApiToken> Accounts::createToken(const std::string& name, const std::string& role, int days,
                                         const Actor& actor) {
    if (!isLabel(name)) return problem("/name", "is not 1 to 64 bytes of text without control characters");
    if (!isRole(role)) return problem("/role", "is not one of admin, operator, quarantine, auditor");
    if (days < 1 || days > kDaysLimit) return problem("/days", "is not 1 to 365");
    const std::string secret = kPrefix + randomHex(kSecretBytes);
    const auto time = clock_();
    const db::ApiTokenRow row{newUuid(),
                              sha256Hex(secret),
                              name,
                              role,
                              actor.name,
                              toMillis(time),
                              toMillis(time + std::chrono::hours(24 * days)),
                              std::nullopt};
    database_.transaction([&](db::Connection& connection) {
        db::insertApiToken(connection, row);
        Audit::record(connection, actor, "token.create", "token " + name, nullptr, auditView(row));
    });
    ApiToken token = tokenOf(row);
    token.secret = secret;
    return token;
}

void Accounts::removeToken(const std::string& id, const Actor& actor) {
    database_.transaction([&](db::Connection& connection) {
        const auto row = db::findApiTokenById(connection, id);
        if (!row) throw Error(ErrorCode::kNotFound, "there is no such API token");
        db::deleteApiToken(connection, id);
        Audit::record(connection, actor, "token.remove", "token " + row->name, auditView(*row), nullptr);
    });
}

std::optional<ApiToken> Accounts::findToken(std::string_view secret) {
    if (!secret.starts_with(kPrefix)) return std::nullopt;
    std::optional<db::ApiTokenRow> row;
    database_.read(
        [&](db::Connection& connection) { row = db::findApiToken(connection, sha256Hex(secret)); });
    const auto time = toMillis(clock_());
    if (!row || row->expires <= time) return std::nullopt;
    if (row->lastUsed.value_or(0) + kTouch.count() <= time)
        database_.transaction(
            [&](db::Connection& connection) { db::touchApiToken(connection, row->id, time); });
    return tokenOf(*row);
}

std::uint64_t Accounts::sweep() {
    std::uint64_t rows = 0;
    database_.transaction([&](db::Connection& connection) {
        const auto time = toMillis(clock_());
        rows = db::deleteOldSessions(connection, time - limits_.sessionIdle.count(),
                                     time - limits_.sessionAge.count());
        rows += db::deleteApiTokensUntil(connection, time);
        rows += db::deleteFailuresBefore(connection, time - limits_.forget.count());
    });
    return rows;
}

}  // namespace weir
