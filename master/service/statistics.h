// Counters of mails by minute, hour and day, and the names that come up most.
//
// A mail counts once, by its most severe outcome. Minutes are kept for 2 days, hours for 90, days for 5
// years. Thread-safe. Throws Error kUnavailable when the database is away.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "master/db/database.h"

namespace weir {

enum class Bucket { kMinute, kHour, kDay };                    // of UTC
bool bucketFromText(const std::string& text, Bucket& bucket);  // "minute", "hour", "day"
std::int64_t bucketMillis(Bucket bucket);

enum class StatisticKey { kVerdict, kNode, kDirection, kRule, kQueue };
bool statisticKeyFromText(const std::string& text, StatisticKey& key);

enum class TopKey { kSender, kRecipient, kClient };
bool topKeyFromText(const std::string& text, TopKey& key);

struct Series {
    std::string name;                  // "deliver", a node's id, a rule's id …; "" for none
    std::vector<std::int64_t> counts;  // mails in each bucket
    std::vector<std::int64_t> bytes;
};
struct StatisticsTable {
    std::vector<TimePoint> buckets;  // starts, without holes, oldest first
    std::vector<Series> series;      // by count, largest first
};
struct TopName {
    std::string name;
    std::int64_t mails = 0, bytes = 0;
};

class Statistics {
  public:
    explicit Statistics(db::Database& database) : database_(database) {}

    // Buckets that touch from <= time < to. Throws Error kInvalid when that is over 10,000 buckets.
    StatisticsTable table(TimePoint from, TimePoint to, Bucket bucket, StatisticKey by);
    // Whole days (UTC) that touch from <= time < to; 1..1000 names.
    std::vector<TopName> top(TopKey by, TimePoint from, TimePoint to, int limit);

  private:
    db::Database& database_;
};

}  // namespace weir
