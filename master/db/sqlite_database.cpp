#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "common/base/durable_file.h"
#include "common/base/log.h"
#include "common/base/worker.h"
#include "master/db/migrations/migration.h"
#include "master/db/sqlite_connection.h"

namespace weir::db {
namespace {

constexpr std::size_t kReadersKept = 8;
constexpr std::uint64_t kFreeBytesNeeded = 1u << 20;

// One writer, since SQLite has only one anyway, and readers that each see a snapshot of the WAL.
class SqliteDatabase : public Database {
  public:
    explicit SqliteDatabase(const SqliteOptions& options)
        : path_(options.path),
          writer_(std::make_unique<SqliteConnection>(path_, SqliteConnection::Mode::kWriter)) {
        migrate([this](const auto& work) { transaction(work); }, Dialect::kSqlite, allMigrations(),
                describe());
        check_ = std::make_unique<Worker>("sqlite-check", [this] { return check(); });
    }

    void transaction(const std::function<void(Connection&)>& work) override {
        std::lock_guard lock(writing_);
        runIn(*writer_, true, work);
    }

    void read(const std::function<void(Connection&)>& work) override {
        auto reader = takeReader();
        runIn(*reader, false, work);
        std::lock_guard lock(pool_);
        if (readers_.size() < kReadersKept) readers_.push_back(std::move(reader));
    }

    Dialect dialect() const override { return Dialect::kSqlite; }
    bool available() const override { return available_; }
    std::string describe() const override { return "SQLite " + path_; }

  private:
    std::unique_ptr<SqliteConnection> takeReader() {
        {
            std::lock_guard lock(pool_);
            if (!readers_.empty()) {
                auto reader = std::move(readers_.back());
                readers_.pop_back();
                return reader;
            }
        }
        try {
            return std::make_unique<SqliteConnection>(path_, SqliteConnection::Mode::kReader);
        } catch (const Error& e) {
            note(e);
            throw;
        }
    }

    void runIn(SqliteConnection& connection, bool writing, const std::function<void(Connection&)>& work) {
        try {
            connection.begin(writing);
            work(connection);
            connection.commit();
        } catch (const Error& e) {
            connection.rollback();
            note(e);
            throw;
        } catch (...) {
            connection.rollback();
            throw;
        }
        if (writing && !available_.exchange(true)) logInfo("database.back", {{"database", describe()}});
    }

    void note(const Error& e) {
        if (e.code() != ErrorCode::kUnavailable && e.code() != ErrorCode::kIo) return;
        if (available_.exchange(false)) {
            logError("database.away", {{"database", describe()}, {"reason", e.what()}});
            if (check_) check_->wake();
        }
    }

    // While away: can it be written to again?
    std::chrono::milliseconds check() {
        if (available_) return std::chrono::seconds(60);
        const auto folder = std::filesystem::absolute(path_).parent_path();
        if (freeBytes(folder) >= kFreeBytesNeeded) {
            transaction([](Connection& c) {
                c.execute("UPDATE schema_migrations SET applied = applied WHERE number = 1");
            });
        }
        return std::chrono::seconds(1);
    }

    const std::string path_;
    std::mutex writing_;
    std::unique_ptr<SqliteConnection> writer_;
    std::mutex pool_;
    std::vector<std::unique_ptr<SqliteConnection>> readers_;
    std::atomic<bool> available_{true};
    std::unique_ptr<Worker> check_;  // last: its thread uses the others
};

}  // namespace

std::unique_ptr<Database> openSqlite(const SqliteOptions& options) {
    return std::make_unique<SqliteDatabase>(options);
}

}  // namespace weir::db
