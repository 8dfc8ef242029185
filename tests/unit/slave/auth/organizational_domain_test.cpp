#include "slave/auth/organizational_domain.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "common/base/error.h"
#include "tests/support/temp_folder.h"
#include "tests/support/thrown_code.h"

using namespace weir;

TEST_CASE("the organizational domain is the public suffix and one label") {
    const PublicSuffixes suffixes;
    const auto organizational = [&](const char* domain) { return suffixes.organizationalDomain(domain); };
    CHECK(organizational("example.com") == "example.com");
    CHECK(organizational("a.mail.example.com") == "example.com");
    CHECK(organizational("www.example.co.uk") == "example.co.uk");
    CHECK(organizational("b.c.kobe.jp") == "b.c.kobe.jp");        // *.kobe.jp
    CHECK(organizational("www.city.kobe.jp") == "city.kobe.jp");  // !city.kobe.jp
    CHECK(organizational("www.xn--85x722f.com.cn") == "xn--85x722f.com.cn");
    CHECK(organizational("www.xn--85x722f.xn--55qx5d.cn") == "xn--85x722f.xn--55qx5d.cn");
    CHECK(organizational("user.github.io") == "user.github.io");  // the private section counts
    CHECK(organizational("a.b.no-such-suffix") == "b.no-such-suffix");
}

TEST_CASE("a public suffix and a single label are their own organizational domains") {
    const PublicSuffixes suffixes;
    CHECK(suffixes.organizationalDomain("co.uk") == "co.uk");
    CHECK(suffixes.organizationalDomain("com") == "com");
    CHECK(suffixes.organizationalDomain("localhost") == "localhost");
    CHECK(suffixes.isPublicSuffix("co.uk"));
    CHECK_FALSE(suffixes.isPublicSuffix("example.co.uk"));
}

TEST_CASE("a list of one's own takes the place of the built-in one") {
    test::TempFolder folder;
    const std::string file = folder.path() / "list.dat";
    std::ofstream(file) << "// ours\ncom\nexample.com\n*.wild.test\n";
    const PublicSuffixes suffixes(file);
    CHECK(suffixes.organizationalDomain("a.b.example.com") == "b.example.com");
    CHECK(suffixes.organizationalDomain("a.b.c.wild.test") == "b.c.wild.test");
    CHECK(suffixes.organizationalDomain("www.example.co.uk") == "co.uk");
}

TEST_CASE("a list that cannot be read is refused") {
    test::TempFolder folder;
    CHECK(test::codeOf([&] { PublicSuffixes suffixes(folder.path() / "missing"); }) == ErrorCode::kIo);
    const std::string empty = folder.path() / "empty.dat";
    std::ofstream(empty) << "// nothing\n";
    CHECK(test::codeOf([&] { PublicSuffixes suffixes(empty); }) == ErrorCode::kIo);
}
