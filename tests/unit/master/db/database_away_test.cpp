#include <catch2/catch.hpp>
#include <thread>

#include "master/db/database.h"
#include "tests/support/eventually.h"
#include "tests/support/private_mariadb.h"

using namespace weir;
using namespace weir::db;
using weir::test::eventually;
using weir::test::PrivateMariadb;

namespace {

void insert(Database& database, std::int64_t id) {
    database.transaction([&](Connection& c) { c.execute("INSERT INTO kept (id) VALUES (?)", {id}); });
}

std::int64_t count(Database& database) {
    std::int64_t n = -1;
    database.read([&](Connection& c) {
        c.query("SELECT COUNT(*) FROM kept", {}, [&](const Row& row) { n = row.integer(0); });
    });
    return n;
}

bool unavailable(const std::function<void()>& work) {
    try {
        work();
        return false;
    } catch (const Error& e) {
        return e.code() == ErrorCode::kUnavailable;
    }
}

void makeTable(Database& database) {
    database.transaction(
        [](Connection& c) { c.execute("CREATE TABLE kept (id BIGINT NOT NULL PRIMARY KEY)"); });
}

}  // namespace

#define NEEDS_MARIADB()                              \
    if (!PrivateMariadb::installed()) {              \
        WARN("left out: mariadbd is not installed"); \
        return;                                      \
    }

TEST_CASE("MySQL killed: every call says so, and after its restart works again by itself") {
    NEEDS_MARIADB();
    PrivateMariadb server;
    const auto database = openMysql(server.newSchema());
    makeTable(*database);
    insert(*database, 1);

    server.kill();
    CHECK(unavailable([&] { insert(*database, 2); }));
    CHECK(unavailable([&] { count(*database); }));
    CHECK_FALSE(database->available());

    server.start();
    CHECK(eventually([&] { return database->available(); }));
    CHECK(count(*database) == 1);
    insert(*database, 2);
    CHECK(count(*database) == 2);
}

TEST_CASE("a connection that the server closed is replaced without anybody noticing") {
    NEEDS_MARIADB();
    const auto options = weir::test::sharedMariadb().newSchema();
    const auto database = openMysql(options);
    makeTable(*database);
    std::string id;
    database->read([&](Connection& c) {
        c.query("SELECT CONNECTION_ID()", {}, [&](const Row& row) { id = row.text(0); });
    });
    {
        const auto other = openMysql(options);
        other->transaction([&](Connection& c) { c.execute("KILL " + id); });
    }
    insert(*database, 1);
    CHECK(count(*database) == 1);
    CHECK(database->available());
}

TEST_CASE("a server that is not there is named when the database is opened") {
    NEEDS_MARIADB();
    auto options = weir::test::sharedMariadb().newSchema();
    options.port = 1;
    try {
        openMysql(options);
        FAIL("it was opened");
    } catch (const Error& e) {
        CHECK(e.code() == ErrorCode::kUnavailable);
        CHECK_THAT(e.what(), Catch::Contains("127.0.0.1:1"));
    }
}

TEST_CASE("with a CA the server's certificate is verified and the connection encrypted") {
    NEEDS_MARIADB();
    auto& server = weir::test::sharedMariadb();
    auto options = server.newSchema();
    options.tlsCa = server.caFile();
    const auto database = openMysql(options);
    std::string cipher;
    database->read([&](Connection& c) {
        c.query("SHOW STATUS LIKE 'Ssl_cipher'", {}, [&](const Row& row) { cipher = row.text(1); });
    });
    CHECK_FALSE(cipher.empty());
}

TEST_CASE("a server with the certificate of another CA is refused") {
    NEEDS_MARIADB();
    auto& server = weir::test::sharedMariadb();
    PrivateMariadb other;
    auto options = server.newSchema();
    options.tlsCa = other.caFile();
    CHECK(unavailable([&] { openMysql(options); }));
}

TEST_CASE("a SQLite file in a folder that is not there is named when it is opened") {
    try {
        openSqlite({"/nonexistent/weir/master.db"});
        FAIL("it was opened");
    } catch (const Error& e) {
        CHECK(e.code() == ErrorCode::kUnavailable);
        CHECK_THAT(e.what(), Catch::Contains("/nonexistent/weir/master.db"));
    }
}
