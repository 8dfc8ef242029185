#include "master/service/accounts.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "common/base/digest.h"
#include "common/base/ids.h"
#include "common/base/log.h"
#include "common/base/utf8.h"
#include "master/db/account_table.h"
#include "master/db/session_table.h"
#include "master/service/password.h"

namespace weir {

namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kNameLimit = 64;
constexpr std::chrono::milliseconds kTouch = std::chrono::minutes(1);

bool isName(std::string_view name) {
    return !name.empty() && name.size() <= kNameLimit && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '_' || c == '-' || c == '@';
    });
}

std::optional<Problem> nameProblem(const std::string& name) {
    if (isName(name)) return std::nullopt;
    return Problem{"/name", "is not 1 to 64 of letters, digits, dot, dash, underline and @"};
}

std::optional<Problem> roleProblem(const std::string& role) {
    if (isRole(role)) return std::nullopt;
    return Problem{"/role", "is not one of admin, operator, quarantine, auditor"};
}

// Names that nobody can have share one counter, so that inventing them fills no table.
std::string userSubject(const std::string& user) {
    return isName(user) ? "user " + user : "user ?";
}
std::string addressSubject(const std::string& address) {
    return "address " + address.substr(0, kNameLimit);
}

Json auditView(const std::string& name, const std::string& role) {
    return {{"name", name}, {"role", role}};
}

}  // namespace

bool isRole(std::string_view role) {
    return std::find(std::begin(kRoles), std::end(kRoles), role) != std::end(kRoles);
}

Accounts::Accounts(db::Database& database, const AccountLimits& limits, Clock clock)
    : database_(database),
      limits_(limits),
      clock_(std::move(clock)),
      wastedHash_(hashPassword(randomHex(16))) {}

// ---- sessions

Session Accounts::openSession(db::Connection& connection, const std::string& user, const std::string& role) {
    const Session session{newUuid(), randomHex(kSecretBytes), user, role, randomHex(kSecretBytes / 2)};
    const auto time = toMillis(clock_());
    db::trimSessionsOf(connection, user, limits_.sessionsPerUser - 1);
    db::insertSession(connection,
                      {session.id, sha256Hex(session.secret), user, session.csrf, time, time, role});
    return session;
}

std::optional<std::chrono::seconds> Accounts::wait(db::Connection& connection, const std::string& subject,
                                                   int freeFailures) const {
    const auto found = db::findFailures(connection, subject);
    const auto time = toMillis(clock_());
    if (!found || found->failures < freeFailures || found->last + limits_.forget.count() < time)
        return std::nullopt;
    const auto doublings = std::min<std::int64_t>(found->failures - freeFailures, 30);
    const auto length = std::min(limits_.firstLockout.count() << doublings, limits_.lastLockout.count());
    const auto left = found->last + length - time;
    if (left <= 0) return std::nullopt;
    return std::chrono::seconds((left + 999) / 1000);
}

// A failure is counted before the password is looked at and taken back when it was right: many guesses at
// once count as many.
std::optional<LoginRefused> Accounts::begin(const std::string& user, const std::string& address) {
    std::optional<LoginRefused> refused;
    database_.transaction([&](db::Connection& connection) {
        refused.reset();
        const auto byUser = wait(connection, userSubject(user), limits_.freeFailures);
        const auto byAddress =
            wait(connection, addressSubject(address), limits_.freeFailures * limits_.addressFactor);
        if (byUser || byAddress) {
            refused = LoginRefused{std::max(byUser.value_or(std::chrono::seconds(0)),
                                            byAddress.value_or(std::chrono::seconds(0)))};
            return;
        }
        const auto time = toMillis(clock_());
        for (const auto& subject : {userSubject(user), addressSubject(address)}) {
            const auto before = db::findFailures(connection, subject);
            if (before && before->last + limits_.forget.count() < time)
                db::clearFailures(connection, subject);
            db::addFailure(connection, subject, time);
        }
    });
    return refused;
}

bool Accounts::matches(const std::string& user, const std::string& password, std::string& role) {
    std::optional<db::UserRow> row;
    if (isName(user) && password.size() <= limits_.passwordHigh)
        database_.read([&](db::Connection& connection) { row = db::findUser(connection, user); });
    const bool right =
        verifyPassword(row ? row->password : wastedHash_, password.substr(0, limits_.passwordHigh));
    if (!row || !right) return false;
    role = row->role;
    return true;
}

