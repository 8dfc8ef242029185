// Time in the accounts: idle and old sessions, back-off, tokens and links that end. The clock is the test's.
#include <catch2/catch.hpp>

#include "master/service/accounts.h"
#include "master/service/password.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace std::chrono_literals;

namespace {

constexpr const char* kPassword = "correct horse battery";
const Actor kActor{"tester", "command line", "", "admin"};

struct House {
    House() { REQUIRE(accounts.createUser("ann", "operator", kPassword, kActor)); }
    tl::expected<Session, LoginRefused> logIn(const std::string& password = kPassword,
                                              const std::string& address = "192.0.2.1",
                                              const std::string& user = "ann") {
        return accounts.logIn(user, password, address);
    }
    test::TempFolder folder;
    std::unique_ptr<db::Database> database = db::openSqlite({(folder / "master.db").string()});
    TimePoint time = now();
    Accounts accounts{*database, {}, [this] { return time; }};
};

}  // namespace

TEST_CASE("a session ends after twelve idle hours, and after seven days however busy") {
    House it;
    const auto idle = it.logIn();
    it.time += 12h - 1ms;
    CHECK(it.accounts.findSession(idle->secret));
    it.time += 12h;
    CHECK_FALSE(it.accounts.findSession(idle->secret));
    const auto busy = it.logIn();
    for (int hours = 0; hours < 7 * 24 - 6; hours += 6) {
        it.time += 6h;
        REQUIRE(it.accounts.findSession(busy->secret));
    }
    it.time += 6h;
    CHECK_FALSE(it.accounts.findSession(busy->secret));
    CHECK(it.accounts.sweep() == 2);
}

TEST_CASE("the public id of a session opens nothing") {
    House it;
    const auto session = it.logIn();
    CHECK_FALSE(it.accounts.findSession(session->id));
    CHECK_FALSE(it.accounts.findToken(session->secret));
}

TEST_CASE("each wrong password above five doubles the wait, up to a quarter of an hour") {
    House it;
    for (int i = 0; i < 5; ++i) CHECK_FALSE(it.logIn("wrong").error().retryAfter);
    std::chrono::seconds expected = 5s;
    for (int i = 0; i < 12; ++i) {
        const auto refused = it.logIn("wrong");
        REQUIRE(refused.error().retryAfter);
        CHECK(*refused.error().retryAfter == expected);
        CHECK(it.logIn().error().retryAfter);  // the right one is not looked at either
        it.time += expected;
        CHECK_FALSE(it.logIn("wrong").error().retryAfter);
        expected = std::min<std::chrono::seconds>(expected * 2, 15min);
    }
    it.time += 15min;
    CHECK(it.logIn());
    CHECK_FALSE(it.logIn("wrong").error().retryAfter);
}

TEST_CASE("an address that guesses many users is slowed down, other addresses are not") {
    House it;
    for (int i = 0; i < 20; ++i)
        CHECK_FALSE(it.logIn("wrong", "192.0.2.66", "user" + std::to_string(i)).has_value());
    CHECK(it.logIn("wrong", "192.0.2.66", "another").error().retryAfter);
    CHECK(it.logIn(kPassword, "192.0.2.66").error().retryAfter);
    CHECK(it.logIn(kPassword, "192.0.2.1"));
}

TEST_CASE("a failure long ago is forgotten") {
    House it;
    for (int i = 0; i < 5; ++i) CHECK_FALSE(it.logIn("wrong"));
    CHECK(it.logIn("wrong").error().retryAfter);
    it.time += 2h;
    for (int i = 0; i < 5; ++i) CHECK_FALSE(it.logIn("wrong").error().retryAfter);
    CHECK(it.logIn("wrong").error().retryAfter);
}

TEST_CASE("tokens end on their day, and the one-time link after one") {
    House it;
    const auto token = it.accounts.createToken("ci", "auditor", 2, kActor);
    REQUIRE(token);
    it.time += 48h - 1ms;
    CHECK(it.accounts.findToken(token->secret)->role == "auditor");
    it.time += 1ms;
    CHECK_FALSE(it.accounts.findToken(token->secret));
    CHECK_FALSE(it.accounts.createToken("ci", "auditor", 366, kActor));
    CHECK_FALSE(it.accounts.createToken("ci", "root", 1, kActor));

    test::TempFolder folder;
    const auto empty = db::openSqlite({(folder / "master.db").string()});
    Accounts accounts(*empty, {}, [&] { return it.time; });
    const auto old = accounts.newFirstLoginToken();
    const auto link = accounts.newFirstLoginToken();
    CHECK(accounts.firstLogin(old, "ann", kPassword, "").error().where == "/token");
    it.time += 24h;
    CHECK(accounts.firstLogin(link, "ann", kPassword, "").error().where == "/token");
    CHECK(accounts.firstLogin(accounts.newFirstLoginToken(), "ann", kPassword, ""));
}

TEST_CASE("a user has only so many sessions: the oldest goes") {
    House it;
    const auto first = it.logIn();
    for (int i = 0; i < 50; ++i) {
        it.time += 1s;
        REQUIRE(it.logIn());
    }
    CHECK_FALSE(it.accounts.findSession(first->secret));
}

TEST_CASE("passwords that are guessed first are refused, long phrases are not") {
    for (const char* bad : {"", "short", "elevenchars", "aaaaaaaaaaaaaaaaaaaa", "PasswordPassword",
                            "123456789012", "benjamin1234", "tab\tin the middle", "not utf-8 \xff\xff\xff"}) {
        INFO(bad);
        CHECK(passwordProblem(bad, "benjamin", {}));
    }
    CHECK(passwordProblem(std::string(300, 'x') + "abcdef", "ben", {}));
    CHECK_FALSE(passwordProblem("vier Dächer im Regen", "ben", {}));
    const auto hash = hashPassword(kPassword);
    CHECK(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK(hash != hashPassword(kPassword));
    CHECK(verifyPassword(hash, kPassword));
    CHECK_FALSE(verifyPassword(hash, "correct horse batterx"));
    CHECK_FALSE(verifyPassword("no hash", kPassword));
}
