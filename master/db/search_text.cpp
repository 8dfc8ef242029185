#include "master/db/search_text.h"

namespace weir::db {
namespace {

constexpr std::size_t kLongestPart = 256;

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text.substr(0, kLongestPart)) {
        if (c == '%' || c == '_' || c == '!') result += '!';
        result += c;
    }
    return result;
}

}  // namespace

void Conditions::add(const std::string& sql, Values values) {
    if (!sql_.empty()) sql_ += " AND ";
    sql_ += "(" + sql + ")";
    for (auto& value : values) values_.push_back(std::move(value));
}

void Conditions::equals(const std::string& column, const std::string& value) {
    if (!value.empty()) add(column + " = ?", {value});
}

std::string Conditions::like(const std::string& column) const {
    return column + (dialect_ == Dialect::kMysql ? " COLLATE utf8mb4_general_ci" : "") + " LIKE ? ESCAPE '!'";
}

void Conditions::contains(const std::vector<std::string>& columns, std::string_view part) {
    if (part.empty()) return;
    std::string sql;
    Values values;
    for (const auto& column : columns) {
        if (!sql.empty()) sql += " OR ";
        sql += like(column);
        values.emplace_back("%" + escaped(part) + "%");
    }
    add(sql, std::move(values));
}

void Conditions::address(const std::string& column, std::string_view address, bool words) {
    if (address.empty()) return;
    const bool domain = address.front() == '@';
    const std::string before = domain ? "%" : words ? "%\n" : "";
    add(like(column), {before + escaped(address) + (words ? "\n%" : "")});
}

}  // namespace weir::db
