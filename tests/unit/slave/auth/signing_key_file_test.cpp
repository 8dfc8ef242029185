#include "slave/auth/signing_key_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "common/base/durable_file.h"
#include "slave/auth/signing_key.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace weir::test;

namespace {

constexpr auto kEd25519 = DkimKey::Type::kEd25519;

template <class Callback>
ErrorCode codeOf(Callback callback) {
    try {
        callback();
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("nothing was thrown");
    return ErrorCode::kInternal;
}

}  // namespace

TEST_CASE("a key file is made for its owner alone, and what is told of it is the key's own record") {
    const TempFolder folder;
    const auto keys = folder / "keys";
    const SigningKeyFile made = makeSigningKeyFile(keys, "Example.ORG", "s1", kEd25519);
    CHECK(made.path == keys / "s1.example.org.pem");
    struct stat status {};
    REQUIRE(::stat(made.path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777u) == 0600);
    const SigningKey key = SigningKey::fromFile(made.path);
    CHECK(made.zoneLine == dkimZoneLine("example.org", "s1", key.publicRecord()));
    CHECK(readSigningKeyFile(keys, "example.org", "s1").zoneLine == made.zoneLine);
    const SigningKeyFile rsa = makeSigningKeyFile(keys, "example.org", "s2", DkimKey::Type::kRsa);
    CHECK(SigningKey::fromFile(rsa.path).bits() == 2048);
}

TEST_CASE("a key that is there is never written over") {
    const TempFolder folder;
    const SigningKeyFile made = makeSigningKeyFile(folder.path(), "example.org", "s1", kEd25519);
    const std::string before = readFile(made.path);
    CHECK(codeOf([&] { makeSigningKeyFile(folder.path(), "example.org", "s1", kEd25519); }) ==
          ErrorCode::kConflict);
    CHECK(readFile(made.path) == before);
    std::filesystem::create_symlink("nowhere", folder / "s2.example.org.pem");
    CHECK(codeOf([&] { makeSigningKeyFile(folder.path(), "example.org", "s2", kEd25519); }) ==
          ErrorCode::kConflict);
}

TEST_CASE("what is no domain or no selector makes no file") {
    const TempFolder folder;
    for (const char* selector : {"", "a/b", "..", ".a", "a.", "a..b", "a b", "ü", "../x", "a_b"})
        CHECK(codeOf([&] { makeSigningKeyFile(folder.path(), "example.org", selector, kEd25519); }) ==
              ErrorCode::kInvalid);
    for (const char* domain : {"", "a/b", "../example.org", "exam ple.org", "-"})
        CHECK(codeOf([&] { makeSigningKeyFile(folder.path(), domain, "s1", kEd25519); }) ==
              ErrorCode::kInvalid);
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK(codeOf([&] { readSigningKeyFile(folder.path(), "example.org", "none"); }) == ErrorCode::kNotFound);
}

TEST_CASE("a key that root makes belongs to whom its folder belongs") {
    if (::geteuid() != 0) {
        WARN("not root: left out");
        return;
    }
    const TempFolder folder;
    REQUIRE(::chown(folder.path().c_str(), 4711, 4712) == 0);
    const SigningKeyFile made = makeSigningKeyFile(folder / "keys", "example.org", "s1", kEd25519);
    struct stat status {};
    REQUIRE(::stat(made.path.c_str(), &status) == 0);
    CHECK(status.st_uid == 4711);
    CHECK(status.st_gid == 4712);
}