void Accounts::forgive(db::Connection& connection, const std::string& user, const std::string& address) {
    db::clearFailures(connection, userSubject(user));
    db::clearFailures(connection, addressSubject(address));
}

tl::expected<Session, LoginRefused> Accounts::logIn(const std::string& user, const std::string& password,
                                                    const std::string& address) {
    if (const auto refused = begin(user, address)) {
        logWarning("login.locked",
                   {{"user", user}, {"address", address}, {"seconds", refused->retryAfter->count()}});
        return tl::unexpected(*refused);
    }
    std::string role;
    if (!matches(user, password, role)) {
        logWarning("login.refused", {{"user", user}, {"address", address}});
        return tl::unexpected(LoginRefused{});
    }
    std::optional<Session> session;
    database_.transaction([&](db::Connection& connection) {
        session.reset();
        if (!db::findUser(connection, user)) return;  // removed while we looked
        forgive(connection, user, address);
        session = openSession(connection, user, role);
        db::setLastLogin(connection, user, toMillis(clock_()));
        Audit::record(connection, {user, "session", address, role}, "session.open", "user " + user, nullptr,
                      nullptr);
    });
    if (!session) return tl::unexpected(LoginRefused{});
    return *session;
}

std::optional<Session> Accounts::findSession(std::string_view secret) {
    std::optional<db::SessionRow> row;
    database_.read([&](db::Connection& connection) { row = db::findSession(connection, sha256Hex(secret)); });
    const auto time = toMillis(clock_());
    if (!row || row->used + limits_.sessionIdle.count() <= time ||
        row->created + limits_.sessionAge.count() <= time)
        return std::nullopt;
    if (row->used + kTouch.count() <= time)
        database_.transaction(
            [&](db::Connection& connection) { db::touchSession(connection, row->id, time); });
    return Session{row->id, "", row->user, row->role, row->csrf};
}

void Accounts::logOut(const std::string& sessionId) {
    database_.transaction([&](db::Connection& connection) { db::deleteSession(connection, sessionId); });
}

// ---- first login

bool Accounts::anyUser() const {
    bool any = false;
    database_.read([&](db::Connection& connection) { any = !db::allUsers(connection).empty(); });
    return any;
}

std::string Accounts::newFirstLoginToken() {
    const std::string token = randomHex(kSecretBytes);
    database_.transaction([&](db::Connection& connection) {
        if (db::countUsers(connection) > 0)
            throw Error(ErrorCode::kConflict, "there are users already: an admin can make more");
        db::setFirstLogin(connection, {sha256Hex(token), toMillis(clock_())});
    });
    return token;
}

Expected<Session> Accounts::firstLogin(const std::string& token, const std::string& user,
                                       const std::string& password, const std::string& address) {
    const auto wrongToken = [] {
        return problem("/token",
                       "is not the one-time link that is valid now; weir-master first-login-link prints one");
    };
    std::optional<db::FirstLoginRow> row;
    database_.read([&](db::Connection& connection) { row = db::findFirstLogin(connection); });
    if (!row || !equalSecret(row->secret, sha256Hex(token)) ||
        row->created + limits_.firstLogin.count() <= toMillis(clock_()))
        return wrongToken();
    if (auto wrong = nameProblem(user)) return problem("/user", wrong->what);
    if (auto wrong = passwordProblem(password, user, {limits_.passwordLow, limits_.passwordHigh}))
        return tl::unexpected(*wrong);
    const std::string hash = hashPassword(password);
    std::optional<Session> session;
    database_.transaction([&](db::Connection& connection) {
        session.reset();
        // The link works once: whoever takes the row out has used it.
        if (db::countUsers(connection) > 0 || db::clearFirstLogin(connection) != 1) return;
        const auto time = toMillis(clock_());
        db::insertUser(connection, {user, "admin", hash, time, time});
        db::setLastLogin(connection, user, time);
        session = openSession(connection, user, "admin");
        Audit::record(connection, {user, "first login", address, "admin"}, "user.create", "user " + user,
                      nullptr, auditView(user, "admin"));
    });
    if (!session) return wrongToken();
    return *session;
}

// ---- users

User Accounts::viewOf(db::Connection& connection, const std::string& name) const {
    const auto row = db::findUser(connection, name);
    if (!row) throw Error(ErrorCode::kNotFound, "there is no user " + validUtf8(name.substr(0, kNameLimit)));
    User user{row->name, row->role, fromMillis(row->created), std::nullopt,
              wait(connection, userSubject(name), limits_.freeFailures).has_value()};
    if (row->lastLogin) user.lastLogin = fromMillis(*row->lastLogin);
    return user;
}

