#include "master/db/migrations/migration.h"

#include <map>

#include "common/base/clock.h"
#include "common/base/log.h"

namespace weir::db {
namespace {

constexpr const char* kRecordTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    "number INTEGER NOT NULL PRIMARY KEY, name VARCHAR(64) NOT NULL, applied BIGINT NOT NULL)";

}  // namespace

void addTable(Migration& migration, const std::string& name, const std::string& columns,
              const std::vector<TableIndex>& indexes) {
    const std::string head = "CREATE TABLE IF NOT EXISTS " + name + " (" + columns;
    migration.sqlite.push_back(head + ")");
    std::string mysql = head;
    for (const auto& index : indexes) {
        migration.sqlite.push_back("CREATE INDEX IF NOT EXISTS " + index.name + " ON " + name + " (" +
                                   index.columns + ")");
        mysql += ", KEY " + index.name + " (" + index.columns + ")";
    }
    migration.mysql.push_back(mysql + ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin");
}

std::vector<Migration> allMigrations() {
    return {migration0001(), migration0002(), migration0003(), migration0004(),
            migration0005(), migration0006(), migration0007()};
}

int migrate(const std::function<void(const std::function<void(Connection&)>&)>& work, Dialect dialect,
            const std::vector<Migration>& steps, const std::string& databaseName) {
    std::map<std::int64_t, std::string> made;
    work([&](Connection& c) {
        made.clear();
        c.execute(kRecordTable);
        c.query("SELECT number, name FROM schema_migrations", {},
                [&](const Row& row) { made[row.integer(0)] = row.text(1); });
    });
    const int last = steps.empty() ? 0 : steps.back().number;
    if (!made.empty() && made.rbegin()->first > last) {
        throw Error(ErrorCode::kInvalid,
                    databaseName + ": its schema has step " + std::to_string(made.rbegin()->first) + " (" +
                        made.rbegin()->second + "), this program knows steps up to " + std::to_string(last) +
                        ": a newer weir-master made it; run that version, or restore a backup");
    }
    int count = 0;
    for (const auto& step : steps) {
        if (made.contains(step.number)) continue;
        work([&](Connection& c) {
            for (const auto& sql : dialect == Dialect::kSqlite ? step.sqlite : step.mysql) c.execute(sql);
            c.execute("INSERT INTO schema_migrations (number, name, applied) VALUES (?, ?, ?)",
                      {std::int64_t{step.number}, step.name, toMillis(now())});
        });
        logInfo("database.migrated",
                {{"database", databaseName}, {"step", step.number}, {"name", step.name}});
        ++count;
    }
    return count;
}

}  // namespace weir::db
