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

TEST_CASE("of a large mail the size and both ends count") {
    const auto of = [](std::size_t size, std::size_t changed) {
        std::string bytes(size, 'x');
        if (changed < size) bytes[changed] = 'y';
        return mailFingerprint("s", {"a"}, bytes);
    };
    const std::size_t size = 4 * kFingerprintEnd;
    const std::string one = of(size, size);
    CHECK(of(size + 1, size + 1) != one);
    CHECK(of(size, 0) != one);
    CHECK(of(size, kFingerprintEnd - 1) != one);
    CHECK(of(size, size - kFingerprintEnd) != one);
    CHECK(of(size, size - 1) != one);
    CHECK(of(size, size / 2) == one);
    for (const std::size_t small : {kFingerprintEnd, kFingerprintEnd + 1, 2 * kFingerprintEnd})
        for (const std::size_t changed : {std::size_t{0}, small / 2, small - 1})
            CHECK(of(small, changed) != of(small, small));
}
