#include "master/db/counters_table.h"

#include <algorithm>
#include <deque>

#include "common/mail/ascii.h"
#include "master/db/mails_table.h"

namespace weir::db {
namespace {

CounterAmounts amountsOf(const MailRow& mail) {
    const auto breaks = std::count(mail.recipients.begin(), mail.recipients.end(), '\n');
    return {1, breaks > 0 ? static_cast<std::int64_t>(breaks) - 1 : 0, mail.size};
}

const std::vector<std::string> kKeys = {"kind", "start", "node", "direction", "verdict", "rule", "queue"};
const std::vector<std::string> kColumns = {"kind", "start", "node",  "direction",  "verdict",
                                           "rule", "queue", "mails", "recipients", "bytes"};

// The keys are numbers and texts.
int compareKeys(const Value* a, const Value* b) {
    for (std::size_t i = 0; i < kKeys.size(); ++i) {
        if (const auto* number = std::get_if<std::int64_t>(&a[i])) {
            const auto other = std::get<std::int64_t>(b[i]);
            if (*number != other) return *number < other ? -1 : 1;
        } else if (const int order = std::get<std::string>(a[i]).compare(std::get<std::string>(b[i]));
                   order != 0) {
            return order;
        }
    }
    return 0;
}

// Rows of several batches, each in the order of its keys, as one: the columns after the keys are added up
// where the keys are the same.
class RowSums {
  public:
    // `flat` stays where it is.
    void add(const Values& flat) {
        const auto middle = static_cast<std::ptrdiff_t>(starts_.size());
        for (std::size_t i = 0; i < flat.size(); i += kColumns.size()) starts_.push_back(&flat[i]);
        std::inplace_merge(starts_.begin(), starts_.begin() + middle, starts_.end(),
                           [](const Value* a, const Value* b) { return compareKeys(a, b) < 0; });
    }

    Rows rows() {
        Rows rows{static_cast<int>(kColumns.size()), {}};
        for (const auto* start : starts_) {
            if (!rows.starts.empty() && compareKeys(start, rows.starts.back()) == 0) {
                rows.starts.back() = sum(rows.starts.back(), start);
            } else {
                rows.starts.push_back(start);
            }
        }
        return rows;
    }

  private:
    const Value* sum(const Value* a, const Value* b) {
        if (sums_.empty() || sums_.back().data() != a) sums_.emplace_back(a, a + kColumns.size());
        auto& sum = sums_.back();
        for (auto i = kKeys.size(); i < kColumns.size(); ++i)
            std::get<std::int64_t>(sum[i]) += std::get<std::int64_t>(b[i]);
        return sum.data();
    }

    std::vector<const Value*> starts_;
    std::deque<Values> sums_;
};

std::int64_t startOf(std::int64_t time, CounterKind kind) {
    const auto length = kCounterMillis[static_cast<std::size_t>(kind)];
    return time - time % length;
}

}  // namespace

void CounterChanges::addMail(const MailRow& mail, std::int64_t times) {
    minutes_[{startOf(mail.time, CounterKind::kMinute), mail.node, mail.direction, mail.verdict, mail.rule,
              mail.queue}]
        .add(amountsOf(mail), times);
}

void CounterChanges::addHour(std::int64_t hour, const std::string& node, const std::string& direction,
                             const std::string& verdict, const std::string& rule, const std::string& queue,
                             const CounterAmounts& amounts) {
    minutes_[{startOf(hour, CounterKind::kMinute), node, direction, verdict, rule, queue}].add(amounts);
}

Values CounterChanges::rows() const {
    Values rows;
    for (const auto kind : {CounterKind::kMinute, CounterKind::kHour, CounterKind::kDay}) {
        std::map<Key, CounterAmounts> sums;
        for (const auto& [key, amounts] : minutes_) {
            auto at = key;
            std::get<0>(at) = startOf(std::get<0>(key), kind);
            sums[std::move(at)].add(amounts);
        }
        for (const auto& [key, amounts] : sums) {
            if (amounts.nothing()) continue;
            const auto& [start, node, direction, verdict, rule, queue] = key;
            rows.insert(rows.end(), {static_cast<std::int64_t>(kind), start, node, direction, verdict, rule,
                                     queue, amounts.mails, amounts.recipients, amounts.bytes});
        }
    }
    return rows;
}

void addCounters(Connection& connection, const std::vector<const Values*>& rows) {
    RowSums sums;
    for (const auto* some : rows) sums.add(*some);
    connection.upsertRows("mail_counters", kColumns, kKeys, {"mails", "recipients", "bytes"}, {},
                          sums.rows());
}

void eachCounter(
    Connection& connection, CounterKind kind, std::string_view column, std::int64_t from, std::int64_t to,
    const std::function<void(std::int64_t, const std::string&, std::int64_t, std::int64_t)>& each) {
    const std::string name(column);
    connection.query("SELECT start, " + name + ", SUM(mails), SUM(bytes) FROM mail_counters " +
                         "WHERE kind = ? AND start >= ? AND start < ? GROUP BY start, " + name,
                     {static_cast<std::int64_t>(kind), from, to}, [&](const Row& row) {
                         each(row.integer(0), row.text(1), row.integer(2), row.integer(3));
                     });
}

}  // namespace weir::db
