#include "master/db/database.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "master/db/migrations/migration.h"
#include "tests/support/each_database.h"
#include "tests/support/thrown_code.h"

using namespace weir;
using namespace weir::db;
using weir::test::codeOf;
using weir::test::onEachDatabase;
using weir::test::TestDatabase;

namespace {

void makeTable(Database& database) {
    database.transaction([](Connection& c) {
        c.execute(
            "CREATE TABLE things (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100), amount BIGINT NOT "
            "NULL)");
    });
}

std::int64_t number(Database& database, const std::string& sql) {
    std::int64_t result = -1;
    database.read([&](Connection& c) { c.query(sql, {}, [&](const Row& row) { result = row.integer(0); }); });
    return result;
}

}  // namespace

TEST_CASE("every kind of value comes back as it was written") {
    onEachDatabase([](TestDatabase& it) {
        auto& database = *it.database;
        const bool mysql = database.dialect() == Dialect::kMysql;
        database.transaction([&](Connection& c) {
            c.execute(
                std::string(
                    "CREATE TABLE kinds (id BIGINT NOT NULL PRIMARY KEY, r DOUBLE, t VARCHAR(200), b ") +
                (mysql ? "LONGBLOB" : "BLOB") + ", k " + (mysql ? "BINARY(16)" : "BLOB") + ")");
        });
        std::string bytes(100'000, 'x');
        for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
        const std::string key("\x00\xff\x80'\\\xc3(abcdefghi", 16);
        const std::string text = "quote ' backslash \\ null-free \xf0\x9f\x93\xac \xc3\xbc";
        database.transaction([&](Connection& c) {
            c.execute("INSERT INTO kinds (id, r, t, b, k) VALUES (?, ?, ?, ?, ?)",
                      {std::int64_t{-9007199254740993}, 2.5, text, Blob{bytes}, Blob{key}});
            c.execute("INSERT INTO kinds (id, r, t, b, k) VALUES (?, ?, ?, ?, ?)",
                      {std::int64_t{7}, nullptr, nullptr, nullptr, nullptr});
        });
        int rows = 0;
        database.read([&](Connection& c) {
            c.query("SELECT id, r, t, b FROM kinds WHERE k = ?", {Blob{key}}, [&](const Row& row) {
                ++rows;
                CHECK(row.integer(0) == -9007199254740993);
                CHECK(row.real(1) == 2.5);
                CHECK(row.text(2) == text);
                CHECK(row.text(3) == bytes);
            });
            c.query("SELECT r, t, b FROM kinds WHERE id = ?", {std::int64_t{7}}, [&](const Row& row) {
                ++rows;
                CHECK(row.isNull(0));
                CHECK(row.isNull(1));
                CHECK(row.integer(0) == 0);
                CHECK(row.text(2).empty());
            });
        });
        CHECK(rows == 2);
    });
}

TEST_CASE("an exception rolls the whole transaction back") {
    onEachDatabase([](TestDatabase& it) {
        makeTable(*it.database);
        CHECK_THROWS_AS(it.database->transaction([](Connection& c) {
            c.execute("INSERT INTO things (id, name, amount) VALUES (1, 'a', 1)");
            throw std::runtime_error("no");
        }),
                        std::runtime_error);
        CHECK(number(*it.database, "SELECT COUNT(*) FROM things") == 0);
    });
}

TEST_CASE("a duplicate key is a conflict and leaves the database usable") {
    onEachDatabase([](TestDatabase& it) {
        makeTable(*it.database);
        const auto insert = [&] {
            it.database->transaction(
                [](Connection& c) { c.execute("INSERT INTO things (id, name, amount) VALUES (1, 'a', 1)"); });
        };
        insert();
        CHECK(codeOf(insert) == ErrorCode::kConflict);
        CHECK(it.database->available());
        CHECK(number(*it.database, "SELECT COUNT(*) FROM things") == 1);
    });
}

TEST_CASE("many rows are written whatever their number and size") {
    onEachDatabase([](TestDatabase& it) {
        auto& database = *it.database;
        database.transaction([](Connection& c) {
            c.execute(std::string("CREATE TABLE texts (id BIGINT NOT NULL PRIMARY KEY, t ") +
                      (c.dialect() == Dialect::kMysql ? "MEDIUMTEXT" : "TEXT") + ")");
        });
        const int count = GENERATE(1, 2, 777, 5003);
        Values flat;
        for (int i = 0; i < count; ++i) {
            flat.emplace_back(std::int64_t{i});
            flat.emplace_back(std::string(i % 1000 == 3 ? 3'000'000 : 5, 'a'));
        }
        database.transaction([&](Connection& c) {
            CHECK(c.insertRows("INSERT INTO texts (id, t)", 2, flat) == static_cast<std::uint64_t>(count));
        });
        CHECK(number(database, "SELECT COUNT(*) FROM texts") == count);
    });
}

TEST_CASE("rows whose key is there are left out and not counted") {
    onEachDatabase([](TestDatabase& it) {
        makeTable(*it.database);
        it.database->transaction([](Connection& c) {
            const char* head = "INSERT INTO things (id, name, amount)";
            const auto row = [](std::int64_t id, const char* name) {
                return Values{id, std::string(name), id};
            };
            Values flat = row(1, "first");
            CHECK(c.insertNewRows(head, 3, flat) == 1);
            for (const auto& value : row(2, "second")) flat.push_back(value);
            for (const auto& value : row(2, "again")) flat.push_back(value);
            CHECK(c.insertNewRows(head, 3, flat) == 1);
        });
        std::string names;
        it.database->read([&](Connection& c) {
            c.query("SELECT name FROM things ORDER BY id", {},
                    [&](const Row& row) { names += row.text(0) + " "; });
        });
        CHECK(names == "first second ");
    });
}

TEST_CASE("a row that does not fit is refused also where known keys are left out") {
    onEachDatabase([](TestDatabase& it) {
        makeTable(*it.database);
        CHECK_THROWS_AS(it.database->transaction([](Connection& c) {
            c.insertNewRows("INSERT INTO things (id, name, amount)", 3,
                            {std::int64_t{1}, std::string("a"), nullptr});
        }),
                        Error);
    });
}

TEST_CASE("an upsert adds, replaces and inserts") {
    onEachDatabase([](TestDatabase& it) {
        makeTable(*it.database);
        const auto upsert = [&](std::int64_t id, const std::string& name, std::int64_t amount) {
            it.database->transaction([&](Connection& c) {
                c.upsertRows("things", {"id", "name", "amount"}, {"id"}, {"amount"}, {"name"},
                             {id, name, amount});
            });
        };
        upsert(1, "a", 5);
        upsert(1, "b", -2);
        upsert(2, "c", 1);
        std::string all;
        it.database->read([&](Connection& c) {
            c.query("SELECT name, amount FROM things ORDER BY id", {},
                    [&](const Row& row) { all += row.text(0) + std::to_string(row.integer(1)) + " "; });
        });
        CHECK(all == "b3 c1 ");
    });
}

TEST_CASE("an update counts the rows it found, changed or not") {
    onEachDatabase([](TestDatabase& it) {
        makeTable(*it.database);
        it.database->transaction([](Connection& c) {
            c.execute("INSERT INTO things (id, name, amount) VALUES (1, 'a', 1)");
            CHECK(c.execute("UPDATE things SET amount = 1 WHERE id = 1") == 1);
            CHECK(c.execute("UPDATE things SET amount = 2 WHERE id = 9") == 0);
        });
    });
}

TEST_CASE("a query may run the same query again for each row") {
    onEachDatabase([](TestDatabase& it) {
        makeTable(*it.database);
        int inner = 0;
        it.database->transaction([&](Connection& c) {
            c.insertRows("INSERT INTO things (id, name, amount)", 3,
                         {std::int64_t{1}, std::string("a"), std::int64_t{1}, std::int64_t{2},
                          std::string("b"), std::int64_t{2}});
            const std::string sql = "SELECT id FROM things WHERE id > ?";
            c.query(sql, {std::int64_t{0}},
                    [&](const Row& row) { c.query(sql, {row.integer(0)}, [&](const Row&) { ++inner; }); });
        });
        CHECK(inner == 1);
    });
}

TEST_CASE("a reader sees one state while others write") {
    onEachDatabase([](TestDatabase& it) {
        auto& database = *it.database;
        makeTable(database);
        database.read([&](Connection& c) {
            const auto count = [&] {
                std::int64_t n = -1;
                c.query("SELECT COUNT(*) FROM things", {}, [&](const Row& row) { n = row.integer(0); });
                return n;
            };
            CHECK(count() == 0);
            std::thread([&] {
                database.transaction([](Connection& w) {
                    w.execute("INSERT INTO things (id, name, amount) VALUES (1, 'a', 1)");
                });
            }).join();
            CHECK(count() == 0);
        });
        CHECK(number(database, "SELECT COUNT(*) FROM things") == 1);
    });
}

TEST_CASE("transactions that meet each other all happen") {
    onEachDatabase([](TestDatabase& it) {
        auto& database = *it.database;
        makeTable(database);
        database.transaction([](Connection& c) {
            c.execute("INSERT INTO things (id, name, amount) VALUES (1, 'a', 0), (2, 'b', 0)");
        });
        // Half of them lock the rows in the other order: deadlocks, which run again by themselves.
        std::atomic<int> failures{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 50; ++i) {
                    try {
                        database.transaction([&](Connection& c) {
                            const std::int64_t first = t % 2 == 0 ? 1 : 2;
                            c.execute("UPDATE things SET amount = amount + 1 WHERE id = ?", {first});
                            std::this_thread::yield();
                            c.execute("UPDATE things SET amount = amount + 1 WHERE id = ?", {3 - first});
                        });
                    } catch (const Error&) {
                        ++failures;
                    }
                }
            });
        }
        for (auto& thread : threads) thread.join();
        CHECK(failures == 0);
        CHECK(number(database, "SELECT SUM(amount) FROM things") == 400);
    });
}

