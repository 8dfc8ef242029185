#include "master/db/migrations/migration.h"

namespace weir::db {

namespace {

void addAccounts(Migration& migration) {
    // password: Argon2id in its own text form.
    addTable(
        migration, "users",
        "name VARCHAR(64) NOT NULL PRIMARY KEY, role VARCHAR(16) NOT NULL, password VARCHAR(255) NOT NULL, "
        "created BIGINT NOT NULL, last_login BIGINT");
    // secret: SHA-256 of what the cookie holds.
    addTable(
        migration, "sessions",
        "id VARCHAR(36) NOT NULL PRIMARY KEY, secret VARCHAR(64) NOT NULL UNIQUE, user_name VARCHAR(64) NOT "
        "NULL, csrf VARCHAR(64) NOT NULL, created BIGINT NOT NULL, used BIGINT NOT NULL",
        {{"sessions_user", "user_name, created"}});
    addTable(
        migration, "api_tokens",
        "id VARCHAR(36) NOT NULL PRIMARY KEY, secret VARCHAR(64) NOT NULL UNIQUE, name VARCHAR(64) NOT NULL, "
        "role VARCHAR(16) NOT NULL, created_by VARCHAR(64) NOT NULL, created BIGINT NOT NULL, expires BIGINT "
        "NOT NULL, last_used BIGINT");
    // subject: "user NAME" or "address IP".
    addTable(migration, "login_failures",
             "subject VARCHAR(128) NOT NULL PRIMARY KEY, failures BIGINT NOT NULL, last BIGINT NOT NULL");
    // One row at most: the one-time link that makes the first admin.
    addTable(migration, "first_login",
             "id BIGINT NOT NULL PRIMARY KEY, secret VARCHAR(64) NOT NULL, created BIGINT NOT NULL");
}

void addAudit(Migration& migration) {
    addTable(
        migration, "audit",
        "id VARCHAR(36) NOT NULL PRIMARY KEY, at BIGINT NOT NULL, actor VARCHAR(64) NOT NULL, via "
        "VARCHAR(16) "
        "NOT NULL, address VARCHAR(64) NOT NULL, role VARCHAR(16) NOT NULL, action VARCHAR(64) NOT NULL, "
        "object VARCHAR(320) NOT NULL, before_text LONGTEXT, after_text LONGTEXT",
        {{"audit_actor", "actor, id"}, {"audit_action", "action, id"}});
}

void addPolicy(Migration& migration) {
    addTable(
        migration, "revisions",
        "number BIGINT NOT NULL PRIMARY KEY, digest VARCHAR(64) NOT NULL, document LONGTEXT NOT NULL, rules "
        "BIGINT NOT NULL, published BIGINT NOT NULL, published_by VARCHAR(64) NOT NULL, note VARCHAR(2000) "
        "NOT NULL");
    // One row at most: the draft.
    addTable(
        migration, "draft",
        "id BIGINT NOT NULL PRIMARY KEY, document LONGTEXT NOT NULL, etag VARCHAR(64) NOT NULL, base BIGINT "
        "NOT NULL, changed_by VARCHAR(64) NOT NULL, changed_at BIGINT NOT NULL");
}

}  // namespace

Migration migration0003() {
    Migration migration{3, "accounts", {}, {}};
    addAccounts(migration);
    addAudit(migration);
    addPolicy(migration);
    return migration;
}

}  // namespace weir::db
