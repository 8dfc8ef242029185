// The tables user_lists and user_list_state: whose mail is wanted or not wanted, by recipient.
//
// An entry is owner × sender; its kind is "allow" or "block", one of them. Addresses are stored as they are
// compared, in lower case. user_list_state knows how large all of them are and a version that grows with
// every change; lockUserLists() comes first in a transaction that changes anything.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct UserListRow {
    std::string owner, kind, sender;
    std::int64_t added = 0;  // when the entry became what it is
    std::string addedBy;
};

struct UserListSize {
    std::int64_t entries = 0, bytes = 0;  // bytes: what the services say
};
struct UserListState {
    UserListSize size;
    std::int64_t version = 0;
};

UserListState userListState(Connection& connection);
UserListState lockUserLists(Connection& connection);

using UserListKey = std::pair<std::string, std::string>;  // owner, sender

struct UserListFilter {
    std::string owner, sender, kind;  // exact
    std::string text;                 // part of owner or sender
};
// By owner, then sender, from behind `after`.
std::vector<UserListRow> findUserLists(Connection& connection, const UserListFilter& filter,
                                       const std::optional<UserListKey>& after, int limit);
std::vector<UserListRow> userListOf(Connection& connection, const std::string& owner);
std::int64_t userListSize(Connection& connection, const std::string& owner);
void eachUserListRow(Connection& connection, const std::function<void(UserListRow)>& each);

// Adds the entries, or replaces those with the same owner and sender, and removes others; `grown`: by how
// much all of them are more then (less: negative).
void changeUserLists(Connection& connection, const std::vector<UserListRow>& put,
                     const std::vector<UserListKey>& remove, const UserListSize& grown);

}  // namespace weir::db
