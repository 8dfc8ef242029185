// The few statements that must be spelled differently for the two databases.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

// "(?, ?), (?, ?)"
std::string placeholders(int columns, std::size_t rows);

// "INSERT INTO table (columns)" and what follows the values.
struct UpsertText {
    std::string head, tail;
};
UpsertText upsertText(Dialect dialect, std::string_view table, const std::vector<std::string>& columns,
                      const std::vector<std::string>& keys, const std::vector<std::string>& adds,
                      const std::vector<std::string>& sets);

}  // namespace weir::db