std::vector<User> Accounts::users() const {
    std::vector<User> users;
    database_.read([&](db::Connection& connection) {
        users.clear();
        for (const auto& row : db::allUsers(connection)) users.push_back(viewOf(connection, row.name));
    });
    return users;
}

Expected<User> Accounts::createUser(const std::string& name, const std::string& role,
                                    const std::string& password, const Actor& actor) {
    if (auto wrong = nameProblem(name)) return tl::unexpected(*wrong);
    if (auto wrong = roleProblem(role)) return tl::unexpected(*wrong);
    if (auto wrong = passwordProblem(password, name, {limits_.passwordLow, limits_.passwordHigh}))
        return tl::unexpected(*wrong);
    const std::string hash = hashPassword(password);
    User user;
    database_.transaction([&](db::Connection& connection) {
        if (db::findUser(connection, name))
            throw Error(ErrorCode::kConflict, "there is a user " + name + " already");
        db::insertUser(connection, {name, role, hash, toMillis(clock_()), std::nullopt});
        Audit::record(connection, actor, "user.create", "user " + name, nullptr, auditView(name, role));
        user = viewOf(connection, name);
    });
    return user;
}

Expected<User> Accounts::changeUser(const std::string& name, const UserChange& change, const Actor& actor) {
    if (change.role)
        if (auto wrong = roleProblem(*change.role)) return tl::unexpected(*wrong);
    if (change.password)
        if (auto wrong = passwordProblem(*change.password, name, {limits_.passwordLow, limits_.passwordHigh}))
            return tl::unexpected(*wrong);
    const std::string hash = change.password ? hashPassword(*change.password) : "";
    User user;
    database_.transaction([&](db::Connection& connection) {
        const User before = viewOf(connection, name);
        auto row = *db::findUser(connection, name);
        if (change.role && row.role == "admin" && *change.role != "admin" &&
            db::countUsers(connection, "admin") < 2)
            throw Error(ErrorCode::kConflict, name + " is the last admin");
        if (change.role) row.role = *change.role;
        if (change.password) row.password = hash;
        db::updateUser(connection, row);
        if (change.password) db::deleteSessionsOf(connection, name);
        if (change.unlock || change.password) db::clearFailures(connection, userSubject(name));
        Json after = auditView(name, row.role);
        if (change.password) after["password"] = "changed";
        if (change.unlock) after["unlocked"] = true;
        Audit::record(connection, actor, "user.change", "user " + name, auditView(name, before.role), after);
        user = viewOf(connection, name);
    });
    return user;
}

void Accounts::removeUser(const std::string& name, const Actor& actor) {
    database_.transaction([&](db::Connection& connection) {
        const User user = viewOf(connection, name);
        if (user.role == "admin" && db::countUsers(connection, "admin") < 2)
            throw Error(ErrorCode::kConflict, name + " is the last admin");
        db::deleteSessionsOf(connection, name);
        db::clearFailures(connection, userSubject(name));
        db::deleteUser(connection, name);
        Audit::record(connection, actor, "user.remove", "user " + name, auditView(name, user.role), nullptr);
    });
}

tl::expected<void, LoginRefused> Accounts::checkPassword(const std::string& user, const std::string& password,
                                                         const std::string& address) {
    if (const auto refused = begin(user, address)) return tl::unexpected(*refused);
    std::string role;
    if (!matches(user, password, role)) return tl::unexpected(LoginRefused{});
    database_.transaction([&](db::Connection& connection) { forgive(connection, user, address); });
    return {};
}

Expected<void> Accounts::changeOwnPassword(const std::string& user, const std::string& password,
                                           const std::string& keepSession, const Actor& actor) {
    if (auto wrong = passwordProblem(password, user, {limits_.passwordLow, limits_.passwordHigh}))
        return problem("/new", wrong->what);
    const std::string hash = hashPassword(password);
    database_.transaction([&](db::Connection& connection) {
        viewOf(connection, user);
        auto row = *db::findUser(connection, user);
        row.password = hash;
        db::updateUser(connection, row);
        db::deleteSessionsOf(connection, user, keepSession);
        Audit::record(connection, actor, "user.password", "user " + user, nullptr, nullptr);
    });
    return {};
}

}  // namespace weir
