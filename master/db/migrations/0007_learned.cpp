#include "master/db/migrations/migration.h"

namespace weir::db {

// learned_state: one row, id 1: the counts of the other three, and the number of the last change.
// learned_mails: `tokens` are those that the mail was counted with, so that it can be taken back; `change`
// the number of the change that counted it. learned_tokens: `born` is the change that made the row. Mails
// from before it do not count in it: the token went meanwhile, as one of the rarest. learned_digests: by the
// change of their mail, so that the oldest come first.
Migration migration0007() {
    Migration migration{7, "learned", {}, {}};
    addTable(migration, "learned_state",
             "id INTEGER NOT NULL PRIMARY KEY, spam BIGINT NOT NULL, ham BIGINT NOT NULL, tokens BIGINT NOT "
             "NULL, digests BIGINT NOT NULL, last_change BIGINT NOT NULL, changed BIGINT NOT NULL");
    addTable(
        migration, "learned_mails",
        "sha256 VARCHAR(64) NOT NULL PRIMARY KEY, change_number BIGINT NOT NULL, spam SMALLINT NOT NULL, "
        "learned BIGINT NOT NULL, learned_by VARCHAR(64) NOT NULL, subject VARCHAR(255) NOT NULL, "
        "item VARCHAR(36) NOT NULL, token_count BIGINT NOT NULL, tokens MEDIUMBLOB NOT NULL",
        {{"learned_mails_change", "change_number"}});
    addTable(migration, "learned_tokens",
             "token BIGINT NOT NULL PRIMARY KEY, spam BIGINT NOT NULL, ham BIGINT NOT NULL, seen BIGINT NOT "
             "NULL, born BIGINT NOT NULL");
    addTable(migration, "learned_digests",
             "change_number BIGINT NOT NULL, place INTEGER NOT NULL, spam SMALLINT NOT NULL, "
             "digest VARBINARY(256) NOT NULL, "
             "PRIMARY KEY (change_number, place)");
    const std::string row =
        " INTO learned_state (id, spam, ham, tokens, digests, last_change, changed) "
        "VALUES (1, 0, 0, 0, 0, 0, 0)";
    migration.sqlite.push_back("INSERT OR IGNORE" + row);
    migration.mysql.push_back("INSERT IGNORE" + row);
    return migration;
}

}  // namespace weir::db
