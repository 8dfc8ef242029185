#include <string_view>

#include "master/db/migrations/migration.h"

namespace weir::db {
namespace {

struct Table {
    const char* name;
    const char* columns;  // ID: 16 bytes of a UUID; LONG: text of any length
    const char* key;
    const char* index = nullptr;
    bool narrow = false;  // small rows, kept in the tree of their key
};

// mails: one row a mail, with what is searched or listed; `details` is the JSON of the rest. Its key is the
// mail's UUIDv7, so the order of the key is the order of time, and new rows come at the end.
// mail_terms: which mails have an address, queue id, message id, client or fingerprint. A term begins with
// its six hours (mail_terms.h), so that new rows lie together however old the log is, and retention cuts off
// whole ranges. mail_counters: kind 0 minutes, 1 hours, 2 days. mail_tops_waiting: see tops_table.h.
constexpr Table kTables[] = {
    {"event_positions",
     "node VARCHAR(36) NOT NULL, epoch VARCHAR(36) NOT NULL, place BIGINT NOT NULL, stored_to BIGINT NOT "
     "NULL, "
     "changed BIGINT NOT NULL",
     "node, epoch"},
    {"missing_events",
     "place BIGINT NOT NULL, first_sequence BIGINT NOT NULL, last_sequence BIGINT NOT NULL, "
     "kind VARCHAR(8) NOT NULL, reason VARCHAR(500) NOT NULL",
     "place, first_sequence"},
    {"node_intake",
     "node VARCHAR(36) NOT NULL, last_event BIGINT NOT NULL, last_taken BIGINT NOT NULL, events BIGINT NOT "
     "NULL, "
     "gaps BIGINT NOT NULL, folded BIGINT NOT NULL, not_recorded BIGINT NOT NULL, unreadable BIGINT NOT "
     "NULL, "
     "index_complete SMALLINT NOT NULL",
     "node"},
    {"unreadable_events",
     "place BIGINT NOT NULL, sequence BIGINT NOT NULL, node VARCHAR(36) NOT NULL, taken BIGINT NOT NULL, "
     "problem VARCHAR(500) NOT NULL, body LONG NOT NULL",
     "place, sequence", "taken"},
    {"mails",
     "id ID NOT NULL, time BIGINT NOT NULL, node VARCHAR(36) NOT NULL, place BIGINT NOT NULL, "
     "sequence BIGINT NOT NULL, state SMALLINT NOT NULL, direction VARCHAR(8) NOT NULL, "
     "verdict VARCHAR(12) NOT NULL, rule VARCHAR(128) NOT NULL, queue VARCHAR(64) NOT NULL, "
     "revision BIGINT NOT NULL, size BIGINT NOT NULL, queue_id VARCHAR(64) NOT NULL, "
     "client_address VARCHAR(64) NOT NULL, client_name VARCHAR(255) NOT NULL, sender VARCHAR(320) NOT NULL, "
     "recipients LONG NOT NULL, subject VARCHAR(512) NOT NULL, message_id VARCHAR(256) NOT NULL, "
     "fingerprint VARCHAR(64) NOT NULL, items LONG NOT NULL, details LONG NOT NULL",
     "id", "place, sequence"},
    {"mail_terms", "term BIGINT NOT NULL, mail ID NOT NULL", "term, mail", nullptr, true},
    {"in_doubt_mails", "fingerprint VARCHAR(64) NOT NULL, mail ID NOT NULL", "fingerprint, mail", nullptr,
     true},
    {"mail_counters",
     "kind SMALLINT NOT NULL, start BIGINT NOT NULL, node VARCHAR(36) NOT NULL, direction VARCHAR(8) NOT "
     "NULL, "
     "verdict VARCHAR(12) NOT NULL, rule VARCHAR(128) NOT NULL, queue VARCHAR(64) NOT NULL, mails BIGINT NOT "
     "NULL, "
     "recipients BIGINT NOT NULL, bytes BIGINT NOT NULL",
     "kind, start, node, direction, verdict, rule, queue", nullptr, true},
    {"mail_tops",
     "day INTEGER NOT NULL, kind SMALLINT NOT NULL, name VARCHAR(320) NOT NULL, mails BIGINT NOT NULL, "
     "bytes BIGINT NOT NULL",
     "day, kind, name", nullptr, true},
    {"mail_tops_waiting", "id VARCHAR(36) NOT NULL, amounts LONG NOT NULL", "id"},
    {"quarantine_items",
     "id VARCHAR(36) NOT NULL, held SMALLINT NOT NULL, version BIGINT NOT NULL, state VARCHAR(16) NOT NULL, "
     "detail VARCHAR(500) NOT NULL, changed BIGINT NOT NULL, node VARCHAR(36) NOT NULL, mail VARCHAR(36) NOT "
     "NULL, "
     "received BIGINT NOT NULL, queue_id VARCHAR(64) NOT NULL, sender VARCHAR(320) NOT NULL, "
     "recipients LONG NOT NULL, subject VARCHAR(512) NOT NULL, rule VARCHAR(128) NOT NULL, "
     "reason VARCHAR(500) NOT NULL, queue VARCHAR(64) NOT NULL, client_address VARCHAR(64) NOT NULL, "
     "direction VARCHAR(8) NOT NULL, size BIGINT NOT NULL, sha256 VARCHAR(64) NOT NULL, is_copy SMALLINT NOT "
     "NULL",
     "id", "held, id"},
    {"item_history",
     "item VARCHAR(36) NOT NULL, changed BIGINT NOT NULL, version BIGINT NOT NULL, state VARCHAR(16) NOT "
     "NULL, "
     "detail VARCHAR(500) NOT NULL, actor VARCHAR(128) NOT NULL",
     "item, changed, version, state", nullptr, true},
};

std::string withTypes(std::string text, std::string_view id, std::string_view longText) {
    const auto replaceAll = [&text](std::string_view from, std::string_view to) {
        for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
            text.replace(at, from.size(), to);
        }
    };
    replaceAll(" ID ", " " + std::string(id) + " ");
    replaceAll(" LONG ", " " + std::string(longText) + " ");
    return text;
}

}  // namespace

Migration migration0002() {
    Migration migration{2, "events", {}, {}};
    for (const auto& table : kTables) {
        const std::string name = table.name, key = table.key;
        const auto head = "CREATE TABLE IF NOT EXISTS " + name + " (";
        migration.sqlite.push_back(head + withTypes(table.columns, "BLOB", "TEXT") + ", PRIMARY KEY (" + key +
                                   "))" + (table.narrow ? " WITHOUT ROWID" : ""));
        auto mysql =
            head + withTypes(table.columns, "BINARY(16)", "MEDIUMTEXT") + ", PRIMARY KEY (" + key + ")";
        if (table.index != nullptr) {
            const std::string index = table.index;
            migration.sqlite.push_back("CREATE INDEX IF NOT EXISTS " + name + "_index ON " + name + " (" +
                                       index + ")");
            mysql += ", INDEX " + name + "_index (" + index + ")";
        }
        migration.mysql.push_back(mysql + ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin");
    }
    return migration;
}

}  // namespace weir::db
