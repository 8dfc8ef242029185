// The header that lets a released mail pass every node of the cluster once more:
//
//   X-Weir-Release: v1 item=<uuid> exp=<seconds since 1970> sig=<base64url of HMAC-SHA256>
//
// The signature is made with the cluster's release key over item, expiry and the SHA-256 of the body, so that
// the header is worth nothing on another mail, later, or to someone without the key. Trust it only after
// verify.
#pragma once

#include <chrono>
#include <istream>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/ids.h"

namespace weir {

inline constexpr const char* kReleaseHeader = "X-Weir-Release";
inline constexpr std::chrono::hours kReleaseTokenLife{24 * 6};  // as long as an MTA's queue may hold it

// SHA-256 (hex) of a body (what follows the empty line) as it looks after SMTP: bare LF counts as CRLF, and a
// missing final line end as present.
std::string releaseBodyDigest(std::string_view body);
// The same for a whole mail, read to its end.
std::string releaseBodyDigestOf(std::istream& mail);

// The header's value. `key` must not be empty (kInvalid).
std::string makeReleaseToken(const ItemId& item, const std::string& bodyDigest, TimePoint expires,
                             std::string_view key);

// The item, when the value is well-formed, signed with `key` for this body, and not expired. Constant time in
// the signature. An empty key verifies nothing.
Expected<ItemId> verifyReleaseToken(std::string_view value, const std::string& bodyDigest, TimePoint now,
                                    std::string_view key);

}  // namespace weir
