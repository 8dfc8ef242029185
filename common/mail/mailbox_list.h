// The mailboxes of an address header such as From (RFC 5322, section 3.4), read as tolerantly as mail
// programs do. Pure function, linear in the value.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct Mailbox {
    std::string name;     // display name, or the comment beside a bare address; decoded, valid UTF-8
    std::string address;  // as normalAddress() has it
};

struct MailboxLimits {
    std::size_t mailboxes = 200;
    std::size_t bytes = 64u << 10;  // of the value; the rest is not read
};

// Every mailbox of a raw header value, those of groups too. What holds no address is left out.
std::vector<Mailbox> readMailboxes(std::string_view raw, const MailboxLimits& limits = {});

// Addresses that a reader sees in a display name ("name@domain"), at most `limit`.
std::vector<std::string> addressesIn(std::string_view name, std::size_t limit = 10);

}  // namespace weir
