// The tables learned_tokens and learned_digests: what the learned mails have in them.
//
// Callers hold the row of lockLearned(). A token's row is there as long as a mail counts in it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

// One more mail of that class with these tokens, counted by the change `change` on the day `day` (since
// 1970). How many of them were not there yet.
std::int64_t countTokens(Connection& connection, const std::vector<std::uint64_t>& tokens, bool spam,
                         std::int64_t change, std::int64_t day);
// Takes that back: from the rows that were there at `change`. How many tokens are gone with it.
std::int64_t takeBackTokens(Connection& connection, const std::vector<std::uint64_t>& tokens, bool spam,
                            std::int64_t change);

struct LearnedTokenRow {
    std::uint64_t token = 0;
    std::int64_t spam = 0, ham = 0;
};
// Up to `limit` of them, rising, from `first` on.
std::vector<LearnedTokenRow> learnedTokens(Connection& connection, std::uint64_t first, int limit);
// The `limit` tokens of which the fewest mails were learned; of those the ones not seen for longest. Reads
// the whole table.
std::vector<LearnedTokenRow> rarestTokens(Connection& connection, int limit);
// Deletes those that are still in at most `most` mails; how many.
std::int64_t dropTokens(Connection& connection, const std::vector<std::uint64_t>& tokens, std::int64_t most);

// `digests`: 256 bytes each.
void addDigests(Connection& connection, const std::vector<std::string>& digests, bool spam,
                std::int64_t change);
std::int64_t dropDigestsOf(Connection& connection, std::int64_t change);
std::int64_t dropOldestDigests(Connection& connection, std::int64_t count);
// Those of one class, oldest first.
void eachDigest(Connection& connection, bool spam,
                const std::function<void(const std::string& digest)>& each);

}  // namespace weir::db
