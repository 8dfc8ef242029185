// What one transaction does to the user lists: checked line by line, written together, with its audit rows.
//
// Every line has its result, and a line that is refused stops no other. Limits count what earlier lines of
// the same transaction added.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/policy/user_lists.h"
#include "master/db/user_list_table.h"
#include "master/service/audit.h"
#include "master/service/user_lists_text.h"

namespace weir {

enum class UserListOutcome {
    kAdded,
    kChanged,  // the same owner and sender had the other kind
    kPresent,  // it was so already
    kRemoved,
    kRefused,
};
const char* toString(UserListOutcome outcome);

struct UserListResult {
    std::size_t line = 0;
    std::string owner, kind, sender;  // as stored; as given when refused
    UserListOutcome outcome = UserListOutcome::kRefused;
    std::string detail;  // why it was refused
};

class UserListChange {
  public:
    // Locks the lists until the transaction ends.
    UserListChange(db::Connection& connection, const Actor& actor, const UserListLimits& limits);

    UserListResult put(const UserListLine& line);
    UserListResult remove(const UserListLine& line);  // its kind does not matter
    // Writes all of it; false when nothing is different. `action`: of the audit rows.
    bool write(std::string_view action);

    std::uint64_t entries() const { return static_cast<std::uint64_t>(before_.entries + grown_.entries); }
    // How many entries each owner has whom a line named.
    std::map<std::string, std::uint64_t> owners() const;

  private:
    using Senders = std::map<std::string, std::string>;  // their kind
    void grow(const UserListEntry& entry, int by);
    std::string noRoomFor(const UserListEntry& entry, const Senders& list) const;
    Senders& listOf(const std::string& owner);
    void remember(const db::UserListKey& key, const std::optional<std::string>& kind);
    std::optional<std::string> kindNow(const db::UserListKey& key) const;

    db::Connection& connection_;
    const Actor& actor_;
    const UserListLimits limits_;
    const db::UserListSize before_;
    db::UserListSize grown_;
    std::map<std::string, Senders> lists_;                               // as they will be
    std::map<db::UserListKey, std::optional<std::string>> kindsBefore_;  // of what was touched
};

}  // namespace weir
