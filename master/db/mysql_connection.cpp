#include "master/db/mysql_connection.h"

#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <mysql_driver.h>

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "master/db/sql_text.h"

namespace weir::db {
namespace {

constexpr int kConnectSeconds = 5;
constexpr int kAnswerSeconds = 60;
constexpr std::size_t kStatements = 128;           // kept prepared on one connection
constexpr std::size_t kParameters = 8192;          // of one multi-row statement; the protocol ends at 65,535
constexpr std::size_t kStatementBytes = 4u << 20;  // the server's max_allowed_packet is 16 MiB by default

// The client library wants to know of each thread that uses it.
void registerThread() {
    static std::once_flag once;
    std::call_once(once, [] { sql::mysql::get_driver_instance(); });
    struct Registration {
        Registration() { sql::mysql::get_driver_instance()->threadInit(); }
        ~Registration() { sql::mysql::get_driver_instance()->threadEnd(); }
    };
    thread_local const Registration registration;
}

class MysqlRow : public Row {
  public:
    explicit MysqlRow(sql::ResultSet& result) : result_(result) {}
    bool isNull(int column) const override { return result_.isNull(index(column)); }
    std::int64_t integer(int column) const override {
        return isNull(column) ? 0 : result_.getInt64(index(column));
    }
    double real(int column) const override {
        return isNull(column) ? 0 : static_cast<double>(result_.getDouble(index(column)));
    }
    std::string text(int column) const override {
        if (isNull(column)) return {};
        const auto text = result_.getString(index(column));
        return {text.c_str(), text.length()};
    }

  private:
    static std::uint32_t index(int column) { return static_cast<std::uint32_t>(column) + 1; }
    sql::ResultSet& result_;
};

void bind(sql::PreparedStatement& statement, std::size_t index, const Value& value) {
    struct Binder {
        sql::PreparedStatement& statement;
        unsigned index;
        void operator()(std::nullptr_t) const { statement.setNull(index, 0); }
        void operator()(std::int64_t number) const { statement.setInt64(index, number); }
        void operator()(double number) const { statement.setDouble(index, number); }
        void operator()(const std::string& text) const {
            statement.setString(index, sql::SQLString(text.data(), text.size()));
        }
        void operator()(const Blob& blob) const { (*this)(blob.bytes); }
    };
    std::visit(Binder{statement, static_cast<unsigned>(index)}, value);
}

std::size_t byteSize(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return text->size();
    if (const auto* blob = std::get_if<Blob>(&value)) return blob->bytes.size();
    return 8;
}

ErrorCode codeOf(MysqlFault fault) {
    switch (fault) {
        case MysqlFault::kDuplicate:
            return ErrorCode::kConflict;
        case MysqlFault::kOther:
            return ErrorCode::kInternal;
        default:
            return ErrorCode::kUnavailable;
    }
}

}  // namespace

MysqlFault mysqlFault(int errorCode) {
    switch (errorCode) {
        case 1205:
        case 1213:
            return MysqlFault::kRetry;
        // Too many connections, disk full, table full, Galera not ready, read-only, write interrupted
        case 3:
        case 1021:
        case 1040:
        case 1041:
        case 1047:
        case 1114:
        case 1203:
        case 1290:
        case 1836:
            return MysqlFault::kNotReady;
        case 1053:
        case 1152:
        case 1153:
        case 1158:
        case 1159:
        case 1160:
        case 1161:
        case 1184:
        case 1317:
        case 1927:
        case 2002:
        case 2003:
        case 2005:
        case 2006:
        case 2012:
        case 2013:
        case 2026:
        case 2055:
            return MysqlFault::kLost;
        case 1022:
        case 1062:
            return MysqlFault::kDuplicate;
        default:
            return MysqlFault::kOther;
    }
}

MysqlError::MysqlError(MysqlFault fault, int number, const std::string& text)
    : Error(codeOf(fault), (codeOf(fault) == ErrorCode::kUnavailable ? "the database is away: " : "") + text),
      fault_(fault),
      number_(number) {}

struct MysqlConnection::State {
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using StatementPtr = std::shared_ptr<sql::PreparedStatement>;

