// The table mail_counters: added up in memory first, so that a batch costs a few rows.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct MailRow;

enum class CounterKind : std::int64_t { kMinute = 0, kHour = 1, kDay = 2 };
constexpr std::int64_t kCounterMillis[] = {60'000, 3'600'000, 86'400'000};

struct CounterAmounts {
    std::int64_t mails = 0, recipients = 0, bytes = 0;
    void add(const CounterAmounts& other, std::int64_t times = 1) {
        mails += other.mails * times;
        recipients += other.recipients * times;
        bytes += other.bytes * times;
    }
    bool nothing() const { return mails == 0 && recipients == 0 && bytes == 0; }
};

// Rows of CounterChanges, each in the order of its key. Rows of one key are added up first.
void addCounters(Connection& connection, const std::vector<const Values*>& rows);

// Changes of the table, added up.
class CounterChanges {
  public:
    // `times` 1: this mail counts; -1: it does no longer.
    void addMail(const MailRow& mail, std::int64_t times);
    // A counter of a whole hour, which counts for its first minute.
    void addHour(std::int64_t hour, const std::string& node, const std::string& direction,
                 const std::string& verdict, const std::string& rule, const std::string& queue,
                 const CounterAmounts& amounts);
    Values rows() const;  // flat, in the order of the key

  private:
    using Key = std::tuple<std::int64_t, std::string, std::string, std::string, std::string, std::string>;
    std::map<Key, CounterAmounts> minutes_;  // by start of the minute; hours and days are sums of these
};

// Mails and bytes by bucket start and by the value of one column (node, direction, verdict, rule, queue).
void eachCounter(Connection& connection, CounterKind kind, std::string_view column, std::int64_t from,
                 std::int64_t to,
                 const std::function<void(std::int64_t start, const std::string& name, std::int64_t mails,
                                          std::int64_t bytes)>& each);

}  // namespace weir::db
