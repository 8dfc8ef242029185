#include "slave/quarantine/release_token.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "common/base/digest.h"

using namespace weir;

namespace {

const ItemId kItem{"0192f000-0000-7000-8000-000000000001"};
const std::string kKey = "the cluster's key";
const std::string kBody = "body\r\n";

std::string token(std::int64_t expires = 2'000'000'000'000) {
    return makeReleaseToken(kItem, releaseBodyDigest(kBody), fromMillis(expires), kKey);
}

std::string refusal(const std::string& value, const std::string& body = kBody, const std::string& key = kKey,
                    std::int64_t now = 1'900'000'000'000) {
    const auto item = verifyReleaseToken(value, releaseBodyDigest(body), fromMillis(now), key);
    return item ? "accepted" : item.error().what;
}

}  // namespace

TEST_CASE("a token's text is the one in FORMAT.md") {
    CHECK(token() ==
          "v1 item=0192f000-0000-7000-8000-000000000001 exp=2000000000 "
          "sig=" +
              toBase64Url(hmacSha256(
                  kKey, "weir-release\nv1\n" + kItem.value + "\n2000000000\n" + sha256Hex(kBody))));
}

TEST_CASE("a token is good for its body, its key and its time, and for nothing else") {
    CHECK(
        verifyReleaseToken(token(), releaseBodyDigest(kBody), fromMillis(1'900'000'000'000), kKey).value() ==
        kItem);
    CHECK(refusal(token(), "other\r\n") == "the signature is not this cluster's for this body");
    CHECK(refusal(token(), kBody, "other key") == "the signature is not this cluster's for this body");
    CHECK(refusal(token(), kBody, kKey, 2'000'000'000'001) == "expired");
    CHECK(refusal(token(), kBody, kKey, 2'000'000'000'000) == "accepted");
    CHECK(refusal(token(), kBody, "") == "this node has no release key yet");
}

TEST_CASE("no changed character of a token goes unseen") {
    const std::string good = token();
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string changed = good;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        REQUIRE(refusal(changed) != "accepted");
    }
    for (std::size_t length = 0; length < good.size(); ++length)
        REQUIRE(refusal(good.substr(0, length)) != "accepted");
}

TEST_CASE("a value that is no token is refused with what was expected") {
    for (const std::string& value :
         {std::string(), std::string("v2"), std::string("v1"), std::string("v1 item= exp= sig="),
          token() + " more=1", std::string("v1 item=x exp=1 sig=y"), std::string(100'000, ' '),
          "v1 item=" + kItem.value + " exp=99999999999999999999 sig=x",
          "v1 item=" + kItem.value + " exp=9223372036854775807 sig=x",
          "v1 item=" + kItem.value + " exp=-1x sig=x"})
        CHECK_FALSE(refusal(value).empty());
    CHECK(refusal("v2 item=x") == "not of version v1");
}

TEST_CASE("space that mail servers add around a token does no harm") {
    std::string folded = " " + token() + "\r\n";
    CHECK(refusal(folded) == "accepted");
}

TEST_CASE("the digest is that of the body as SMTP delivers it, from memory and from a whole mail") {
    CHECK(releaseBodyDigest("a\r\nb\r\n") == sha256Hex("a\r\nb\r\n"));
    CHECK(releaseBodyDigest("a\nb") == sha256Hex("a\r\nb\r\n"));
    CHECK(releaseBodyDigest("") == sha256Hex(""));
    const std::string large(200'000, 'x');
    for (const std::string& header : {std::string("Subject: x\r\n\r\n"), std::string("Subject: x\n\n"),
                                      "X: " + std::string(65'536 - 5, 'h') + "\r\n\r\n",
                                      "X: " + std::string(65'536 - 6, 'h') + "\r\n\r\n"})
        for (const std::string& body : {std::string(), std::string("a\nb"), large}) {
            std::istringstream mail(header + body);
            CHECK(releaseBodyDigestOf(mail) == releaseBodyDigest(body));
        }
    std::istringstream headerOnly("Subject: x\r\n");
    CHECK(releaseBodyDigestOf(headerOnly) == releaseBodyDigest(""));
}

TEST_CASE("without a key no token is made") {
    CHECK_THROWS_AS(makeReleaseToken(kItem, releaseBodyDigest(kBody), fromMillis(1), ""), Error);
}
