#include "master/db/migrations/migration.h"

namespace weir::db {

// open_key: SHA-256 of rule and text while the alert is open, so that there is one such; NULL once
// acknowledged. alert_mails is a ring of slots: the latest mails of an alert.
Migration migration0004() {
    Migration migration{4, "alerts", {}, {}};
    addTable(
        migration, "alerts",
        "id VARCHAR(36) NOT NULL PRIMARY KEY, open_key VARCHAR(64) UNIQUE, rule VARCHAR(128) NOT NULL, "
        "text VARCHAR(500) NOT NULL, mails BIGINT NOT NULL, linked BIGINT NOT NULL, first_raised BIGINT NOT "
        "NULL, last_raised BIGINT NOT NULL, nodes MEDIUMTEXT NOT NULL, acknowledged BIGINT NOT NULL, "
        "acknowledged_by VARCHAR(64) NOT NULL",
        {{"alerts_rule", "rule, open_key"},
         {"alerts_last", "last_raised, id"},
         {"alerts_acknowledged", "acknowledged"}});
    addTable(
        migration, "alert_mails",
        "alert VARCHAR(36) NOT NULL, slot BIGINT NOT NULL, mail BINARY(16) NOT NULL, PRIMARY KEY (alert, "
        "slot)",
        {{"alert_mails_mail", "mail"}});
    return migration;
}

}  // namespace weir::db
