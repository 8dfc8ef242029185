#include "slave/auth/dkim_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr unsigned kMaxExponentBits = 64;  // a large one makes each verification as dear as a signature

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
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

// One definite-length element of DER (X.690) after the other. What OpenSSL's own decoder takes for a public
// key is six times what verifying with it does.
class DerReader {
  public:
    explicit DerReader(std::string_view bytes) : bytes_(bytes) {}
    bool ended() const { return bytes_.empty(); }
    bool next(unsigned char tag) const { return !bytes_.empty() && raw(bytes_)[0] == tag; }

    // Its content; nullopt when it is of another tag, or not whole.
    std::optional<std::string_view> take(unsigned char tag) {
        if (!next(tag) || bytes_.size() < 2) return std::nullopt;
        std::size_t size = raw(bytes_)[1], header = 2;
        if (size >= 0x80) {
            const std::size_t digits = size - 0x80;
            if (digits < 1 || digits > 2 || bytes_.size() < 2 + digits) return std::nullopt;
            size = 0;
            for (; header < 2 + digits; ++header) size = size << 8 | raw(bytes_)[header];
        }
        if (bytes_.size() - header < size) return std::nullopt;
        const std::string_view content = bytes_.substr(header, size);
        bytes_.remove_prefix(header + size);
        return content;
    }

  private:
    std::string_view bytes_;
};

constexpr unsigned char kInteger = 0x02, kBitString = 0x03, kSequence = 0x30;
constexpr std::string_view kRsaEncryption("\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01", 11);

struct RsaNumbers {
    std::string_view modulus, exponent;  // without leading zeros
};

unsigned bitsOf(std::string_view number) {
    if (number.empty()) return 0;
    const auto first = static_cast<unsigned>(std::bit_width(static_cast<unsigned>(raw(number)[0])));
    return static_cast<unsigned>(number.size() - 1) * 8 + first;
}

std::optional<std::string_view> takeNumber(DerReader& reader) {
    auto number = reader.take(kInteger);
    if (!number || number->empty() || raw(*number)[0] >= 0x80) return std::nullopt;
    while (!number->empty() && number->front() == 0) number->remove_prefix(1);
    return number;
}

std::optional<RsaNumbers> bareRsaNumbers(std::string_view der) {
    DerReader outer(der);
    const auto sequence = outer.take(kSequence);
    if (!sequence || !outer.ended()) return std::nullopt;
    DerReader inner(*sequence);
    const auto modulus = takeNumber(inner), exponent = takeNumber(inner);
    if (!modulus || !exponent || !inner.ended()) return std::nullopt;
    return RsaNumbers{*modulus, *exponent};
}

// SubjectPublicKeyInfo, or the bare RSAPublicKey that section 3.6.1 also speaks of.
std::optional<RsaNumbers> rsaNumbers(std::string_view der) {
    DerReader outer(der);
    const auto sequence = outer.take(kSequence);
    if (!sequence || !outer.ended()) return std::nullopt;
    DerReader inner(*sequence);
    if (inner.next(kInteger)) return bareRsaNumbers(der);
    const auto algorithm = inner.take(kSequence), bits = inner.take(kBitString);
    if (!algorithm || !algorithm->starts_with(kRsaEncryption) || !bits || !bits->starts_with('\0') ||
        !inner.ended())
        return std::nullopt;
    return bareRsaNumbers(bits->substr(1));
}

KeyPtr rsaKey(const RsaNumbers& numbers) {
    // OpenSSL wants numbers in the byte order of the machine.
    std::string modulus(numbers.modulus), exponent(numbers.exponent);
    if constexpr (std::endian::native == std::endian::little) {
        std::reverse(modulus.begin(), modulus.end());
        std::reverse(exponent.begin(), exponent.end());
    }
    const auto bytes = [](std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); };
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_BN("n", bytes(modulus), modulus.size()),
                               OSSL_PARAM_construct_BN("e", bytes(exponent), exponent.size()),
                               OSSL_PARAM_construct_end()};
    const std::unique_ptr<EVP_PKEY_CTX, FreeKey> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = nullptr;
    ERR_clear_error();
    return KeyPtr(key);
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
        const auto numbers = rsaNumbers(*bytes);
        if (!numbers) return problem("key record", "p= is no RSA key");
        key.bits_ = bitsOf(numbers->modulus);
        if (key.bits_ > limits.maxRsaBits || bitsOf(numbers->exponent) > kMaxExponentBits)
            return problem("", "a key of " + std::to_string(key.bits_) + " bits is too dear to use");
        key.weak_ = key.bits_ < limits.minRsaBits;
        if (!key.weak_) key.handle_->key = rsaKey(*numbers);
    } else {
        key.bits_ = 256;
        key.handle_->key.reset(
            EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(*bytes), bytes->size()));
        ERR_clear_error();
    }
    if (!key.weak_ && !key.handle_->key) return problem("key record", "p= is no key of that type");
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
