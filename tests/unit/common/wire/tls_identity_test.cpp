#include "common/wire/tls_identity.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <catch2/catch.hpp>

using namespace weir;
using namespace std::chrono_literals;

namespace {

struct Authority {
    ClusterId cluster{newUuid()};
    std::string key = newPrivateKey();
    std::string certificate = makeAuthority(key, cluster, 1h * 24 * 3650);
};

std::string rsaKey() {
    EVP_PKEY* key = EVP_RSA_gen(2048);
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    const std::string pem(bytes, static_cast<std::size_t>(size));
    BIO_free(out);
    EVP_PKEY_free(key);
    return pem;
}

}  // namespace

TEST_CASE("a certificate tells cluster, role, names and life") {
    const Authority ca;
    const std::string key = newPrivateKey();
    const CertificateSubject master{
        CertificateRole::kMaster, ca.cluster, {}, {"weir.example", "192.0.2.1", "2001:db8::1"}};
    const auto facts =
        readCertificate(signCertificate(ca.certificate, ca.key, publicKeyOf(key), master, 24h));
    REQUIRE(facts);
    CHECK(facts->subject.role == CertificateRole::kMaster);
    CHECK(facts->subject.cluster == ca.cluster);
    CHECK(facts->subject.names == master.names);
    CHECK(facts->fingerprint.size() == 64);
    CHECK(facts->expires - facts->begins == 25h);

    const NodeId node{newUuid()};
    const auto nodeFacts = readCertificate(signCertificate(
        ca.certificate, ca.key, publicKeyOf(key), {CertificateRole::kNode, ca.cluster, node, {}}, 24h));
    REQUIRE(nodeFacts);
    CHECK(nodeFacts->subject.role == CertificateRole::kNode);
    CHECK(nodeFacts->subject.node == node);
    CHECK(nodeFacts->fingerprint != facts->fingerprint);

    const auto authority = readCertificate(ca.certificate);
    REQUIRE(authority);
    CHECK(authority->subject.role == CertificateRole::kAuthority);
}

TEST_CASE("a signature of another authority of the same cluster id does not count") {
    const Authority ours;
    Authority other;
    other.certificate = makeAuthority(other.key, ours.cluster, 24h);
    const std::string certificate =
        signCertificate(other.certificate, other.key, publicKeyOf(newPrivateKey()),
                        {CertificateRole::kNode, ours.cluster, NodeId{newUuid()}, {}}, 24h);
    CHECK(isSignedBy(certificate, other.certificate));
    CHECK_FALSE(isSignedBy(certificate, ours.certificate));
}

TEST_CASE("a certificate fits its own key only") {
    const Authority ca;
    CHECK(fits(ca.certificate, ca.key));
    CHECK_FALSE(fits(ca.certificate, newPrivateKey()));
}

TEST_CASE("a signing request gives the key it was made for") {
    const std::string key = newPrivateKey();
    const auto read = publicKeyOfRequest(newSigningRequest(key));
    REQUIRE(read);
    CHECK(*read == publicKeyOf(key));
}

TEST_CASE("a signing request that is damaged or for another kind of key is refused") {
    CHECK_FALSE(publicKeyOfRequest(""));
    CHECK_FALSE(
        publicKeyOfRequest("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"));
    CHECK_FALSE(publicKeyOfRequest(newSigningRequest(rsaKey())));
    std::string request = newSigningRequest(newPrivateKey());
    // A flipped letter in the signature at the end: well-formed, wrongly signed.
    const std::size_t at = request.find("\n-----END") - 8;
    request[at] = request[at] == 'A' ? 'B' : 'A';
    CHECK_FALSE(publicKeyOfRequest(request));
}

TEST_CASE("what is no certificate of a cluster is refused") {
    CHECK_FALSE(readCertificate(""));
    CHECK_FALSE(readCertificate("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"));
    CHECK_THROWS_AS(fits("x", newPrivateKey()), Error);
    CHECK_THROWS_AS(publicKeyOf("x"), Error);
}

TEST_CASE("renewal is due when a third of the life is left") {
    CHECK(toMillis(renewalTime(fromMillis(1000), fromMillis(4000))) == 3000);
}
