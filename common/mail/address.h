// Envelope addresses (RFC 5321, section 4.1.2) in the one form in which they are compared and stored, and the
// entries of address lists. Pure functions; any bytes are accepted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"

namespace weir {

struct AddressParts {
    std::string_view local;   // everything before the last '@'; the whole text when there is none
    std::string_view domain;  // everything after it
};

AddressParts splitAddress(std::string_view address);

// Without angle brackets, source route, surrounding space and the domain's final dot; the domain in lower
// case (ASCII), the local part as received. "" for the null sender.
std::string normalAddress(std::string_view text);

// Domain of an address, as normalAddress() has it; "" when there is none.
std::string domainOf(std::string_view address);

// An entry of an address list in the form of addressListKeys(): "user@dom", "@dom" (every address of that
// domain) or "@.dom" (every address of its subdomains, not of dom itself). Problem: anything else.
Expected<std::string> addressListEntry(std::string_view entry);

// What to look up in a set of addressListEntry() values to know whether `address` is on the list: at most 130
// keys, the most exact first. Local parts are compared without regard to ASCII case, as receivers do.
std::vector<std::string> addressListKeys(std::string_view address);

// The same for one entry.
bool addressMatches(std::string_view entry, std::string_view address);

}  // namespace weir
