// Against a real slapd; skipped where there is none.
#include "slave/lookup/directory.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/private_slapd.h"

using namespace weir;
using weir::test::PrivateSlapd;

namespace {

constexpr const char* kPeople = R"(dn: cn=Jane,dc=example,dc=com
objectClass: inetOrgPerson
sn: Jane
mail: jane@example.com
departmentNumber: cn=managers,ou=groups,dc=example,dc=com
departmentNumber: plain group

dn: cn=Odd,dc=example,dc=com
objectClass: inetOrgPerson
sn: Odd
mail: o*(dd)@example.com

)";

bool skipped() {
    if (PrivateSlapd::installed()) return false;
    WARN("skipped: slapd is not installed");
    return true;
}

DirectorySettings settingsFor(const PrivateSlapd& server) {
    DirectorySettings settings;
    settings.url = server.url();
    settings.base = "dc=example,dc=com";
    settings.filter = "(mail=%s)";
    settings.groupAttribute = "departmentNumber";
    settings.timeout = std::chrono::seconds(6);
    settings.pause = std::chrono::milliseconds(0);
    return settings;
}

bool has(const DirectoryAnswer& answer, const std::string& group) {
    return std::find(answer.groups.begin(), answer.groups.end(), group) != answer.groups.end();
}

using State = DirectoryAnswer::State;

}  // namespace

TEST_CASE("a directory knows users and their groups, by full name and by their own") {
    if (skipped()) return;
    const PrivateSlapd server(kPeople);
    Directory directory(settingsFor(server));
    const DirectoryAnswer jane = directory.find("jane@example.com");
    CHECK(jane.state == State::kKnown);
    CHECK(has(jane, "cn=managers,ou=groups,dc=example,dc=com"));
    CHECK(has(jane, "managers"));
    CHECK(has(jane, "plain group"));
    CHECK(directory.find("joe@example.com").state == State::kUnknown);
}

TEST_CASE("an address is a value in the filter, whatever it holds") {
    if (skipped()) return;
    const PrivateSlapd server(kPeople);
    Directory directory(settingsFor(server));
    CHECK(directory.find("*").state == State::kUnknown);
    CHECK(directory.find("x)(mail=*").state == State::kUnknown);
    CHECK(directory.find("o*(dd)@example.com").state == State::kKnown);
    CHECK(ldapFilterValue("a*(b)\\\x01") == "a\\2a\\28b\\29\\5c\\01");
}

TEST_CASE("a wrong password, an empty one and a missing file leave everything unknown, and say so") {
    if (skipped()) return;
    const PrivateSlapd server(kPeople);
    DirectorySettings settings = settingsFor(server);
    settings.bindDn = "cn=admin,dc=example,dc=com";
    settings.passwordFile = (server.folder() / "password").string();
    CHECK(Directory(settings).find("jane@example.com").detail.find("cannot read the password file") == 0);
    std::ofstream(server.folder() / "password") << "\n";
    CHECK(Directory(settings).find("jane@example.com").detail.find("password file is empty") !=
          std::string::npos);
    std::ofstream(server.folder() / "password") << "wrong\n";
    const DirectoryAnswer wrong = Directory(settings).find("jane@example.com");
    CHECK(wrong.state == State::kUnavailable);
    CHECK(wrong.detail.find("directory log-in: Invalid credentials") == 0);
    std::ofstream(server.folder() / "password") << "secret\n";
    CHECK(Directory(settings).find("jane@example.com").state == State::kKnown);
}

TEST_CASE("a kept connection whose server was started again is no failure") {
    if (skipped()) return;
    PrivateSlapd server(kPeople);
    DirectorySettings settings = settingsFor(server);
    settings.remember = std::chrono::seconds(0);
    Directory directory(settings);
    CHECK(directory.find("jane@example.com").state == State::kKnown);
    server.kill();
    CHECK(directory.find("joe@example.com").state == State::kUnavailable);
    server.start();
    CHECK(directory.find("jane@example.com").state == State::kKnown);
}

TEST_CASE("what was answered is known while the server is away, and a server that hangs costs one time-out") {
    if (skipped()) return;
    PrivateSlapd server(kPeople);
    DirectorySettings settings = settingsFor(server);
    settings.timeout = std::chrono::seconds(6);
    settings.pause = std::chrono::minutes(1);
    Directory directory(settings);
    CHECK(directory.find("jane@example.com").state == State::kKnown);
    server.pause();
    CHECK(directory.find("jane@example.com").state == State::kKnown);
    CHECK(directory.find("joe@example.com").state == State::kUnavailable);
    CHECK(directory.find("ann@example.com").detail.find("left alone for a moment") == 0);
    server.resume();
}

TEST_CASE("a name that no server has is unavailable, and nothing throws") {
    DirectorySettings settings;
    settings.url = "ldap://127.0.0.1:1";
    settings.filter = "(mail=%s)";
    settings.groupAttribute = "memberOf";
    CHECK(Directory(settings).find("a@b.example").state == State::kUnavailable);
    settings.url = "nonsense";
    CHECK(Directory(settings).find("a@b.example").state == State::kUnavailable);
}
