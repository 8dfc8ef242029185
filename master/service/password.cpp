#include "master/service/password.h"

#include <argon2.h>

#include <algorithm>
#include <array>
#include <semaphore>
#include <set>

#include "common/base/ids.h"
#include "common/base/utf8.h"

namespace weir {

namespace {

constexpr std::uint32_t kPasses = 2, kMemoryKiB = 19456, kLanes = 1;
constexpr std::size_t kSaltBytes = 16, kHashBytes = 32, kEncodedBytes = 160;
constexpr std::size_t kDistinct = 5;

// Memory, not time, is what many logins at once would cost.
std::counting_semaphore<4>& slots() {
    static std::counting_semaphore<4> semaphore(4);
    return semaphore;
}
struct Slot {
    Slot() { slots().acquire(); }
    ~Slot() { slots().release(); }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
};

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

// The long ones among the passwords that attackers try first.
constexpr std::array<const char*, 10> kCommon = {
    "password1234", "passwordpassword", "123456789012",   "1234567890123", "qwertyuiop12",
    "qwertyuiopas", "administrator",    "letmeinletmein", "iloveyou1234",  "changeme1234"};

}  // namespace

std::optional<Problem> passwordProblem(const std::string& password, const std::string& user,
                                       const PasswordRules& rules) {
    const auto wrong = [](std::string what) { return Problem{"/password", std::move(what)}; };
    if (validUtf8(password) != password) return wrong("is not valid UTF-8");
    if (utf8Characters(password) < rules.low)
        return wrong("has fewer than " + std::to_string(rules.low) + " characters");
    if (password.size() > rules.high) return wrong("is over " + std::to_string(rules.high) + " bytes");
    for (const char c : password)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return wrong("has a control character");
    if (std::set<char>(password.begin(), password.end()).size() < kDistinct)
        return wrong("repeats fewer than five characters");
    const auto low = lowered(password);
    if (std::find(kCommon.begin(), kCommon.end(), low) != kCommon.end())
        return wrong("is among the first that an attacker tries");
    if (user.size() >= 4 && low.find(lowered(user)) != std::string::npos &&
        password.size() < user.size() + rules.low)
        return wrong("is little more than the user's name");
    return std::nullopt;
}

std::string hashPassword(const std::string& password) {
    const Slot slot;
    const std::string salt = randomHex(kSaltBytes);
    std::array<char, kEncodedBytes> encoded{};
    const int result =
        argon2id_hash_encoded(kPasses, kMemoryKiB, kLanes, password.data(), password.size(), salt.data(),
                              salt.size(), kHashBytes, encoded.data(), encoded.size());
    if (result != ARGON2_OK)
        throw Error(ErrorCode::kInternal, std::string("Argon2id failed: ") + argon2_error_message(result));
    return encoded.data();
}

bool verifyPassword(const std::string& hash, const std::string& password) {
    const Slot slot;
    return argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

}  // namespace weir
