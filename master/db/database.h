// The master's database: SQLite or MySQL/MariaDB behind one interface.
//
// SQL is written for both: `?` parameters, no backslashes in literals, and Dialect for the few places where
// they differ. Only files of this folder contain SQL. All functions are thread-safe; each transaction runs on
// one connection. When the database is away everything throws Error kUnavailable, and works again by itself.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/error.h"

namespace weir::db {

struct Blob {
    std::string bytes;
};
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string, Blob>;
using Values = std::vector<Value>;

// Rows to be written, in order: where the values of each begin, `columns` of them. The values stay with the
// caller.
struct Rows {
    int columns = 0;
    std::vector<const Value*> starts;
};
// `flat`: row after row. Throws Error kInternal when they do not come out even.
Rows rowsOf(int columns, const Values& flat);

// One row of a result, columns by position from 0.
class Row {
  public:
    virtual ~Row() = default;
    virtual bool isNull(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;  // 0 for NULL
    virtual double real(int column) const = 0;
    virtual std::string text(int column) const = 0;  // "" for NULL; also for blobs
};

enum class Dialect { kSqlite, kMysql };

// One transaction (or one reading session). Not thread-safe; valid only inside the callback that got it.
class Connection {
  public:
    virtual ~Connection() = default;
    virtual Dialect dialect() const = 0;
    // Rows changed. Statements are prepared once a connection and kept.
    virtual std::uint64_t execute(std::string_view sql, const Values& values = {}) = 0;
    virtual void query(std::string_view sql, const Values& values,
                       const std::function<void(const Row&)>& each) = 0;
    // `head` ("INSERT INTO t (a, b)"): written as multi-row VALUES, in as many statements as the limits of
    // the server ask for. `tail` follows the values ("ON CONFLICT …").
    virtual std::uint64_t insertRows(std::string_view head, const Rows& rows, std::string_view tail = {}) = 0;
    // Like insertRows, but rows whose unique key is already there are left out (INSERT OR IGNORE / INSERT
    // IGNORE limited to duplicate keys). Rows really inserted.
    virtual std::uint64_t insertNewRows(std::string_view head, const Rows& rows) = 0;
    // "INSERT … ON CONFLICT(key) DO UPDATE SET x = x + excluded.x" in the words of this dialect: `keys` are
    // the conflict columns, `adds` are summed up, `sets` are replaced.
    virtual std::uint64_t upsertRows(std::string_view table, const std::vector<std::string>& columns,
                                     const std::vector<std::string>& keys,
                                     const std::vector<std::string>& adds,
                                     const std::vector<std::string>& sets, const Rows& rows) = 0;
    // The same of values that lie flat, row after row.
    std::uint64_t insertRows(std::string_view head, int columns, const Values& flat,
                             std::string_view tail = {}) {
        return insertRows(head, rowsOf(columns, flat), tail);
    }
    std::uint64_t insertNewRows(std::string_view head, int columns, const Values& flat) {
        return insertNewRows(head, rowsOf(columns, flat));
    }
    std::uint64_t upsertRows(std::string_view table, const std::vector<std::string>& columns,
                             const std::vector<std::string>& keys, const std::vector<std::string>& adds,
                             const std::vector<std::string>& sets, const Values& flat) {
        return upsertRows(table, columns, keys, adds, sets, rowsOf(static_cast<int>(columns.size()), flat));
    }
    // Takes a row lock where the dialect has one: "" or " FOR UPDATE", to append to a SELECT.
    std::string_view forUpdate() const { return dialect() == Dialect::kMysql ? " FOR UPDATE" : ""; }
};

// What is known when a commit did not simply succeed.
enum class CommitState { kCommitted, kRolledBack, kUncertain };

class Database {
  public:
    virtual ~Database() = default;
    // Runs `work` in one transaction and commits. Deadlocks and lock time-outs run it again (so it must be
    // repeatable); an exception from it rolls back and is passed on. Throws Error kUnavailable when the
    // database is away; the transaction then has not happened, unless the text says "uncertain" (connection
    // lost during commit): callers must be idempotent by key.
    virtual void transaction(const std::function<void(Connection&)>& work) = 0;
    // Reading only, on a consistent snapshot; never blocks writers for long.
    virtual void read(const std::function<void(Connection&)>& work) = 0;
    virtual Dialect dialect() const = 0;
    virtual bool available() const = 0;  // as of the last use or check; a check runs every second while away
    virtual std::string describe()
        const = 0;  // "SQLite /var/lib/weir/master.db", "MySQL weir@host:3306/weir"
};

struct SqliteOptions {
    std::string path;
};
struct MysqlOptions {
    std::string host = "127.0.0.1";
    int port = 3306;
    std::string socket;  // used instead of host and port when set
    std::string user, password, schema = "weir";
    std::string tlsCa;  // PEM; set: TLS is required and the server's certificate verified
};
// Opens and migrates. Throws Error: kInvalid when the schema is newer than this program.
std::unique_ptr<Database> openSqlite(const SqliteOptions& options);
std::unique_ptr<Database> openMysql(const MysqlOptions& options);

}  // namespace weir::db
