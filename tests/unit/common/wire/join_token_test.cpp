#include "common/wire/join_token.h"

#include <catch2/catch.hpp>

#include "common/base/digest.h"

using namespace weir;

namespace {

JoinToken sample() {
    return {ClusterId{newUuid()}, randomHex(16), std::string(64, 'c'), fromMillis(1'795'000'000'000)};
}

std::string reasonOf(std::string_view text) {
    const auto token = joinTokenFromText(text);
    return token ? "accepted" : token.error().what;
}

}  // namespace

TEST_CASE("a token comes back from its line, white space around it or not") {
    const JoinToken before = sample();
    const auto after = joinTokenFromText(" \t" + toText(before) + "\r\n");
    REQUIRE(after);
    CHECK(after->cluster == before.cluster);
    CHECK(after->secret == before.secret);
    CHECK(after->authorityFingerprint == before.authorityFingerprint);
    CHECK(after->expires == before.expires);
}

TEST_CASE("a token that lost or changed any character is called damaged") {
    const std::string line = toText(sample());
    for (std::size_t at = 6; at < line.size(); ++at) {
        std::string changed = line;
        changed[at] = changed[at] == '0' ? '1' : '0';
        std::string shorter = line;
        shorter.erase(at, 1);
        CHECK(reasonOf(changed) == "damaged when it was copied; paste the whole line again");
        CHECK(reasonOf(shorter) == "damaged when it was copied; paste the whole line again");
    }
}

TEST_CASE("what is no token is refused in words that help and never repeat it") {
    CHECK(reasonOf("") == "empty; paste the whole line that the console showed");
    CHECK(reasonOf("   \n") == "empty; paste the whole line that the console showed");
    CHECK(reasonOf("hunter2") == "this is no enrollment token; it begins with \"weir1.\"");
    CHECK(reasonOf("weir1." + std::string(600, 'a')) ==
          "this is no enrollment token; it begins with \"weir1.\"");
    CHECK(reasonOf("weir9.a.b.c.d.e").find("another version") != std::string::npos);
    std::string forged = "weir1.cluster.secret.digest.soon";
    CHECK(reasonOf(forged + "." + sha256Hex(forged).substr(0, 8)) == "not a token that a master makes");
}
