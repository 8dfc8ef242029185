// WHERE clauses put together from what a search asks for, with their values.
#pragma once

#include <string>
#include <string_view>

#include "master/db/database.h"

namespace weir::db {

class Conditions {
  public:
    explicit Conditions(Dialect dialect) : dialect_(dialect) {}

    // "column = ?" and the like; `sql` has one placeholder for each value.
    void add(const std::string& sql, Values values);
    void equals(const std::string& column, const std::string& value);  // nothing when the value is empty
    // Without regard to the case of letters; any of the columns.
    void contains(const std::vector<std::string>& columns, std::string_view part);
    // One address, or "@domain"; a column with one address, or with joinedWords().
    void address(const std::string& column, std::string_view address, bool words);

    std::string sql() const { return sql_.empty() ? "1 = 1" : sql_; }
    const Values& values() const { return values_; }

  private:
    std::string like(const std::string& column) const;
    Dialect dialect_;
    std::string sql_;
    Values values_;
};

}  // namespace weir::db
