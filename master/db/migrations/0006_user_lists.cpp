#include "master/db/migrations/migration.h"

namespace weir::db {

// user_list_state has one row: how many entries there are, the bytes that they take at most in the catalog,
// and a number that grows with every change. Whoever changes the lists locks it first, so that limits hold
// however many write at once.
Migration migration0006() {
    Migration migration{6, "user lists", {}, {}};
    addTable(
        migration, "user_lists",
        "owner VARCHAR(320) NOT NULL, sender VARCHAR(320) NOT NULL, kind VARCHAR(8) NOT NULL, added BIGINT "
        "NOT NULL, added_by VARCHAR(64) NOT NULL, PRIMARY KEY (owner, sender)",
        {{"user_lists_sender", "sender, owner"}});
    addTable(migration, "user_list_state",
             "id SMALLINT NOT NULL PRIMARY KEY, entries BIGINT NOT NULL, bytes BIGINT NOT NULL, version "
             "BIGINT NOT NULL");
    const std::string row = " INTO user_list_state (id, entries, bytes, version) VALUES (1, 0, 0, 0)";
    migration.sqlite.push_back("INSERT OR IGNORE" + row);
    migration.mysql.push_back("INSERT IGNORE" + row);
    return migration;
}

}  // namespace weir::db
