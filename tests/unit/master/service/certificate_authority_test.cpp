#include "master/service/certificate_authority.h"

#include <catch2/catch.hpp>

#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/wire/tls_identity.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

std::filesystem::perms modeOf(const std::filesystem::path& file) {
    return std::filesystem::status(file).permissions();
}

constexpr auto kOwnerOnly = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;

}  // namespace

TEST_CASE("an authority is made once and is the same at every start") {
    TempFolder folder;
    const CertificateAuthority first(folder / "ca");
    const CertificateAuthority second(folder / "ca");
    CHECK(isUuid(first.clusterId().value));
    CHECK(second.clusterId() == first.clusterId());
    CHECK(second.fingerprint() == first.fingerprint());
    CHECK(second.releaseKey() == first.releaseKey());
    CHECK(first.releaseKey().size() == 32);
    CHECK(modeOf(folder / "ca/ca.key") == kOwnerOnly);
    CHECK(modeOf(folder / "ca/release.key") == kOwnerOnly);
}

TEST_CASE("a CA folder with a foreign or readable key is refused") {
    TempFolder folder;
    { CertificateAuthority made(folder / "ca"); }
    std::filesystem::permissions(folder / "ca/ca.key", std::filesystem::perms::group_read,
                                 std::filesystem::perm_options::add);
    CHECK_THROWS_WITH(CertificateAuthority(folder / "ca"), Catch::Contains("can be read by others"));
    writeFileDurably(folder / "ca/ca.key", newPrivateKey(), 0600);
    CHECK_THROWS_WITH(CertificateAuthority(folder / "ca"), Catch::Contains("is not the key of"));
    writeFileDurably(folder / "ca/ca.pem", "something else");
    CHECK_THROWS_WITH(CertificateAuthority(folder / "ca"),
                      Catch::Contains("is not the CA of a Weir cluster"));
}

TEST_CASE("an authority that was half made when the power went is made anew") {
    TempFolder folder;
    { CertificateAuthority made(folder / "ca"); }
    std::filesystem::remove(folder / "ca/ca.pem");  // it is written last
    CHECK_NOTHROW(CertificateAuthority(folder / "ca"));
}

TEST_CASE("the server certificate stays until its names change or a third of its life is left") {
    TempFolder folder;
    CertificateAuthority authority(folder / "ca");
    const auto files = authority.serverCertificate({"weir.example", "192.0.2.1", "0.0.0.0"});
    const std::string first = readFile(files.certificate);
    const auto facts = readCertificate(first);
    REQUIRE(facts);
    CHECK(facts->subject.role == CertificateRole::kMaster);
    const auto& names = facts->subject.names;
    for (const char* name : {"weir.example", "192.0.2.1", "localhost", "127.0.0.1", "::1"})
        CHECK(std::find(names.begin(), names.end(), name) != names.end());
    CHECK(std::find(names.begin(), names.end(), "0.0.0.0") == names.end());
    CHECK(isSignedBy(first, authority.certificatePem()));
    CHECK(modeOf(files.key) == kOwnerOnly);
    // The chain ends with the CA: what a token pins is shown to who has nothing yet.
    CHECK(first.find(authority.certificatePem()) != std::string::npos);

    authority.serverCertificate({"192.0.2.1", "weir.example", "0.0.0.0"});
    CHECK(readFile(files.certificate) == first);
    authority.serverCertificate({"other.example"});
    const std::string second = readFile(files.certificate);
    CHECK(second != first);

    CertificateAuthority shortLived(folder / "ca", {.server = 20min});  // two thirds have passed at birth
    shortLived.serverCertificate({"a.example"});
    const std::string third = readFile(files.certificate);
    shortLived.serverCertificate({"a.example"});
    CHECK(readFile(files.certificate) != third);
}

TEST_CASE("a node's certificate is for the id the master gave, whatever the request says") {
    TempFolder folder;
    CertificateAuthority authority(folder / "ca");
    const std::string key = newPrivateKey();
    const NodeId node{newUuid()};
    const auto issued = authority.issueNode(newSigningRequest(key), node);
    REQUIRE(issued);
    const auto facts = readCertificate(issued->pem);
    REQUIRE(facts);
    CHECK(facts->subject.node == node);
    CHECK(facts->subject.cluster == authority.clusterId());
    CHECK(facts->fingerprint == issued->fingerprint);
    CHECK(facts->expires == issued->expires);
    CHECK(fits(issued->pem, key));
    CHECK_FALSE(authority.issueNode("no request", node));
}
