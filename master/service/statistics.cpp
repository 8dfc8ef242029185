#include "master/service/statistics.h"

#include <algorithm>
#include <map>

#include "master/db/counters_table.h"
#include "master/db/tops_table.h"

namespace weir {
namespace {

constexpr std::int64_t kLargestTable = 10'000;
constexpr int kFoldsBeforeReading = 8;

constexpr const char* kBucketNames[] = {"minute", "hour", "day"};
constexpr const char* kKeyNames[] = {"verdict", "node", "direction", "rule", "queue"};
constexpr const char* kTopNames[] = {"sender", "recipient", "client"};

template <class Value, std::size_t N>
bool fromName(const char* const (&names)[N], const std::string& text, Value& value) {
    const auto found = std::find(std::begin(names), std::end(names), text);
    if (found == std::end(names)) return false;
    value = static_cast<Value>(found - std::begin(names));
    return true;
}

std::int64_t floorTo(std::int64_t time, std::int64_t length) {
    return time - time % length;
}

}  // namespace

bool bucketFromText(const std::string& text, Bucket& bucket) {
    return fromName(kBucketNames, text, bucket);
}
bool statisticKeyFromText(const std::string& text, StatisticKey& key) {
    return fromName(kKeyNames, text, key);
}
bool topKeyFromText(const std::string& text, TopKey& key) {
    return fromName(kTopNames, text, key);
}

std::int64_t bucketMillis(Bucket bucket) {
    return db::kCounterMillis[static_cast<std::size_t>(bucket)];
}

StatisticsTable Statistics::table(TimePoint from, TimePoint to, Bucket bucket, StatisticKey by) {
    const auto length = bucketMillis(bucket);
    const auto first = floorTo(std::max<std::int64_t>(toMillis(from), 0), length);
    const auto end = std::max(toMillis(to), first);
    const auto count = (end - first + length - 1) / length;
    if (count > kLargestTable) {
        throw Error(ErrorCode::kInvalid, std::to_string(count) + " buckets; at most " +
                                             std::to_string(kLargestTable) +
                                             ": choose a larger bucket or a shorter time");
    }
    StatisticsTable table;
    for (std::int64_t i = 0; i < count; ++i) table.buckets.push_back(fromMillis(first + i * length));
    std::map<std::string, Series> series;
    database_.read([&](db::Connection& connection) {
        series.clear();
        db::eachCounter(
            connection, static_cast<db::CounterKind>(bucket), kKeyNames[static_cast<std::size_t>(by)], first,
            first + count * length,
            [&](std::int64_t start, const std::string& name, std::int64_t mails, std::int64_t bytes) {
                auto& one = series[name];
                one.name = name;
                one.counts.resize(table.buckets.size());
                one.bytes.resize(table.buckets.size());
                const auto at = static_cast<std::size_t>((start - first) / length);
                one.counts[at] += mails;
                one.bytes[at] += bytes;
            });
    });
    const auto sum = [](const Series& one) {
        std::int64_t total = 0;
        for (const auto n : one.counts) total += n;
        return total;
    };
    for (auto& [name, one] : series) table.series.push_back(std::move(one));
    std::stable_sort(table.series.begin(), table.series.end(),
                     [&](const Series& a, const Series& b) { return sum(a) > sum(b); });
    return table;
}

std::vector<TopName> Statistics::top(TopKey by, TimePoint from, TimePoint to, int limit) {
    const auto day = bucketMillis(Bucket::kDay);
    const auto last = std::max(toMillis(to) - 1, toMillis(from));
    // So that the newest mails count; what a long absence left waiting follows within seconds.
    bool waiting = true;
    for (int turn = 0; turn < kFoldsBeforeReading && waiting; ++turn) {
        database_.transaction([&](db::Connection& connection) { waiting = db::foldTops(connection); });
    }
    std::vector<TopName> names;
    database_.read([&](db::Connection& connection) {
        names.clear();
        db::eachTop(connection, static_cast<db::TopKind>(by), toMillis(from) / day, last / day,
                    std::clamp(limit, 1, 1000),
                    [&](const std::string& name, std::int64_t mails, std::int64_t bytes) {
                        names.push_back({name, mails, bytes});
                    });
    });
    return names;
}

}  // namespace weir
