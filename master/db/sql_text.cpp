#include "master/db/sql_text.h"

namespace weir::db {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) {
        if (!text.empty()) text += ", ";
        text += word;
    }
    return text;
}

}  // namespace

std::string placeholders(int columns, std::size_t rows) {
    std::string row = "(";
    for (int i = 0; i < columns; ++i) row += i == 0 ? "?" : ", ?";
    row += ")";
    std::string text;
    text.reserve(rows * (row.size() + 2));
    for (std::size_t i = 0; i < rows; ++i) {
        if (i > 0) text += ", ";
        text += row;
    }
    return text;
}

UpsertText upsertText(Dialect dialect, std::string_view table, const std::vector<std::string>& columns,
                      const std::vector<std::string>& keys, const std::vector<std::string>& adds,
                      const std::vector<std::string>& sets) {
    const bool sqlite = dialect == Dialect::kSqlite;
    std::vector<std::string> changes;
    const auto given = [&](const std::string& column) {
        return sqlite ? "excluded." + column : "VALUES(" + column + ")";
    };
    // The bare column means the row that is there, in both dialects.
    for (const auto& column : adds) changes.push_back(column + " = " + column + " + " + given(column));
    for (const auto& column : sets) changes.push_back(column + " = " + given(column));
    if (changes.empty()) changes.push_back(keys.front() + " = " + given(keys.front()));
    UpsertText text;
    text.head = "INSERT INTO " + std::string(table) + " (" + joined(columns) + ")";
    text.tail = sqlite ? "ON CONFLICT (" + joined(keys) + ") DO UPDATE SET " + joined(changes)
                       : "ON DUPLICATE KEY UPDATE " + joined(changes);
    return text;
}

Rows rowsOf(int columns, const Values& flat) {
    if (columns <= 0 || flat.size() % static_cast<std::size_t>(columns) != 0) {
        throw Error(ErrorCode::kInternal, "rows of " + std::to_string(columns) + " columns do not fit " +
                                              std::to_string(flat.size()) + " values");
    }
    Rows rows{columns, {}};
    rows.starts.reserve(flat.size() / static_cast<std::size_t>(columns));
    for (std::size_t i = 0; i < flat.size(); i += static_cast<std::size_t>(columns)) {
        rows.starts.push_back(&flat[i]);
    }
    return rows;
}

}  // namespace weir::db
