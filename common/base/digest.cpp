#include "common/base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "common/base/error.h"

namespace weir {
namespace {

constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

// Fetched once: looking a digest up by name takes a lock in OpenSSL 3.
const EVP_MD* sha256() {
    static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return digest;
}

}  // namespace

std::string toHex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::string toBase64Url(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 4 / 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6) text += kBase64Url[bits >> (count - 6) & 63];
    }
    if (count > 0) text += kBase64Url[bits << (6 - count) & 63];
    return text;
}

std::string fromBase64Url(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const auto value = kBase64Url.find(c);
        if (value == std::string_view::npos) return {};
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count & 0xff);
        }
    }
    return bytes;
}

std::string sha256Hex(std::string_view bytes) {
    Sha256 digest;
    digest.add(bytes);
    return digest.hex();
}

std::string hmacSha256(std::string_view key, std::string_view bytes) {
    std::string result(SHA256_DIGEST_LENGTH, '\0');
    unsigned length = SHA256_DIGEST_LENGTH;
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(),
              reinterpret_cast<unsigned char*>(result.data()), &length))
        throw Error(ErrorCode::kInternal, "HMAC-SHA256 failed in OpenSSL");
    return result;
}

bool equalSecret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    if (!state_->context || EVP_DigestInit_ex(state_->context, sha256(), nullptr) != 1)
        throw Error(ErrorCode::kInternal, "SHA-256 failed in OpenSSL");
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
    if (EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) != 1)
        throw Error(ErrorCode::kInternal, "SHA-256 failed in OpenSSL");
}

std::string Sha256::bytes() {
    std::string result(SHA256_DIGEST_LENGTH, '\0');
    unsigned length = SHA256_DIGEST_LENGTH;
    if (EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(result.data()), &length) != 1)
        throw Error(ErrorCode::kInternal, "SHA-256 failed in OpenSSL");
    return result;
}

std::string Sha256::hex() {
    return toHex(bytes());
}

Sha256 Sha256::copy() const {
    Sha256 other;
    if (EVP_MD_CTX_copy_ex(other.state_->context, state_->context) != 1)
        throw Error(ErrorCode::kInternal, "SHA-256 failed in OpenSSL");
    return other;
}

}  // namespace weir
