// Authentication-Results and ARC-Authentication-Results fields of others (RFC 8601; RFC 8617, section 4.1.1).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/mail/message.h"
#include "slave/auth/auth_results.h"

namespace weir {

struct AuthResultsLimits {
    std::size_t bytes = 16 * 1024;  // of the field
    std::size_t results = 64;
    std::size_t properties = 32;  // of one result
};

struct AuthResults {
    std::string authservId;  // unquoted
    std::vector<AuthResult> results;
};

// The value of an Authentication-Results field. Values of properties may hold any byte that ends no word, as
// many servers write them. Problem: over a limit, or not readable as the grammar.
Expected<AuthResults> parseAuthResults(std::string_view value, const AuthResultsLimits& limits = {});

// The instance of an ARC-Authentication-Results field, 1 to 50, and what follows it: the value of an
// Authentication-Results field. Problem: "i=N;" does not stand at the front.
struct ArcResultsStart {
    unsigned instance = 0;
    std::string_view results;
};
Expected<ArcResultsStart> parseArcResultsStart(std::string_view value);

// The results of all Authentication-Results fields of exactly this id, in one value of that field, as they
// were written: what a sealer puts into ARC-Authentication-Results (RFC 8617, section 4.1.1) when it trusts
// them. "id; none" when there are none.
std::string mergedAuthResults(const std::vector<HeaderField>& fields, const std::string& id,
                              const AuthResultsLimits& limits = {});

}  // namespace weir
