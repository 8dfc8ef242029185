// The user lists: what recipients, or whole domains of them, want allowed or blocked.
//
// A change is one transaction with its audit rows; after it the catalog `user-lists` goes to the nodes, at
// most once a second, with all that changed till then. Limits count per owner and in all, and every answer
// says how full the lists are. Thread-safe. Throws Error kUnavailable when the database is away.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "master/service/catalog_shelf.h"
#include "master/service/user_lists_change.h"
#include "master/service/user_lists_publisher.h"

namespace weir {

struct UserListQuery {
    std::string owner, sender;  // exact, in any case of letters
    std::string kind;           // "allow", "block" or empty
    std::string text;           // part of owner or sender
    std::string cursor;
    int limit = 50;  // 1..500
};

struct UserListItem {
    std::string owner, kind, sender;
    TimePoint added;  // when it became what it is
    std::string addedBy;
};

// How full the lists are; `owners`: of those that an answer names.
struct UserListCounts {
    std::uint64_t entries = 0;
    std::map<std::string, std::uint64_t> owners;
};

struct UserListPage {
    std::vector<UserListItem> items;  // by owner, then sender
    std::string next;                 // empty: that was all
    UserListCounts counts;
};

struct UserListAnswer {
    std::vector<UserListResult> results;  // one for each line, in their order
    UserListCounts counts;
};

class UserListsDesk {
  public:
    UserListsDesk(db::Database& database, CatalogShelf& shelf, const UserListLimits& limits = {});

    void start();  // the catalog is on the shelf when it returns
    void stop();

    // Throws Error kInvalid for a kind or cursor that is none.
    UserListPage find(const UserListQuery& query);
    UserListAnswer add(const Actor& actor, const std::vector<UserListLine>& lines);
    UserListAnswer remove(const Actor& actor, const std::vector<UserListLine>& lines);
    // Problem: too many lines (user_lists_text.h). Lines that are wrong are told, the others taken.
    Expected<UserListAnswer> import(const Actor& actor, std::string_view text);

    const UserListLimits& limits() const { return limits_; }

  private:
    UserListAnswer change(const Actor& actor, const std::vector<UserListLine>& lines,
                          std::string_view action);
    db::Database& database_;
    const UserListLimits limits_;
    UserListsPublisher publisher_;
};

}  // namespace weir
