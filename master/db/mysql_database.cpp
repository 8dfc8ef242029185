#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "common/base/log.h"
#include "common/base/worker.h"
#include "master/db/migrations/migration.h"
#include "master/db/mysql_connection.h"

namespace weir::db {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kConnections = 24;
constexpr auto kWaitForConnection = 10s;
constexpr auto kAskAfterIdle = 5s;  // an idle connection is asked before use: the server may have dropped it
constexpr int kTries = 12;          // of one transaction that meets deadlocks
constexpr int kTriesNotReady = 4;   // Galera without a quorum: it may be back in a moment
constexpr auto kLongestPause = 250ms;

class MysqlDatabase : public Database {
  public:
    explicit MysqlDatabase(const MysqlOptions& options) : options_(options) {
        migrate([this](const auto& work) { transaction(work); }, Dialect::kMysql, allMigrations(),
                describe());
        check_ = std::make_unique<Worker>("mysql-check", [this] { return check(); });
    }

    void transaction(const std::function<void(Connection&)>& work) override { run(true, work); }
    void read(const std::function<void(Connection&)>& work) override { run(false, work); }
    Dialect dialect() const override { return Dialect::kMysql; }
    bool available() const override { return available_; }
    std::string describe() const override {
        const auto server = options_.socket.empty() ? options_.host + ":" + std::to_string(options_.port)
                                                    : options_.socket + ":";
        return "MySQL " + options_.user + "@" + server + "/" + options_.schema;
    }

  private:
    using ConnectionPtr = std::unique_ptr<MysqlConnection>;

    void run(bool writing, const std::function<void(Connection&)>& work) {
        for (int attempt = 1;; ++attempt) {
            bool fresh = false;
            try {
                once(writing, work, fresh);
                if (!available_.exchange(true)) logInfo("database.back", {{"database", describe()}});
                return;
            } catch (const MysqlError& e) {
                if (!again(e, attempt, fresh)) {
                    note(e);
                    throw;
                }
            } catch (const Error& e) {
                note(e);
                throw;
            }
            std::this_thread::sleep_for(
                std::min<std::chrono::milliseconds>(kLongestPause, 5ms * attempt * attempt));
        }
    }

    void once(bool writing, const std::function<void(Connection&)>& work, bool& fresh) {
        auto connection = take(fresh);
        bool committing = false;
        try {
            if (writing) {
                connection->beginWriting();
            } else {
                connection->beginReading();
            }
            work(*connection);
            committing = true;
            connection->commit();
        } catch (const MysqlError& e) {
            const bool lost = e.fault() == MysqlFault::kLost;
            if (!lost) connection->rollback();
            give(lost ? nullptr : std::move(connection));
            if (lost && committing && writing) {
                throw Error(ErrorCode::kUnavailable, std::string("commit uncertain: ") + e.what());
            }
            throw;
        } catch (...) {
            connection->rollback();
            give(std::move(connection));
            throw;
        }
        give(std::move(connection));
    }

    // A connection that was lost at its first use after idling says nothing about the server: one more try.
    bool again(const MysqlError& e, int attempt, bool fresh) const {
        switch (e.fault()) {
            case MysqlFault::kRetry:
                return attempt < kTries;
            case MysqlFault::kNotReady:
                return e.number() == 1047 && attempt < kTriesNotReady;
            case MysqlFault::kLost:
                return !fresh && attempt < 3;
            default:
                return false;
        }
    }

    ConnectionPtr take(bool& fresh) {
        ConnectionPtr idle;
        {
            std::unique_lock lock(pool_);
            if (!freed_.wait_for(lock, kWaitForConnection, [this] { return inUse_ < kConnections; })) {
                throw Error(ErrorCode::kUnavailable, describe() + ": all connections are busy");
            }
            ++inUse_;
            if (!idle_.empty()) {
                idle = std::move(idle_.back());
                idle_.pop_back();
            }
        }
        try {
            const auto now = std::chrono::steady_clock::now();
            if (idle && (now - idle->lastUsed() < kAskAfterIdle || idle->valid())) return idle;
            idle.reset();
            fresh = true;
            return std::make_unique<MysqlConnection>(options_);
        } catch (...) {
            give(nullptr);
            throw;
        }
    }

    // nullptr: the connection is no good; the idle ones of the same server are then doubtful too.
    void give(ConnectionPtr connection) {
        std::vector<ConnectionPtr> doubtful;
        {
            std::lock_guard lock(pool_);
            --inUse_;
            if (connection) {
                idle_.push_back(std::move(connection));
            } else {
                doubtful.swap(idle_);
            }
        }
        freed_.notify_one();
    }

    void note(const Error& e) {
        if (e.code() != ErrorCode::kUnavailable) return;
        if (available_.exchange(false)) {
            logError("database.away", {{"database", describe()}, {"reason", e.what()}});
            if (check_) check_->wake();
        }
    }

    std::chrono::milliseconds check() {
        if (available_) return 60s;
        try {
            read([](Connection& c) { c.query("SELECT 1", {}, [](const Row&) {}); });
        } catch (const Error&) {
            // Still away; note() has said so.
        }
        return 1s;
    }

    const MysqlOptions options_;
    std::mutex pool_;
    std::condition_variable freed_;
    std::vector<ConnectionPtr> idle_;
    std::size_t inUse_ = 0;
    std::atomic<bool> available_{true};
    std::unique_ptr<Worker> check_;  // last: its thread uses the others
};

}  // namespace

std::unique_ptr<Database> openMysql(const MysqlOptions& options) {
    return std::make_unique<MysqlDatabase>(options);
}

}  // namespace weir::db
