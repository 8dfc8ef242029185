// What recipients, or whole recipient domains, want allowed or blocked: entries, and the catalog `user-lists`
// that carries them to the nodes (FORMAT.md). Immutable once read; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"

namespace weir {

inline constexpr const char* kUserListsCatalog = "user-lists";

// Also what the master refuses to keep.
inline constexpr std::size_t kUserListOwnerEntries = 1'000;  // of one owner
inline constexpr std::size_t kUserListEntries = 200'000;     // of all owners
inline constexpr std::size_t kUserListAddressBytes = 254;    // RFC 5321, section 4.5.3.1.3, without brackets
inline constexpr std::size_t kUserListsBytes = 64u << 20;    // of the catalog

enum class UserListKind : std::uint8_t { kAllow, kBlock };
const char* toString(UserListKind kind);  // "allow", "block"

// In the form in which it is compared: lower case, domains with A-labels.
struct UserListEntry {
    std::string owner;  // "user@example.com", or "@example.com": every recipient of exactly that domain
    UserListKind kind = UserListKind::kAllow;
    std::string sender;  // "user@b.org", or "@b.org": also its subdomains
    auto operator<=>(const UserListEntry&) const = default;
};

// What a person wrote, checked and folded. Problem::where is "owner", "kind" or "sender".
Expected<UserListEntry> userListEntry(std::string_view owner, std::string_view kind, std::string_view sender);

// The catalog of these entries, in any order: equal entries, equal bytes. Throws Error kLimit above a limit.
std::string userListsBytes(std::vector<UserListEntry> entries);

struct UserListLimits {
    std::size_t ownerEntries = kUserListOwnerEntries;
    std::size_t entries = kUserListEntries;
    std::size_t bytes = kUserListsBytes;
};

class UserLists {
  public:
    static Expected<std::shared_ptr<const UserLists>> fromBytes(std::string_view bytes,
                                                                const UserListLimits& limits = {});

    // What `recipient` wants of this sender; nothing where the lists say nothing. Of all entries that fit,
    // the most exact one decides: the owner's address before the owner's domain, then the sender's address
    // before a domain, then the domain of more labels; between an entry of each kind, block. Both sender
    // addresses are looked up and may be empty. Any bytes; at most 127 domains are looked up for an address.
    std::optional<UserListKind> decide(std::string_view recipient, std::string_view envelopeSender,
                                       std::string_view fromAddress) const;

    std::size_t owners() const { return owners_.size(); }
    std::size_t entries() const { return rules_.size(); }

  private:
    struct Owner {
        std::string_view name;
        std::size_t begin, end;  // of rules_
    };
    struct Rule {
        std::string_view sender;
        UserListKind kind;
    };
    struct Fit {
        std::size_t labels = 0;  // of the entry's domain; kWholeAddress; 0: nothing fits
        UserListKind kind = UserListKind::kAllow;
    };
    class Reader;

    std::optional<UserListKind> find(const Owner& owner, std::string_view sender) const;
    Fit bestOf(const Owner& owner, std::string_view sender) const;

    std::string text_;           // the names below lie in it
    std::vector<Owner> owners_;  // by name
    std::vector<Rule> rules_;    // those of an owner by sender, then kind
};

}  // namespace weir
