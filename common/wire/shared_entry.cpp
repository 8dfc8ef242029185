#include "common/wire/shared_entry.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <tuple>

#include "common/base/error.h"

namespace weir {
namespace {

// A context of one thread, set up for SHA-256 once: fetching and allocating would cost more than the digest.
class Digest {
  public:
    Digest() : context_(EVP_MD_CTX_new()), sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) {
        if (!context_ || !sha256_) throw Error(ErrorCode::kInternal, "SHA-256 is missing in OpenSSL");
    }
    SharedKey of(std::initializer_list<std::string_view> parts) {
        bool good = EVP_DigestInit_ex(context_.get(), sha256_.get(), nullptr) == 1;
        for (const std::string_view part : parts) {
            const std::uint64_t length = part.size();
            std::uint8_t prefix[8];
            for (unsigned i = 0; i < 8; ++i) prefix[i] = static_cast<std::uint8_t>(length >> (8 * i));
            good = good && EVP_DigestUpdate(context_.get(), prefix, sizeof prefix) == 1 &&
                   EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1;
        }
        unsigned char whole[EVP_MAX_MD_SIZE];
        unsigned length = 0;
        if (!good || EVP_DigestFinal_ex(context_.get(), whole, &length) != 1)
            throw Error(ErrorCode::kInternal, "SHA-256 failed in OpenSSL");
        SharedKey key;
        std::copy_n(whole, key.size(), key.begin());
        return key;
    }

  private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
        void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
    };
    const std::unique_ptr<EVP_MD_CTX, Free> context_;
    const std::unique_ptr<EVP_MD, Free> sha256_;
};

template <class T>
bool raise(T& into, const T& other) {
    if (other <= into) return false;
    into = other;
    return true;
}

}  // namespace

SharedKey sharedKey(std::initializer_list<std::string_view> parts) {
    thread_local Digest digest;
    return digest.of(parts);
}

SharedSeconds toSharedSeconds(TimePoint time) {
    const std::int64_t seconds = toMillis(time) / 1000;
    return static_cast<SharedSeconds>(std::clamp<std::int64_t>(seconds, 0, UINT32_MAX));
}

Column columnOf(const NodeId& node, Column life) {
    char bytes[sizeof life];
    for (unsigned i = 0; i < sizeof life; ++i) bytes[i] = static_cast<char>(life >> (8 * i) & 0xff);
    const SharedKey key = sharedKey({"column", node.value, {bytes, sizeof bytes}});
    Column column = 0;
    for (unsigned i = 0; i < sizeof column; ++i) column = column << 8 | key[i];
    return column;
}

Column newLife() {
    std::random_device random;
    const Column high = random();
    return high << 32 | random();
}

bool join(TripletEntry& into, const TripletEntry& other) {
    bool changed = false;
    if (other.round > into.round || (other.round == into.round && other.first < into.first)) {
        into.round = other.round;
        into.first = other.first;
        changed = true;
    }
    changed = raise(into.passed, other.passed) || changed;
    return raise(into.until, other.until) || changed;
}

bool join(CountEntry& into, const CountEntry& other) {
    const bool changed = raise(into.amount, other.amount);
    return raise(into.until, other.until) || changed;
}

bool join(PoisonEntry& into, const PoisonEntry& other) {
    bool changed = false;
    if (std::tie(other.since, other.reason) < std::tie(into.since, into.reason)) {
        into.since = other.since;
        into.reason = other.reason;
        changed = true;
    }
    return raise(into.until, other.until) || changed;
}

bool believable(SharedSeconds until, TimePoint now) {
    return until <= toSharedSeconds(now + kSharedLongest);
}

}  // namespace weir
