// One connection to a SQLite file, with its prepared statements. Not thread-safe.
#pragma once

#include <memory>
#include <string>

#include "master/db/database.h"

namespace weir::db {

class SqliteConnection : public Connection {
  public:
    enum class Mode { kWriter, kReader };
    // The writer creates the file. Throws Error kUnavailable.
    SqliteConnection(const std::string& path, Mode mode);
    ~SqliteConnection() override;

    Dialect dialect() const override { return Dialect::kSqlite; }
    std::uint64_t execute(std::string_view sql, const Values& values) override;
    void query(std::string_view sql, const Values& values,
               const std::function<void(const Row&)>& each) override;
    std::uint64_t insertRows(std::string_view head, const Rows& rows, std::string_view tail) override;
    std::uint64_t insertNewRows(std::string_view head, const Rows& rows) override;
    std::uint64_t upsertRows(std::string_view table, const std::vector<std::string>& columns,
                             const std::vector<std::string>& keys, const std::vector<std::string>& adds,
                             const std::vector<std::string>& sets, const Rows& rows) override;

    void begin(bool writing);
    void commit();  // throws when it did not happen; then rolled back
    void rollback() noexcept;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir::db
