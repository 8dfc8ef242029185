#include "master/db/account_table.h"

namespace weir::db {

namespace {

UserRow userOf(const Row& row) {
    UserRow user{row.text(0), row.text(1), row.text(2), row.integer(3), std::nullopt};
    if (!row.isNull(4)) user.lastLogin = row.integer(4);
    return user;
}

}  // namespace

std::vector<UserRow> allUsers(Connection& connection) {
    std::vector<UserRow> users;
    connection.query("SELECT name, role, password, created, last_login FROM users ORDER BY name", {},
                     [&](const Row& row) { users.push_back(userOf(row)); });
    return users;
}

std::optional<UserRow> findUser(Connection& connection, const std::string& name) {
    std::optional<UserRow> user;
    connection.query("SELECT name, role, password, created, last_login FROM users WHERE name = ?", {name},
                     [&](const Row& row) { user = userOf(row); });
    return user;
}

std::int64_t countUsers(Connection& connection, const std::string& role) {
    std::int64_t count = 0;
    const std::string where = role.empty() ? "" : " WHERE role = ?";
    connection.query("SELECT name FROM users" + where + std::string(connection.forUpdate()),
                     role.empty() ? Values{} : Values{role}, [&](const Row&) { ++count; });
    return count;
}

void insertUser(Connection& connection, const UserRow& user) {
    connection.execute("INSERT INTO users (name, role, password, created) VALUES (?, ?, ?, ?)",
                       {user.name, user.role, user.password, user.created});
}

void updateUser(Connection& connection, const UserRow& user) {
    connection.execute("UPDATE users SET role = ?, password = ? WHERE name = ?",
                       {user.role, user.password, user.name});
}

void setLastLogin(Connection& connection, const std::string& name, std::int64_t time) {
    connection.execute("UPDATE users SET last_login = ? WHERE name = ?", {time, name});
}

void deleteUser(Connection& connection, const std::string& name) {
    connection.execute("DELETE FROM users WHERE name = ?", {name});
}

std::optional<FailureRow> findFailures(Connection& connection, const std::string& subject) {
    std::optional<FailureRow> found;
    connection.query("SELECT failures, last FROM login_failures WHERE subject = ?", {subject},
                     [&](const Row& row) {
                         found = FailureRow{row.integer(0), row.integer(1)};
                     });
    return found;
}

void addFailure(Connection& connection, const std::string& subject, std::int64_t time) {
    connection.upsertRows("login_failures", {"subject", "failures", "last"}, {"subject"}, {"failures"},
                          {"last"}, {subject, std::int64_t{1}, time});
}

void clearFailures(Connection& connection, const std::string& subject) {
    connection.execute("DELETE FROM login_failures WHERE subject = ?", {subject});
}

std::uint64_t deleteFailuresBefore(Connection& connection, std::int64_t time) {
    return connection.execute("DELETE FROM login_failures WHERE last < ?", {time});
}

std::optional<FirstLoginRow> findFirstLogin(Connection& connection) {
    std::optional<FirstLoginRow> found;
    connection.query("SELECT secret, created FROM first_login WHERE id = 1", {}, [&](const Row& row) {
        found = FirstLoginRow{row.text(0), row.integer(1)};
    });
    return found;
}

void setFirstLogin(Connection& connection, const FirstLoginRow& row) {
    connection.upsertRows("first_login", {"id", "secret", "created"}, {"id"}, {}, {"secret", "created"},
                          {std::int64_t{1}, row.secret, row.created});
}

std::uint64_t clearFirstLogin(Connection& connection) {
    return connection.execute("DELETE FROM first_login");
}

}  // namespace weir::db
