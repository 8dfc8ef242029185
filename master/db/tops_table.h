// The tables mail_tops and mail_tops_waiting: who comes up most, by day.
//
// A batch has thousands of names, so intake only keeps them, as one row of text, in mail_tops_waiting, in the
// transaction that takes the batch in; foldTops() adds many such rows up and moves them to mail_tops.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct MailRow;

enum class TopKind : std::int64_t { kSender = 0, kRecipient = 1, kClient = 2 };

// Changes of mail_tops, added up.
class TopChanges {
  public:
    // `times` 1: this mail counts; -1: it does no longer.
    void addMail(const MailRow& mail, std::int64_t times);
    // One that texts() of another made. Throws Error kInternal when it is not that.
    void addText(std::string_view text);
    std::vector<std::string> texts() const;  // of about a megabyte at most each; none when there is nothing
    Values rows() const;                     // of mail_tops, flat, in the order of its key

  private:
    struct Key {
        std::int64_t day;
        std::int64_t kind;
        std::string name;
        bool operator==(const Key&) const = default;
        auto operator<=>(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };
    struct Amounts {
        std::int64_t mails = 0, bytes = 0;
    };
    void add(std::int64_t day, TopKind kind, std::string_view name, std::int64_t bytes, std::int64_t times);
    std::vector<const std::pair<const Key, Amounts>*> sorted() const;

    std::unordered_map<Key, Amounts, Hash> amounts_;
};

// Keeps texts of TopChanges for foldTops().
void addWaitingTops(Connection& connection, const std::vector<const std::string*>& texts);
// Moves the oldest of them. False when none is left. Runs in a transaction of its own.
bool foldTops(Connection& connection);

// What waits is not seen: foldTops() first.
void eachTop(
    Connection& connection, TopKind kind, std::int64_t firstDay, std::int64_t lastDay, int limit,
    const std::function<void(const std::string& name, std::int64_t mails, std::int64_t bytes)>& each);

}  // namespace weir::db
