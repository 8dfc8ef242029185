#include "slave/auth/signing_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <catch2/catch.hpp>

#include "common/base/durable_file.h"
#include "common/mail/transfer_encoding.h"
#include "signed_mail.h"
#include "slave/auth/dkim_keys.h"
#include "tests/support/temp_folder.h"
#include "tests/support/thrown_code.h"

using namespace weir;
using namespace weir::test;

namespace {

struct FreeSsl {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(BIGNUM* number) const { BN_free(number); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeSsl>;

std::string pemOf(const KeyPtr& key, const EVP_CIPHER* cipher = nullptr) {
    const std::unique_ptr<BIO, FreeSsl> bio(BIO_new(BIO_s_mem()));
    char passphrase[] = "secret";
    REQUIRE(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), cipher, passphrase, 6, nullptr, nullptr) ==
            1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

KeyPtr rsaWithExponent(const char* decimal) {
    const std::unique_ptr<EVP_PKEY_CTX, FreeSsl> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    BIGNUM* exponent = nullptr;
    BN_dec2bn(&exponent, decimal);
    const std::unique_ptr<BIGNUM, FreeSsl> owner(exponent);
    EVP_PKEY* key = nullptr;
    REQUIRE((EVP_PKEY_keygen_init(context.get()) == 1 &&
             EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), 1024) == 1 &&
             EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), exponent) == 1 &&
             EVP_PKEY_generate(context.get(), &key) == 1));
    return KeyPtr(key);
}

// "v=DKIM1; p=" and the key in DER: SubjectPublicKeyInfo, or the bare RSAPublicKey.
std::string recordOf(const KeyPtr& key, bool bare) {
    unsigned char* der = nullptr;
    const int size = bare ? i2d_PublicKey(key.get(), &der) : i2d_PUBKEY(key.get(), &der);
    REQUIRE(size > 0);
    std::string record = "v=DKIM1; p=";
    appendBase64(record, {reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return record;
}

}  // namespace

TEST_CASE("a key that was made is read from its file, signs, and its record verifies") {
    const TempFolder folder;
    for (const DkimKey::Type type : {DkimKey::Type::kRsa, DkimKey::Type::kEd25519}) {
        const NewSigningKey made = makeSigningKey(type);
        CHECK(made.pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        writeFileDurably(folder / "key.pem", made.pem, 0600);
        const SigningKey key = SigningKey::fromFile(folder / "key.pem");
        CHECK(key.publicRecord() == made.record);
        CHECK(key.bits() == (type == DkimKey::Type::kRsa ? 2048 : 256));
        const auto record = DkimKey::parse(made.record);
        REQUIRE(record);
        CHECK(record->type() == type);
        CHECK(record->fits(key.algorithm()));
        const std::string digest(32, 'd');
        CHECK(record->verifies(digest, key.sign(digest)));
        CHECK_FALSE(record->verifies(std::string(32, 'e'), key.sign(digest)));
        CHECK_FALSE(record->verifies(digest, ""));
        CHECK_FALSE(record->verifies(digest, "short"));
    }
}

TEST_CASE("a key file that others may read is refused") {
    const TempFolder folder;
    const std::string pem = makeSigningKey(DkimKey::Type::kEd25519).pem;
    for (const unsigned mode : {0644u, 0604u, 0666u, 0660u, 0602u, 0601u}) {
        writeFileDurably(folder / "key.pem", pem, mode);
        std::filesystem::permissions(folder / "key.pem", static_cast<std::filesystem::perms>(mode));
        INFO(mode);
        CHECK(codeOf([&] { SigningKey::fromFile(folder / "key.pem"); }) == ErrorCode::kDenied);
    }
    for (const unsigned mode : {0600u, 0640u, 0440u}) {
        std::filesystem::permissions(folder / "key.pem", static_cast<std::filesystem::perms>(mode));
        CHECK(SigningKey::fromFile(folder / "key.pem").bits() == 256);
    }
    CHECK(codeOf([&] { SigningKey::fromFile(folder / "none.pem"); }) == ErrorCode::kNotFound);
    CHECK(codeOf([&] { SigningKey::fromFile(folder.path()); }) == ErrorCode::kInvalid);
}

TEST_CASE("what is no key to sign with is refused, and never asks for a passphrase") {
    const KeyPtr ed(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    const std::string encrypted = pemOf(ed, EVP_aes_256_cbc());
    const std::string elliptic = pemOf(KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")));
    const std::string weak = pemOf(KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{768})));
    for (const std::string& bad : {std::string(), std::string("nonsense"), encrypted, elliptic, weak})
        CHECK(codeOf([&] { SigningKey::fromPem(bad); }) == ErrorCode::kInvalid);
    CHECK(SigningKey::fromPem(pemOf(ed)).bits() == 256);
    CHECK(codeOf([] { makeSigningKey(DkimKey::Type::kRsa, 1024); }) == ErrorCode::kInvalid);
    CHECK(codeOf([] { makeSigningKey(DkimKey::Type::kRsa, 16384); }) == ErrorCode::kInvalid);
}

TEST_CASE("a record is cut into strings that a zone file can hold") {
    const std::string record = "v=DKIM1; p=" + std::string(300, 'A');
    CHECK(dkimZoneLine("example.org", "s1", record) == "s1._domainkey.example.org. IN TXT ( \"" +
                                                           record.substr(0, 255) + "\" \"" +
                                                           record.substr(255) + "\" )");
}

TEST_CASE("keys of names that are not ASCII are asked for in their ASCII form") {
    CHECK(dkimKeyName("example.org", "s1") == "s1._domainkey.example.org");
    CHECK(dkimKeyName("b\xc3\xbc"
                      "cher.example",
                      "s1") == "s1._domainkey.xn--bcher-kva.example");
}

TEST_CASE("a public key has limits of size") {
    const std::string record = rsaKey().publicRecord();
    DkimKeyLimits limits;
    limits.minRsaBits = 2049;
    CHECK(DkimKey::parse(record, limits)->weak());
    limits.minRsaBits = 2048;
    limits.maxRsaBits = 2047;
    CHECK_FALSE(DkimKey::parse(record, limits));
    limits.maxRsaBits = 2048;
    CHECK_FALSE(DkimKey::parse(record, limits)->weak());
    limits.record.bytes = record.size() - 1;
    CHECK_FALSE(DkimKey::parse(record, limits));
}

TEST_CASE("an RSA key is read from whole DER alone") {
    const std::string record = rsaKey().publicRecord();
    const std::size_t data = record.find("p=") + 2;
    for (std::size_t size = data + 4; size < record.size(); size += 4)
        CHECK_FALSE(DkimKey::parse(record.substr(0, size)));
    CHECK(DkimKey::parse(record).has_value());
    const KeyPtr elliptic(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
    CHECK_FALSE(DkimKey::parse(recordOf(elliptic, false)));
}

TEST_CASE("an RSA key with a large exponent is refused, a bare RSAPublicKey is read") {
    const KeyPtr usual = rsaWithExponent("65537"),
                 large = rsaWithExponent("36893488147419103363");  // 66 bits
    for (const bool bare : {false, true}) {
        CHECK(DkimKey::parse(recordOf(usual, bare))->bits() == 1024);
        CHECK_FALSE(DkimKey::parse(recordOf(large, bare)));
        CHECK_FALSE(DkimKey::parse(recordOf(usual, bare) + "AAAA"));  // more than a key
        const std::string digest(32, 'd');
        const auto key = DkimKey::parse(recordOf(usual, bare));
        CHECK(key->verifies(digest, SigningKey::fromPem(pemOf(usual)).sign(digest)));
    }
}
