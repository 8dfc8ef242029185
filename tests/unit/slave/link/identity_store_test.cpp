#include <catch2/catch.hpp>

#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/wire/tls_identity.h"
#include "slave/link/enrollment.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

struct Sample {
    TempFolder folder;
    ClusterId cluster{newUuid()};
    std::string authorityKey = newPrivateKey();
    std::string authority = makeAuthority(authorityKey, cluster, 24h);
    std::string key = newPrivateKey();
    NodeIdentity identity;
    IdentityStore store{folder / "identity"};

    Sample() {
        identity.node.value = newUuid();
        identity.cluster = cluster;
        identity.name = "mx1";
        identity.masterEpoch = 3;
    }
    std::string certificate(const std::string& forKey, const NodeId& node) const {
        return signCertificate(authority, authorityKey, publicKeyOf(forKey),
                               {CertificateRole::kNode, cluster, node, {}}, 24h);
    }
    void save() { store.save(identity, certificate(key, identity.node), key, authority); }
};

}  // namespace

TEST_CASE("an identity is there after a restart, and none where none was saved") {
    Sample sample;
    CHECK_FALSE(sample.store.load());
    sample.save();
    IdentityStore again(sample.folder / "identity");
    const auto loaded = again.load();
    REQUIRE(loaded);
    CHECK(loaded->node == sample.identity.node);
    CHECK(loaded->cluster == sample.cluster);
    CHECK(loaded->masterEpoch == 3);
    CHECK(loaded->certificateExpires - loaded->certificateBegins == 25h);
    CHECK(std::filesystem::status(again.identityFile()).permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("an enrollment that was cut off leaves no identity") {
    Sample sample;
    sample.save();
    std::filesystem::remove(sample.folder / "identity/node.json");  // it is written last
    CHECK_FALSE(IdentityStore(sample.folder / "identity").load());
}

TEST_CASE("a damaged or foreign identity is refused with the file's name") {
    Sample sample;
    sample.save();
    const auto loadAgain = [&] { return IdentityStore(sample.folder / "identity").load(); };
    const std::string good = readFile(sample.store.identityFile());
    writeFileDurably(sample.store.identityFile(),
                     sample.certificate(newPrivateKey(), sample.identity.node) + sample.key);
    CHECK_THROWS_WITH(loadAgain(), Catch::Contains("node.pem"));
    writeFileDurably(sample.store.identityFile(),
                     sample.certificate(sample.key, NodeId{newUuid()}) + sample.key);
    CHECK_THROWS_WITH(loadAgain(), Catch::Contains("node.pem"));
    writeFileDurably(sample.store.identityFile(), good);
    CHECK(loadAgain());
    for (const char* text : {"", "{", "{}", R"({"format":2})"}) {
        writeFileDurably(sample.folder / "identity/node.json", text);
        CHECK_THROWS_WITH(loadAgain(),
                          Catch::Contains("node.json") && Catch::Contains("enroll this node again"));
    }
}

TEST_CASE("a renewed certificate replaces the old one at once, and a wrong one never") {
    Sample sample;
    sample.save();
    const std::uint64_t before = sample.store.generation();
    const std::string key = newPrivateKey();
    CHECK_THROWS_AS(sample.store.saveRenewed(sample.certificate(key, NodeId{newUuid()}), key), Error);
    CHECK_THROWS_AS(sample.store.saveRenewed(sample.certificate(key, sample.identity.node), sample.key),
                    Error);
    const std::string otherKey = newPrivateKey();
    const std::string otherAuthority = makeAuthority(otherKey, sample.cluster, 24h);
    CHECK_THROWS_AS(
        sample.store.saveRenewed(
            signCertificate(otherAuthority, otherKey, publicKeyOf(key),
                            {CertificateRole::kNode, sample.cluster, sample.identity.node, {}}, 24h),
            key),
        Error);
    CHECK(sample.store.generation() == before);
    sample.store.saveRenewed(sample.certificate(key, sample.identity.node), key);
    CHECK(sample.store.generation() > before);
    CHECK(fits(readFile(sample.store.identityFile()), key));
}

TEST_CASE("what a sync answer says is kept, and the epoch never falls") {
    Sample sample;
    sample.save();
    SyncAnswer answer;
    answer.name = "paris-1";
    answer.masterEpoch = 2;
    answer.releaseKey = toBase64Url(std::string(32, 'k'));
    sample.store.learn(answer);
    IdentityStore again(sample.folder / "identity");
    again.load();
    CHECK(again.current()->name == "paris-1");
    CHECK(again.current()->masterEpoch == 3);
    CHECK(again.current()->releaseKey == std::string(32, 'k'));
    answer.masterEpoch = 9;
    answer.releaseKey.clear();
    sample.store.learn(answer);
    again.load();
    CHECK(again.current()->masterEpoch == 9);
    CHECK(again.current()->releaseKey == std::string(32, 'k'));
}
