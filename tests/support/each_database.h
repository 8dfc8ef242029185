// Runs a test once on SQLite and once on MySQL: the same statements must hold on both.
#pragma once

#include <functional>
#include <memory>

#include "master/db/database.h"

namespace weir::test {

// A database with the current schema and nothing in it, and the means to open it again.
struct TestDatabase {
    std::unique_ptr<db::Database> database;
    std::function<std::unique_ptr<db::Database>()> open;
};

// One Catch section for each database. Without mariadbd the MySQL section is left out, with a warning.
void onEachDatabase(const std::function<void(TestDatabase&)>& test);

}  // namespace weir::test
