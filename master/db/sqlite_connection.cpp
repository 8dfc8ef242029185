#include "master/db/sqlite_connection.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <memory>
#include <unordered_map>

#include "master/db/sql_text.h"

namespace weir::db {
namespace {

constexpr int kBusyMillis = 10'000;
constexpr std::size_t kStatements = 256;  // kept prepared on one connection

Error errorOf(const SQLite::Exception& e, const std::string& path) {
    const std::string text = "SQLite " + path + ": " + e.what();
    switch (e.getErrorCode() & 0xff) {
        case SQLITE_CONSTRAINT:
            return Error(ErrorCode::kConflict, text);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PROTOCOL:
            return Error(ErrorCode::kUnavailable, text);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Error(ErrorCode::kIo, text);
        default:
            return Error(ErrorCode::kInternal, text);
    }
}

class SqliteRow : public Row {
  public:
    explicit SqliteRow(SQLite::Statement& statement) : statement_(statement) {}
    bool isNull(int column) const override { return statement_.isColumnNull(column); }
    std::int64_t integer(int column) const override { return statement_.getColumn(column).getInt64(); }
    double real(int column) const override { return statement_.getColumn(column).getDouble(); }
    std::string text(int column) const override { return statement_.getColumn(column).getString(); }

  private:
    SQLite::Statement& statement_;
};

// The bytes stay with the caller until the statement was reset.
void bind(SQLite::Statement& statement, int index, const Value& value) {
    struct Binder {
        SQLite::Statement& statement;
        int index;
        void operator()(std::nullptr_t) const { statement.bind(index); }
        void operator()(std::int64_t number) const { statement.bind(index, number); }
        void operator()(double number) const { statement.bind(index, number); }
        void operator()(const std::string& text) const { statement.bindNoCopy(index, text); }
        void operator()(const Blob& blob) const {
            statement.bindNoCopy(index, static_cast<const void*>(blob.bytes.data()),
                                 static_cast<int>(blob.bytes.size()));
        }
    };
    std::visit(Binder{statement, index}, value);
}

struct Prepared {
    explicit Prepared(SQLite::Database& database, const std::string& sql) : statement(database, sql) {}
    SQLite::Statement statement;
    bool busy = false;
};

// A statement for one use; leaves it ready for the next, whatever happened.
class Use {
  public:
    explicit Use(std::shared_ptr<Prepared> prepared) : prepared_(std::move(prepared)) {
        prepared_->busy = true;
    }
    ~Use() {
        prepared_->statement.tryReset();
        prepared_->statement.clearBindings();  // cannot fail
        prepared_->busy = false;
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    SQLite::Statement& operator*() { return prepared_->statement; }

  private:
    std::shared_ptr<Prepared> prepared_;
};

}  // namespace

struct SqliteConnection::State {
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    State(const std::string& file, int flags) : path(file), database(file, flags, kBusyMillis) {}

    // A callback of query() may run the same statement again: then it gets one of its own.
    std::shared_ptr<Prepared> prepared(std::string_view sql) {
        const auto found = statements.find(sql);
        if (found != statements.end() && !found->second->busy) return found->second;
        auto made = std::make_shared<Prepared>(database, std::string(sql));
        if (found != statements.end()) return made;
        if (statements.size() >= kStatements) statements.clear();
        statements.emplace(std::string(sql), made);
        return made;
    }

    template <class Work>
    auto guarded(Work work) -> decltype(work()) {
        try {
            return work();
        } catch (const SQLite::Exception& e) {
            throw errorOf(e, path);
        }
    }

    std::uint64_t insertEach(const std::string& sql, const Rows& rows) {
        return guarded([&]() -> std::uint64_t {
            std::uint64_t changed = 0;
            Use use(prepared(sql));
            auto& statement = *use;
            for (const auto* row : rows.starts) {
                for (int c = 0; c < rows.columns; ++c) bind(statement, c + 1, row[c]);
                changed += static_cast<std::uint64_t>(statement.exec());
                statement.reset();
            }
            return changed;
        });
    }

    const std::string path;
    SQLite::Database database;
    std::unordered_map<std::string, std::shared_ptr<Prepared>, TextHash, std::equal_to<>> statements;
};

SqliteConnection::SqliteConnection(const std::string& path, Mode mode) {
    try {
        const int flags =
            mode == Mode::kWriter ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE : SQLite::OPEN_READONLY;
        state_ = std::make_unique<State>(path, flags | SQLite::OPEN_NOMUTEX);
        auto& db = state_->database;
        if (mode == Mode::kWriter) {
            db.exec("PRAGMA page_size = 8192");  // takes effect on a new file
            db.exec("PRAGMA journal_mode = WAL");
            // An event is acknowledged after its commit, so a commit must survive a power loss.
            db.exec("PRAGMA synchronous = FULL");
            db.exec("PRAGMA wal_autocheckpoint = 4000");
            db.exec("PRAGMA journal_size_limit = 134217728");
            db.exec("PRAGMA cache_size = -131072");  // KiB
        } else {
            db.exec("PRAGMA cache_size = -16384");
        }
        db.exec("PRAGMA foreign_keys = ON");
        db.exec("PRAGMA temp_store = MEMORY");
    } catch (const SQLite::Exception& e) {
        throw errorOf(e, path);
    }
}

SqliteConnection::~SqliteConnection() = default;

std::uint64_t SqliteConnection::execute(std::string_view sql, const Values& values) {
    return state_->guarded([&]() -> std::uint64_t {
        Use use(state_->prepared(sql));
        auto& statement = *use;
        for (std::size_t i = 0; i < values.size(); ++i) bind(statement, static_cast<int>(i) + 1, values[i]);
        const auto before = state_->database.getTotalChanges();
        statement.exec();
        return static_cast<std::uint64_t>(state_->database.getTotalChanges() - before);
    });
}

void SqliteConnection::query(std::string_view sql, const Values& values,
                             const std::function<void(const Row&)>& each) {
    state_->guarded([&] {
        Use use(state_->prepared(sql));
        auto& statement = *use;
        for (std::size_t i = 0; i < values.size(); ++i) bind(statement, static_cast<int>(i) + 1, values[i]);
        const SqliteRow row(statement);
        while (statement.executeStep()) each(row);
    });
}

std::uint64_t SqliteConnection::insertRows(std::string_view head, const Rows& rows, std::string_view tail) {
    std::string sql(head);
    sql += " VALUES " + placeholders(rows.columns, 1);
    if (!tail.empty()) sql += " " + std::string(tail);
    return state_->insertEach(sql, rows);
}

std::uint64_t SqliteConnection::insertNewRows(std::string_view head, const Rows& rows) {
    return insertRows(head, rows, "ON CONFLICT DO NOTHING");
}

std::uint64_t SqliteConnection::upsertRows(std::string_view table, const std::vector<std::string>& columns,
                                           const std::vector<std::string>& keys,
                                           const std::vector<std::string>& adds,
                                           const std::vector<std::string>& sets, const Rows& rows) {
    const auto text = upsertText(Dialect::kSqlite, table, columns, keys, adds, sets);
    return insertRows(text.head, rows, text.tail);
}

void SqliteConnection::begin(bool writing) {
    execute(writing ? "BEGIN IMMEDIATE" : "BEGIN", {});
}

void SqliteConnection::commit() {
    execute("COMMIT", {});
}

void SqliteConnection::rollback() noexcept {
    // Some errors (disk full, I/O) have rolled back already.
    if (sqlite3_get_autocommit(state_->database.getHandle()) != 0) return;
    state_->database.tryExec("ROLLBACK");
}

}  // namespace weir::db
