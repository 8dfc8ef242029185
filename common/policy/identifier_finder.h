// Ready identifiers in a text: how many different ones of each kind, with masked excerpts.
//
// Linear in the text: each beginning of a word is tried once with the few patterns of each kind asked for,
// none of them longer than 40 bytes. Pure; any bytes; thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/policy/identifier_kinds.h"

namespace weir {

struct IdentifierLimits {
    std::size_t matches = 1000;  // different ones counted of a kind; the count stops there
    std::size_t excerpts = 3;    // of the first matches of a kind
};

struct IdentifierMatches {
    Identifier kind = Identifier::kPaymentCard;
    std::size_t count = 0;  // different ones, however they are written
    // As they stand in the text, with "*" for all but the last letters and digits: "**** **** **** 1111". For
    // logs and traces: what was matched cannot be read from them.
    std::vector<std::string> excerpts;
};

// One element for each of `kinds`, in that order. An identifier stands alone: no letter, digit or "_" touches
// it, no further digits follow a "-" or "." at its ends. No-break spaces and hyphens of Unicode count as
// plain ones.
std::vector<IdentifierMatches> findIdentifiers(std::string_view utf8, std::span<const Identifier> kinds,
                                               const IdentifierLimits& limits = {});
IdentifierMatches findIdentifiers(std::string_view utf8, Identifier kind,
                                  const IdentifierLimits& limits = {});

}  // namespace weir
