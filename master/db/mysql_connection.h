// One connection to MySQL or MariaDB, with its prepared statements. Used by one thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "master/db/database.h"

namespace weir::db {

// What an error of the server means to the caller.
enum class MysqlFault {
    kRetry,      // deadlock, lock time-out, Galera certification: the same transaction may work at once
    kNotReady,   // the node is there but serves nobody now (Galera without a quorum, starting, read-only)
    kLost,       // the connection is gone
    kDuplicate,  // a unique key is there already
    kOther,
};
MysqlFault mysqlFault(int errorCode);

// An error of the server as Weir's Error, with what it means.
class MysqlError : public Error {
  public:
    MysqlError(MysqlFault fault, int number, const std::string& text);
    MysqlFault fault() const { return fault_; }
    int number() const { return number_; }

  private:
    MysqlFault fault_;
    int number_;
};

class MysqlConnection : public Connection {
  public:
    // Connects and sets the session. A schema that is not there is made when the user may.
    explicit MysqlConnection(const MysqlOptions& options);
    ~MysqlConnection() override;

    Dialect dialect() const override { return Dialect::kMysql; }
    std::uint64_t execute(std::string_view sql, const Values& values) override;
    void query(std::string_view sql, const Values& values,
               const std::function<void(const Row&)>& each) override;
    std::uint64_t insertRows(std::string_view head, const Rows& rows, std::string_view tail) override;
    std::uint64_t insertNewRows(std::string_view head, const Rows& rows) override;
    std::uint64_t upsertRows(std::string_view table, const std::vector<std::string>& columns,
                             const std::vector<std::string>& keys, const std::vector<std::string>& adds,
                             const std::vector<std::string>& sets, const Rows& rows) override;

    void beginWriting();
    void beginReading();  // a consistent snapshot
    void commit();
    void rollback() noexcept;
    bool valid() noexcept;  // asks the server
    std::chrono::steady_clock::time_point lastUsed() const { return lastUsed_; }

  private:
    struct State;
    std::unique_ptr<State> state_;
    std::chrono::steady_clock::time_point lastUsed_;
};

}  // namespace weir::db
