// Entries of lists and literal operands: checked, and in the one form in which they are compared.
#pragma once

#include <string>
#include <string_view>

#include "common/base/error.h"
#include "common/policy/rule_fields.h"

namespace weir {

// Longest entry of any kind, in bytes.
inline constexpr std::size_t kEntryBytes = 4096;

// Canonical form: addresses, domains, globs, phrases and texts folded (match_text.h), networks as toText()
// writes them, expressions as they are. The problem has no `where`.
Expected<std::string> canonicalEntry(ListKind kind, std::string_view entry);

// Bytes: a number, or a number with K, M, G or T (powers of 1024), e.g. "10M".
Expected<std::uint64_t> parseSize(std::string_view text);
// The shortest text that parseSize() reads back.
std::string sizeText(std::uint64_t bytes);

}  // namespace weir
