// The terms by which a mail is found: one number for a day and an exact value.
//
//   bits 48..62  day since 1970 of the mail's key
//   bits 24..47  hash of the kind and, for addresses, the domain
//   bits  0..23  hash of the kind and the whole value
//
// So one row finds an exact address and, as a range, every address of a domain. Hashes may meet: what is
// found must be compared with the mail itself. The hash is part of the stored format: it must not change.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::db {

enum class TermKind { kSender, kRecipient, kQueueId, kMessageId, kClient, kFingerprint };

constexpr std::int64_t kDayMillis = 86'400'000;
std::int64_t dayOf(std::int64_t millis);  // 0..32767

// `value` in lower case for addresses.
std::int64_t mailTerm(TermKind kind, std::string_view value, std::int64_t day);

struct TermRange {
    std::int64_t first = 0, last = 0;
};
// All addresses of this domain (without "@", lower case) on this day.
TermRange domainTerms(TermKind kind, std::string_view domain, std::int64_t day);
// All terms of one day.
TermRange dayTerms(std::int64_t day);

}  // namespace weir::db
