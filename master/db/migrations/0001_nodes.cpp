#include "master/db/migrations/migration.h"

namespace weir::db {
namespace {

// A removed node keeps its row (`removed` is when), so that the mail log still knows its name.
const std::vector<std::string> kSqlite = {
    "CREATE TABLE nodes (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, node_groups TEXT NOT NULL, "
    "fingerprint TEXT NOT NULL, next_fingerprint TEXT NOT NULL, certificate_expires INTEGER NOT NULL, "
    "enrolled INTEGER NOT NULL, removed INTEGER NOT NULL, paused INTEGER NOT NULL, last_seen INTEGER NOT "
    "NULL, "
    "last_event INTEGER NOT NULL, address TEXT NOT NULL, last_sync TEXT NOT NULL)",
    "CREATE TABLE enrollment_tokens (id TEXT NOT NULL PRIMARY KEY, secret_hash TEXT NOT NULL UNIQUE, "
    "created INTEGER NOT NULL, created_by TEXT NOT NULL, expires INTEGER NOT NULL, name TEXT NOT NULL, "
    "node_groups TEXT NOT NULL, used_at INTEGER NOT NULL, used_by TEXT NOT NULL)",
    "CREATE TABLE node_notices (id TEXT NOT NULL PRIMARY KEY, node TEXT NOT NULL, time INTEGER NOT NULL, "
    "kind TEXT NOT NULL, text TEXT NOT NULL)",
    "CREATE INDEX node_notices_by_node ON node_notices (node, time)",
    "CREATE TABLE commands (id TEXT NOT NULL PRIMARY KEY, node TEXT NOT NULL, kind TEXT NOT NULL, "
    "arguments TEXT NOT NULL, state TEXT NOT NULL, created INTEGER NOT NULL, ended INTEGER NOT NULL, "
    "detail TEXT NOT NULL, result TEXT NOT NULL)",
    "CREATE INDEX commands_by_node ON commands (node, state, id)",
    "CREATE INDEX commands_by_end ON commands (state, ended)",
    "CREATE TABLE cluster_state (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
};

const std::vector<std::string> kMysql = {
    "CREATE TABLE IF NOT EXISTS nodes (id VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL "
    "PRIMARY KEY, name VARCHAR(64) NOT NULL, node_groups TEXT NOT NULL, fingerprint VARCHAR(64) NOT NULL, "
    "next_fingerprint VARCHAR(64) NOT NULL, certificate_expires BIGINT NOT NULL, enrolled BIGINT NOT NULL, "
    "removed BIGINT NOT NULL, paused BIGINT NOT NULL, last_seen BIGINT NOT NULL, last_event BIGINT NOT NULL, "
    "address VARCHAR(64) NOT NULL, last_sync MEDIUMTEXT NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    "CREATE TABLE IF NOT EXISTS enrollment_tokens (id VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin "
    "NOT "
    "NULL PRIMARY KEY, secret_hash VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE, "
    "created BIGINT NOT NULL, created_by VARCHAR(320) NOT NULL, expires BIGINT NOT NULL, name VARCHAR(64) "
    "NOT "
    "NULL, node_groups TEXT NOT NULL, used_at BIGINT NOT NULL, used_by VARCHAR(36) NOT NULL) ENGINE=InnoDB "
    "DEFAULT CHARSET=utf8mb4",
    "CREATE TABLE IF NOT EXISTS node_notices (id VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT "
    "NULL "
    "PRIMARY KEY, node VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, time BIGINT NOT NULL, "
    "kind VARCHAR(32) NOT NULL, text TEXT NOT NULL, INDEX node_notices_by_node (node, time)) ENGINE=InnoDB "
    "DEFAULT CHARSET=utf8mb4",
    "CREATE TABLE IF NOT EXISTS commands (id VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL "
    "PRIMARY KEY, node VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, kind VARCHAR(32) NOT "
    "NULL, "
    "arguments MEDIUMTEXT NOT NULL, state VARCHAR(16) NOT NULL, created BIGINT NOT NULL, ended BIGINT NOT "
    "NULL, "
    "detail TEXT NOT NULL, result MEDIUMTEXT NOT NULL, INDEX commands_by_node (node, state, id), INDEX "
    "commands_by_end (state, ended)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    "CREATE TABLE IF NOT EXISTS cluster_state (name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin "
    "NOT NULL "
    "PRIMARY KEY, value TEXT NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
};

}  // namespace

Migration migration0001() {
    return {1, "nodes", kSqlite, kMysql};
}

}  // namespace weir::db
