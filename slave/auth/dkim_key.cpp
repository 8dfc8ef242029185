#include "slave/auth/dkim_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr int kMaxExponentBits = 64;

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(BIGNUM* number) const { BN_free(number); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

bool listed(std::string_view list, std::string_view wanted) {
    const auto pieces = colonList(list);
    return std::any_of(pieces.begin(), pieces.end(),
                       [&](std::string_view piece) { return equalIgnoringCase(piece, wanted); });
}

// SubjectPublicKeyInfo, or the bare RSAPublicKey that section 3.6.1 also speaks of.
KeyPtr rsaKey(std::string_view der) {
    const unsigned char* at = raw(der);
    const unsigned char* const end = at + der.size();
    KeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
    if (!key) {
        at = raw(der);
        key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size())));
    }
    ERR_clear_error();
    if (key && (at != end || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)) key.reset();
    return key;
}

// A large exponent makes each verification as dear as a signature.
bool hasSmallExponent(const EVP_PKEY* key) {
    BIGNUM* e = nullptr;
    const bool got = EVP_PKEY_get_bn_param(key, "e", &e) == 1;
    const std::unique_ptr<BIGNUM, FreeKey> owner(e);
    return got && BN_num_bits(e) <= kMaxExponentBits;
}

bool rsaVerifies(EVP_PKEY* key, std::string_view digest, std::string_view signature) {
    const std::unique_ptr<EVP_PKEY_CTX, FreeKey> context(EVP_PKEY_CTX_new(key, nullptr));
    return context && EVP_PKEY_verify_init(context.get()) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
           EVP_PKEY_verify(context.get(), raw(signature), signature.size(), raw(digest), digest.size()) == 1;
}

bool ed25519Verifies(EVP_PKEY* key, std::string_view digest, std::string_view signature) {
    const std::unique_ptr<EVP_MD_CTX, FreeKey> context(EVP_MD_CTX_new());
    return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(digest), digest.size()) == 1;
}

}  // namespace

struct DkimKey::Handle {
    KeyPtr key;
};

DkimKey::DkimKey() : handle_(std::make_unique<Handle>()) {}
DkimKey::~DkimKey() = default;
DkimKey::DkimKey(DkimKey&&) noexcept = default;
DkimKey& DkimKey::operator=(DkimKey&&) noexcept = default;

Expected<DkimKey> DkimKey::parse(std::string_view record, const DkimKeyLimits& limits) {
    const auto list = TagList::parse(record, limits.record);
    if (!list) return problem("key record", list.error().text());
    if (const Tag* version = list->find("v")) {
        if (version != &list->tags().front() || version->value != "DKIM1")
            return problem("key record", "v= is not DKIM1 at the front");
    }
    const auto data = list->value("p");
    if (!data) return problem("key record", "p= is missing");
    if (data->empty()) return problem("", "the key is revoked");
    if (!listed(list->value("s").value_or("*"), "*") && !listed(*list->value("s"), "email"))
        return problem("", "the key is not for mail");
    DkimKey key;
    const std::string_view type = list->value("k").value_or("rsa");
    if (equalIgnoringCase(type, "ed25519")) {
        key.type_ = Type::kEd25519;
    } else if (!equalIgnoringCase(type, "rsa")) {
        return problem("", "a key of a type that is not known");
    }
    const auto bytes = decodedBase64(*data);
    if (!bytes) return problem("key record", "p= is not base64");
    if (key.type_ == Type::kRsa) {
        key.handle_->key = rsaKey(*bytes);
    } else {
        key.handle_->key.reset(
            EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(*bytes), bytes->size()));
        ERR_clear_error();
    }
    EVP_PKEY* const handle = key.handle_->key.get();
    if (!handle) return problem("key record", "p= is no key of that type");
    key.bits_ = key.type_ == Type::kRsa ? static_cast<unsigned>(EVP_PKEY_get_bits(handle)) : 256;
    if (key.type_ == Type::kRsa && (key.bits_ > limits.maxRsaBits || !hasSmallExponent(handle)))
        return problem("", "a key of " + std::to_string(key.bits_) + " bits is too dear to use");
    key.weak_ = key.type_ == Type::kRsa && key.bits_ < limits.minRsaBits;
    const std::string_view flags = list->value("t").value_or("");
    key.testing_ = listed(flags, "y");
    key.sameDomainOnly_ = listed(flags, "s");
    key.sha256_ = !list->find("h") || listed(*list->value("h"), "sha256");
    return key;
}

bool DkimKey::fits(DkimAlgorithm algorithm) const {
    const DkimAlgorithm own = type_ == Type::kRsa ? DkimAlgorithm::kRsaSha256 : DkimAlgorithm::kEd25519Sha256;
    return algorithm == own && sha256_;
}

bool DkimKey::verifies(std::string_view digest, std::string_view signature) const {
    EVP_PKEY* const key = handle_->key.get();
    const bool good =
        type_ == Type::kRsa ? rsaVerifies(key, digest, signature) : ed25519Verifies(key, digest, signature);
    ERR_clear_error();
    return good;
}

bool looksLikeDkimKey(std::string_view record) {
    record = trimmed(record);
    const auto list = TagList::parse(record);
    if (list && list->find("v")) return list->value("v") == "DKIM1";
    return (list && list->find("p")) || record.starts_with("v=DKIM1");
}

}  // namespace weir
