// Users, roles, sessions, API tokens, lockout and the first login.
//
// Thread-safe. Secrets leave this class once, when they are made; the database has only their SHA-256 (tokens
// and sessions, 256 bits of chance) or Argon2id (passwords, m=19456 t=2 p=1). A wrong user costs as much time
// as a wrong password and is told the same. Throws Error kUnavailable when the database is away.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/guarded.h"
#include "master/db/database.h"
#include "master/service/audit.h"

namespace weir {

inline constexpr const char* kRoles[] = {"admin", "operator", "quarantine", "auditor"};
bool isRole(std::string_view role);

struct AccountLimits {
    std::size_t passwordLow = 12, passwordHigh = 256;  // characters; bytes
    std::chrono::milliseconds sessionIdle = std::chrono::hours(12);
    std::chrono::milliseconds sessionAge = std::chrono::hours(24 * 7);
    std::chrono::milliseconds firstLogin = std::chrono::hours(24);  // life of the one-time link
    int freeFailures = 5;  // wrong passwords before a wait is asked for
    std::chrono::milliseconds firstLockout = std::chrono::seconds(5);  // doubles with each further failure
    std::chrono::milliseconds lastLockout = std::chrono::minutes(15);
    std::chrono::milliseconds forget = std::chrono::hours(1);  // without a failure, and the count begins anew
    int addressFactor = 4;     // so many times freeFailures from one address, over all users
    int sessionsPerUser = 50;  // the oldest goes
};

struct User {
    std::string name, role;
    TimePoint created;
    std::optional<TimePoint> lastLogin;
    bool locked = false;
};

struct Session {
    std::string id;      // public
    std::string secret;  // for the cookie; set only by what opens a session
    std::string user, role, csrf;
};

struct ApiToken {
    std::string id, name, role, createdBy;
    TimePoint created, expires;
    std::optional<TimePoint> lastUsed;
    std::string secret;  // "weir_…"; set only by createToken()
};

// Wrong credentials: the same for an unknown user and a wrong password.
struct LoginRefused {
    std::optional<std::chrono::seconds> retryAfter;  // set: locked out, the password was not looked at
};

class Accounts {
  public:
    using Clock = std::function<TimePoint()>;
    explicit Accounts(db::Database& database, const AccountLimits& limits = {}, Clock clock = now);

    // Sessions. find…() is nullopt for an unknown, idle or old one, and of a user who has gone.
    tl::expected<Session, LoginRefused> logIn(const std::string& user, const std::string& password,
                                              const std::string& address);
    std::optional<Session> findSession(std::string_view secret);
    void logOut(const std::string& sessionId);

    // First login: possible only while there is no user at all.
    bool anyUser() const;
    std::string newFirstLoginToken();  // replaces the one before; throws Error kConflict when there are users
    // Makes the first admin and logs in. Problem: wrong or old token, bad user name or password.
    Expected<Session> firstLogin(const std::string& token, const std::string& user,
                                 const std::string& password, const std::string& address);

    // Users. Problem: bad name, role or password. Errors: kNotFound, kConflict (exists; the last admin).
    std::vector<User> users() const;
    Expected<User> createUser(const std::string& name, const std::string& role, const std::string& password,
                              const Actor& actor);
    struct UserChange {
        std::optional<std::string> role, password;
        bool unlock = false;
    };
    Expected<User> changeUser(const std::string& name, const UserChange& change, const Actor& actor);
    void removeUser(const std::string& name, const Actor& actor);
    // Ends the user's other sessions. Wrong `current` counts as a failed login.
    tl::expected<void, LoginRefused> checkPassword(const std::string& user, const std::string& password,
                                                   const std::string& address);
    Expected<void> changeOwnPassword(const std::string& user, const std::string& password,
                                     const std::string& keepSession, const Actor& actor);

    // API tokens.
    std::vector<ApiToken> tokens() const;
    Expected<ApiToken> createToken(const std::string& name, const std::string& role, int days,
                                   const Actor& actor);
    void removeToken(const std::string& id, const Actor& actor);  // throws Error kNotFound
    std::optional<ApiToken> findToken(std::string_view secret);

    // Drops sessions, tokens and failures that are past; returns how many rows went.
    std::uint64_t sweep();

  private:
    Session openSession(db::Connection& connection, const std::string& user, const std::string& role);
    std::optional<std::chrono::seconds> wait(db::Connection& connection, const std::string& subject,
                                             int freeFailures) const;
    std::optional<LoginRefused> begin(const std::string& user, const std::string& address);
    bool matches(const std::string& user, const std::string& password, std::string& role);
    void forgive(db::Connection& connection, const std::string& user, const std::string& address);
    User viewOf(db::Connection& connection, const std::string& name) const;

    db::Database& database_;
    const AccountLimits limits_;
    const Clock clock_;
    const std::string wastedHash_;  // verified for unknown users, so that they cost the same time
};

}  // namespace weir