    template <class Work>
    auto guarded(Work work) -> decltype(work()) {
        registerThread();
        try {
            return work();
        } catch (const sql::SQLException& e) {
            throw MysqlError(mysqlFault(e.getErrorCode()), e.getErrorCode(),
                             where + ": " + e.what() + " (" + std::to_string(e.getErrorCode()) + ")");
        }
    }

    StatementPtr prepared(std::string_view sql) {
        if (const auto found = statements.find(sql); found != statements.end()) return found->second;
        if (statements.size() >= kStatements) statements.clear();
        StatementPtr made(connection->prepareStatement(sql::SQLString(sql.data(), sql.size())));
        statements.emplace(std::string(sql), made);
        return made;
    }

    void plain(const char* sql) {
        guarded([&] { std::unique_ptr<sql::Statement>(connection->createStatement())->execute(sql); });
    }

    // How many rows from `first` go into one statement: a power of two, so that few statements are prepared.
    static std::size_t rowsTogether(const Rows& rows, std::size_t first) {
        std::size_t fit = 0, bytes = 0;
        const auto columns = static_cast<std::size_t>(rows.columns);
        const auto most =
            std::min(rows.starts.size() - first, std::max<std::size_t>(1, kParameters / columns));
        for (; fit < most; ++fit) {
            for (std::size_t c = 0; c < columns; ++c) bytes += byteSize(rows.starts[first + fit][c]);
            if (bytes > kStatementBytes && fit > 0) break;
        }
        std::size_t count = 1;
        while (count * 2 <= fit) count *= 2;
        return count;
    }

    std::uint64_t insertMany(const std::string& head, const Rows& rows, std::string_view tail,
                             const std::function<void()>& afterEach) {
        return guarded([&] {
            std::uint64_t changed = 0;
            for (std::size_t first = 0; first < rows.starts.size();) {
                const auto count = rowsTogether(rows, first);
                auto sql = head + " VALUES " + placeholders(rows.columns, count);
                if (!tail.empty()) sql += " " + std::string(tail);
                const auto statement = prepared(sql);
                std::size_t parameter = 0;
                for (std::size_t row = first; row < first + count; ++row) {
                    for (int c = 0; c < rows.columns; ++c) bind(*statement, ++parameter, rows.starts[row][c]);
                }
                changed += static_cast<std::uint64_t>(std::max(0, statement->executeUpdate()));
                if (afterEach) afterEach();
                first += count;
            }
            return changed;
        });
    }

