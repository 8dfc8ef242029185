#include "slave/filter/fingerprint.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("the order of recipients does not change a mail's fingerprint") {
    CHECK(mailFingerprint("s", {"a", "b"}, "x") == mailFingerprint("s", {"b", "a"}, "x"));
}

TEST_CASE("sender, recipients and bytes each change the fingerprint") {
    const std::string one = mailFingerprint("s", {"a", "b"}, "x");
    CHECK(one.size() == 64);
    CHECK(mailFingerprint("t", {"a", "b"}, "x") != one);
    CHECK(mailFingerprint("s", {"a"}, "x") != one);
    CHECK(mailFingerprint("s", {"a", "b"}, "y") != one);
}

TEST_CASE("fields cannot be shifted into one another") {
    CHECK(mailFingerprint("s", {"ab"}, "x") != mailFingerprint("s", {"a", "b"}, "x"));
    CHECK(mailFingerprint("sa", {}, "x") != mailFingerprint("s", {"a"}, "x"));
    CHECK(mailFingerprint("", {"a"}, "1:b") != mailFingerprint("", {"a", "b"}, ""));
}