TEST_CASE("opening again finds the schema as it was") {
    onEachDatabase([](TestDatabase& it) {
        makeTable(*it.database);
        it.database.reset();
        it.database = it.open();
        CHECK(number(*it.database, "SELECT COUNT(*) FROM things") == 0);
        CHECK(number(*it.database, "SELECT COUNT(*) FROM schema_migrations") ==
              static_cast<std::int64_t>(allMigrations().size()));
    });
}

TEST_CASE("a schema that a newer program made is refused in clear words") {
    onEachDatabase([](TestDatabase& it) {
        it.database->transaction([](Connection& c) {
            c.execute(
                "INSERT INTO schema_migrations (number, name, applied) VALUES (999, 'from tomorrow', 0)");
        });
        it.database.reset();
        try {
            it.open();
            FAIL("it was opened");
        } catch (const Error& e) {
            CHECK(e.code() == ErrorCode::kInvalid);
            CHECK_THAT(e.what(), Catch::Contains("999") && Catch::Contains("newer"));
        }
    });
}

TEST_CASE("steps are made once each and in order") {
    onEachDatabase([](TestDatabase& it) {
        auto& database = *it.database;
        const int last = allMigrations().back().number;
        auto steps = allMigrations();
        const std::vector<std::string> table = {"CREATE TABLE later (id BIGINT NOT NULL PRIMARY KEY)"};
        const std::vector<std::string> row = {"INSERT INTO later (id) VALUES (1)"};
        steps.push_back({last + 1, "table", table, table});
        steps.push_back({last + 2, "row", row, row});
        const auto run = [&] {
            return migrate([&](const auto& work) { database.transaction(work); }, database.dialect(), steps,
                           "test");
        };
        CHECK(run() == 2);
        CHECK(run() == 0);
        CHECK(number(database, "SELECT COUNT(*) FROM later") == 1);
    });
}
