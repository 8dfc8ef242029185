// Passwords: which are accepted, and Argon2id (RFC 9106) over them, m=19456 KiB, t=2, p=1.
#pragma once

#include <optional>
#include <string>

#include "common/base/error.h"

namespace weir {

struct PasswordRules {
    std::size_t low = 12;    // characters
    std::size_t high = 256;  // bytes
};

// What is wrong with it, in words for the person who chose it; never the password itself.
std::optional<Problem> passwordProblem(const std::string& password, const std::string& user,
                                       const PasswordRules& rules);

// Text of the form "$argon2id$v=19$m=…". About 30 ms and 19 MiB; at most four run at the same time, others
// wait.
std::string hashPassword(const std::string& password);
bool verifyPassword(const std::string& hash, const std::string& password);

}  // namespace weir
