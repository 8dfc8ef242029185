// The line an operator pastes on a new node: all that is needed to find out that the right master answers,
// and to be let in once.
//
//   weir1.<cluster id>.<secret, 32 hex digits>.<SHA-256 of the CA, 64 hex digits>.<expiry, seconds since
//   1970>.<check>
//
// `check` is the first 8 hex digits of the SHA-256 of what stands before its dot: a line that lost characters
// when it was copied is told from one that is refused.
#pragma once

#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/ids.h"

namespace weir {

struct JoinToken {
    ClusterId cluster;
    std::string secret;
    std::string authorityFingerprint;
    TimePoint expires;
};

std::string toText(const JoinToken& token);
// White space around it is ignored. Does not look at the clock. The Problem never repeats the secret.
Expected<JoinToken> joinTokenFromText(std::string_view text);

}  // namespace weir