    std::string where;
    std::unique_ptr<sql::Connection> connection;
    std::unordered_map<std::string, StatementPtr, TextHash, std::equal_to<>> statements;  // end before it
};

MysqlConnection::MysqlConnection(const MysqlOptions& options)
    : state_(std::make_unique<State>()), lastUsed_(std::chrono::steady_clock::now()) {
    state_->where =
        "MySQL " + options.user + "@" +
        (options.socket.empty() ? options.host + ":" + std::to_string(options.port) : options.socket);
    sql::ConnectOptionsMap map;
    if (options.socket.empty()) {
        map["hostName"] = sql::SQLString("tcp://" + options.host + ":" + std::to_string(options.port));
    } else {
        map["hostName"] = sql::SQLString("unix://" + options.socket);
    }
    map["userName"] = sql::SQLString(options.user);
    map["password"] = sql::SQLString(options.password);
    map["OPT_CONNECT_TIMEOUT"] = kConnectSeconds;
    map["OPT_READ_TIMEOUT"] = kAnswerSeconds;
    map["OPT_WRITE_TIMEOUT"] = kAnswerSeconds;
    map["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
    map["CLIENT_FOUND_ROWS"] = true;  // an UPDATE counts the rows it found, as SQLite does
    if (!options.tlsCa.empty()) {
        map["sslCA"] = sql::SQLString(options.tlsCa);
        map["sslEnforce"] = true;
        map["sslVerify"] = true;
    }
    state_->guarded([&] { state_->connection.reset(sql::mysql::get_driver_instance()->connect(map)); });
    state_->plain(
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_BACKSLASH_ESCAPES', "
        "innodb_lock_wait_timeout = 10, foreign_key_checks = 1, time_zone = '+00:00'");
    state_->plain("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    try {
        state_->guarded([&] { state_->connection->setSchema(sql::SQLString(options.schema)); });
    } catch (const MysqlError& e) {
        if (e.number() != 1049) throw;  // unknown database
        const auto create = "CREATE DATABASE IF NOT EXISTS `" + options.schema + "` CHARACTER SET utf8mb4";
        state_->plain(create.c_str());
        state_->guarded([&] { state_->connection->setSchema(sql::SQLString(options.schema)); });
    }
    state_->plain("SET NAMES utf8mb4 COLLATE utf8mb4_bin");
}

MysqlConnection::~MysqlConnection() {
    registerThread();
}

std::uint64_t MysqlConnection::execute(std::string_view sql, const Values& values) {
    return state_->guarded([&] {
        const auto statement = state_->prepared(sql);
        for (std::size_t i = 0; i < values.size(); ++i) bind(*statement, i + 1, values[i]);
        return static_cast<std::uint64_t>(std::max(0, statement->executeUpdate()));
    });
}

void MysqlConnection::query(std::string_view sql, const Values& values,
                            const std::function<void(const Row&)>& each) {
    state_->guarded([&] {
        const auto statement = state_->prepared(sql);
        for (std::size_t i = 0; i < values.size(); ++i) bind(*statement, i + 1, values[i]);
        const std::unique_ptr<sql::ResultSet> result(statement->executeQuery());
        const MysqlRow row(*result);
        while (result->next()) each(row);
    });
}

std::uint64_t MysqlConnection::insertRows(std::string_view head, const Rows& rows, std::string_view tail) {
    return state_->insertMany(std::string(head), rows, tail, {});
}

std::uint64_t MysqlConnection::insertNewRows(std::string_view head, const Rows& rows) {
    // INSERT IGNORE also forgives values that do not fit: those are errors here as everywhere.
    std::string ignoring(head);
    ignoring.replace(0, std::string_view("INSERT").size(), "INSERT IGNORE");
    const auto check = [this] {
        query("SHOW WARNINGS", {}, [](const Row& row) {
            const auto number = static_cast<int>(row.integer(1));
            if (mysqlFault(number) != MysqlFault::kDuplicate) {
                throw MysqlError(MysqlFault::kOther, number, "row refused: " + row.text(2));
            }
        });
    };
    return state_->insertMany(ignoring, rows, {}, check);
}

std::uint64_t MysqlConnection::upsertRows(std::string_view table, const std::vector<std::string>& columns,
                                          const std::vector<std::string>& keys,
                                          const std::vector<std::string>& adds,
                                          const std::vector<std::string>& sets, const Rows& rows) {
    const auto text = upsertText(Dialect::kMysql, table, columns, keys, adds, sets);
    return insertRows(text.head, rows, text.tail);
}

void MysqlConnection::beginWriting() {
    state_->plain("START TRANSACTION");
}

void MysqlConnection::beginReading() {
    state_->plain("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    state_->plain("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
}

void MysqlConnection::commit() {
    state_->plain("COMMIT");
    lastUsed_ = std::chrono::steady_clock::now();
}

void MysqlConnection::rollback() noexcept {
    try {
        state_->plain("ROLLBACK");
    } catch (const std::exception&) {
        // The server rolls back when the connection ends.
    }
}

bool MysqlConnection::valid() noexcept {
    try {
        registerThread();
        return state_->connection->isValid();
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace weir::db
