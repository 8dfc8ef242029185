// The steps that made the schema what it is, in order. A step that was released is never changed.
//
// Times are ms since the epoch; every table has a PRIMARY KEY (Galera replicates by it). The MySQL statements
// must be repeatable (IF NOT EXISTS), since DDL there cannot be rolled back.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct Migration {
    int number = 0;  // from 1, without holes
    std::string name;
    std::vector<std::string> sqlite, mysql;  // one statement each
};

Migration migration0001();  // nodes, enrollment tokens, commands
Migration migration0002();  // events, mail log, statistics, quarantine index
Migration migration0003();  // accounts, audit, policy
Migration migration0004();  // alerts
Migration migration0005();  // DMARC reports, sent and received
Migration migration0006();  // user lists
Migration migration0007();  // what was learned of spam and ham

// One table in the words of both: MySQL knows no CREATE INDEX IF NOT EXISTS, SQLite no KEY in a table.
struct TableIndex {
    std::string name, columns;
};
void addTable(Migration& migration, const std::string& name, const std::string& columns,
              const std::vector<TableIndex>& indexes = {});

std::vector<Migration> allMigrations();

// Brings the schema from where it is to the last of `steps` and records each in schema_migrations. `work`
// runs its callback in one transaction. Throws Error kInvalid when the schema has a step that `steps` does
// not know: a newer program made it. The number of steps made.
int migrate(const std::function<void(const std::function<void(Connection&)>&)>& work, Dialect dialect,
            const std::vector<Migration>& steps, const std::string& databaseName);

}  // namespace weir::db
