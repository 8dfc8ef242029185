// Rows of users, login_failures and first_login. Times are ms since the epoch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct UserRow {
    std::string name, role, password;  // password: Argon2id text
    std::int64_t created = 0;
    std::optional<std::int64_t> lastLogin;
};

std::vector<UserRow> allUsers(Connection& connection);  // by name
std::optional<UserRow> findUser(Connection& connection, const std::string& name);
std::int64_t countUsers(Connection& connection, const std::string& role = {});  // empty: all; locks them
void insertUser(Connection& connection, const UserRow& user);
void updateUser(Connection& connection, const UserRow& user);  // role and password
void setLastLogin(Connection& connection, const std::string& name, std::int64_t time);
void deleteUser(Connection& connection, const std::string& name);

struct FailureRow {
    std::int64_t failures = 0, last = 0;
};
std::optional<FailureRow> findFailures(Connection& connection, const std::string& subject);
void addFailure(Connection& connection, const std::string& subject, std::int64_t time);
void clearFailures(Connection& connection, const std::string& subject);
std::uint64_t deleteFailuresBefore(Connection& connection, std::int64_t time);

struct FirstLoginRow {
    std::string secret;  // SHA-256
    std::int64_t created = 0;
};
std::optional<FirstLoginRow> findFirstLogin(Connection& connection);
void setFirstLogin(Connection& connection, const FirstLoginRow& row);
std::uint64_t clearFirstLogin(Connection& connection);

}  // namespace weir::db
