#include "master/db/migrations/migration.h"

namespace weir::db {
namespace {

struct Table {
    const char* name;
    const char* columns;  // LONG: text of any length
    const char* key;
    const char* index = nullptr;
};

// dmarc_waiting: what intake keeps of a batch, as text; kind 0 sightings, 1 a received report.
// dmarc_reports: what a domain is told of a day; `part` counts the reports of a day, since mails of late
// nodes make another one. closed 0: mails are still added. `domain` '': mails of domains over the limit.
// dmarc_destinations: whom a closed report goes to, and how far that is.
constexpr Table kTables[] = {
    {"dmarc_waiting", "id VARCHAR(36) NOT NULL, kind SMALLINT NOT NULL, content LONG NOT NULL", "id"},
    {"dmarc_reports",
     "day INTEGER NOT NULL, domain VARCHAR(255) NOT NULL, part INTEGER NOT NULL, published LONG NOT NULL, "
     "destinations LONG NOT NULL, row_count BIGINT NOT NULL, mails BIGINT NOT NULL, left_out BIGINT NOT "
     "NULL, "
     "changed BIGINT NOT NULL, closed BIGINT NOT NULL, report_id VARCHAR(64) NOT NULL",
     "day, domain, part", "closed, day"},
    {"dmarc_rows",
     "day INTEGER NOT NULL, domain VARCHAR(255) NOT NULL, part INTEGER NOT NULL, row_key VARCHAR(64) NOT "
     "NULL, "
     "content LONG NOT NULL, mails BIGINT NOT NULL",
     "day, domain, part, row_key"},
    {"dmarc_destinations",
     "day INTEGER NOT NULL, domain VARCHAR(255) NOT NULL, part INTEGER NOT NULL, place INTEGER NOT NULL, "
     "address VARCHAR(320) NOT NULL, max_bytes BIGINT NOT NULL, state VARCHAR(12) NOT NULL, tries INTEGER "
     "NOT NULL, "
     "next_try BIGINT NOT NULL, changed BIGINT NOT NULL, detail VARCHAR(500) NOT NULL",
     "day, domain, part, place", "state, next_try"},
    {"dmarc_received",
     "id VARCHAR(64) NOT NULL, domain VARCHAR(255) NOT NULL, organization VARCHAR(255) NOT NULL, "
     "email VARCHAR(255) NOT NULL, contact VARCHAR(255) NOT NULL, report_id VARCHAR(255) NOT NULL, "
     "first_second BIGINT NOT NULL, last_second BIGINT NOT NULL, published LONG NOT NULL, taken BIGINT NOT "
     "NULL, "
     "origin VARCHAR(255) NOT NULL, authenticated SMALLINT NOT NULL, mails BIGINT NOT NULL, passed BIGINT "
     "NOT NULL, "
     "quarantined BIGINT NOT NULL, rejected BIGINT NOT NULL, omitted_mails BIGINT NOT NULL",
     "id", "last_second"},
    {"dmarc_received_rows",
     "report VARCHAR(64) NOT NULL, number INTEGER NOT NULL, source VARCHAR(64) NOT NULL, "
     "disposition VARCHAR(12) NOT NULL, dkim SMALLINT NOT NULL, spf SMALLINT NOT NULL, "
     "header_from VARCHAR(255) NOT NULL, mails BIGINT NOT NULL, content LONG NOT NULL",
     "report, number"},
};

std::string withLong(std::string text, const std::string& type) {
    for (std::size_t at = 0; (at = text.find(" LONG ", at)) != std::string::npos; at += type.size() + 2)
        text.replace(at, 6, " " + type + " ");
    return text;
}

}  // namespace

Migration migration0005() {
    Migration migration{5, "dmarc", {}, {}};
    for (const auto& table : kTables) {
        const std::string name = table.name, key = std::string(", PRIMARY KEY (") + table.key + ")";
        const auto head = "CREATE TABLE IF NOT EXISTS " + name + " (";
        migration.sqlite.push_back(head + withLong(table.columns, "TEXT") + key + ")");
        auto mysql = head + withLong(table.columns, "MEDIUMTEXT") + key;
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
