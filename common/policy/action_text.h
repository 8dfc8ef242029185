// What may stand in a header or a reply that a rule makes. Pure functions.
#pragma once

#include <string_view>

namespace weir {

// RFC 5322 section 3.6.8, at most 64 bytes.
bool isRuleHeaderName(std::string_view name);

// One line of valid UTF-8 without control characters, at most `limit` bytes, not empty.
bool isHeaderValue(std::string_view value, std::size_t limit);

// Printable ASCII, at most 400 bytes, so that it fits one SMTP reply line (RFC 5321 section 4.5.3.1.5).
bool isReplyText(std::string_view text);

// "5.7.1" (RFC 3463): class 4 or 5, subject and detail of at most three digits.
bool isEnhancedStatus(std::string_view status, char statusClass);

// [a-z0-9][a-z0-9-]{0,31}
bool isQueueName(std::string_view name);
// [a-z0-9][a-z0-9-]{0,63}
bool isListName(std::string_view name);
// [A-Za-z0-9][A-Za-z0-9._-]{0,63}: rule ids, names of nodes and groups.
bool isIdentifier(std::string_view id);

}  // namespace weir
