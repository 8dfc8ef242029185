// The terms by which a mail is found: one number for a span of six hours and an exact value.
//
//   bits 46..62  span since 1970 of the mail's key
//   bits 23..45  hash of the kind and, for addresses, the domain
//   bits  0..22  hash of the kind and the whole value
//
// New rows go into the part of the tree that belongs to the span, so a commit changes few pages however old
// the log is; a search asks once for each span, newest first.
//
// So one row finds an exact address and, as a range, every address of a domain. Hashes may meet: what is
// found must be compared with the mail itself. The hash is part of the stored format: it must not change.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::db {

enum class TermKind { kSender, kRecipient, kQueueId, kMessageId, kClient, kFingerprint };

constexpr std::int64_t kSpanMillis = 6 * 3'600'000;
std::int64_t spanOf(std::int64_t millis);  // 0..131071, until 2059

// `value` in lower case for addresses.
std::int64_t mailTerm(TermKind kind, std::string_view value, std::int64_t span);

struct TermRange {
    std::int64_t first = 0, last = 0;
};
// All addresses of this domain (without "@", lower case) in this span.
TermRange domainTerms(TermKind kind, std::string_view domain, std::int64_t span);
// All terms of one span.
TermRange spanTerms(std::int64_t span);

}  // namespace weir::db
