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

const std::vector<std::string> kCounterKeys = {"kind",    "start", "node", "direction",
                                               "verdict", "rule",  "queue"};
const std::vector<std::string> kCounterColumns = {"kind", "start", "node",  "direction",  "verdict",
                                                  "rule", "queue", "mails", "recipients", "bytes"};
const std::vector<std::string> kTopKeys = {"day", "kind", "name"};
const std::vector<std::string> kTopColumns = {"day", "kind", "name", "mails", "bytes"};

// The keys of both tables are numbers and texts.
int compareKeys(const Value* a, const Value* b, std::size_t keys) {
    for (std::size_t i = 0; i < keys; ++i) {
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
    RowSums(std::size_t keys, std::size_t columns) : keys_(keys), columns_(columns) {}

    // `flat` stays where it is.
    void add(const Values& flat) {
        const auto middle = static_cast<std::ptrdiff_t>(starts_.size());
        for (std::size_t i = 0; i < flat.size(); i += columns_) starts_.push_back(&flat[i]);
        std::inplace_merge(starts_.begin(), starts_.begin() + middle, starts_.end(),
                           [this](const Value* a, const Value* b) { return compareKeys(a, b, keys_) < 0; });
    }

    Rows rows() {
        Rows rows{static_cast<int>(columns_), {}};
        for (const auto* start : starts_) {
            if (!rows.starts.empty() && compareKeys(start, rows.starts.back(), keys_) == 0) {
                rows.starts.back() = sum(rows.starts.back(), start);
            } else {
                rows.starts.push_back(start);
            }
        }
        return rows;
    }

  private:
    const Value* sum(const Value* a, const Value* b) {
        if (sums_.empty() || sums_.back().data() != a) sums_.emplace_back(a, a + columns_);
        auto& sum = sums_.back();
        for (auto i = keys_; i < columns_; ++i)
            std::get<std::int64_t>(sum[i]) += std::get<std::int64_t>(b[i]);
        return sum.data();
    }

    const std::size_t keys_, columns_;
    std::vector<const Value*> starts_;
    std::deque<Values> sums_;
};

std::int64_t startOf(std::int64_t time, CounterKind kind) {
    const auto length = kCounterMillis[static_cast<std::size_t>(kind)];
    return time - time % length;
}

}  // namespace

std::size_t CounterChanges::TopHash::operator()(const TopKey& key) const {
    return std::hash<std::string>{}(key.name) ^
           static_cast<std::size_t>(key.day * 3 + static_cast<int>(key.kind));
}

void CounterChanges::addMail(const MailRow& mail, std::int64_t times) {
    addMailCounters(mail, times);
    const auto day = mail.time / kCounterMillis[static_cast<std::size_t>(CounterKind::kDay)];
    addTop(day, TopKind::kSender, mail.sender, mail.size, times);
    addTop(day, TopKind::kClient, mail.clientAddress, mail.size, times);
    for (const auto& recipient : splitWords(mail.recipients)) {
        addTop(day, TopKind::kRecipient, recipient, mail.size, times);
    }
}

void CounterChanges::addMailCounters(const MailRow& mail, std::int64_t times) {
    minutes_[{startOf(mail.time, CounterKind::kMinute), mail.node, mail.direction, mail.verdict, mail.rule,
              mail.queue}]
        .add(amountsOf(mail), times);
}

void CounterChanges::addHour(std::int64_t hour, const std::string& node, const std::string& direction,
                             const std::string& verdict, const std::string& rule, const std::string& queue,
                             const CounterAmounts& amounts) {
    minutes_[{startOf(hour, CounterKind::kMinute), node, direction, verdict, rule, queue}].add(amounts);
}

void CounterChanges::addTop(std::int64_t day, TopKind kind, std::string_view name, std::int64_t bytes,
                            std::int64_t times) {
    if (name.empty()) return;
    auto& amounts = tops_[{day, kind, lowered(name)}];
    amounts.mails += times;
    amounts.bytes += bytes * times;
}

CounterRows CounterChanges::rows() const {
    CounterRows rows;
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
            rows.counters.insert(rows.counters.end(),
                                 {static_cast<std::int64_t>(kind), start, node, direction, verdict, rule,
                                  queue, amounts.mails, amounts.recipients, amounts.bytes});
        }
    }
    std::vector<const std::pair<const TopKey, TopAmounts>*> sorted;
    sorted.reserve(tops_.size());
    for (const auto& top : tops_) sorted.push_back(&top);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
    rows.tops.reserve(sorted.size() * 5);
    for (const auto* top : sorted) {
        rows.tops.emplace_back(top->first.day);
        rows.tops.emplace_back(static_cast<std::int64_t>(top->first.kind));
        rows.tops.emplace_back(top->first.name);
        rows.tops.emplace_back(top->second.mails);
        rows.tops.emplace_back(top->second.bytes);
    }
    return rows;
}

void addCounters(Connection& connection, const std::vector<const CounterRows*>& rows) {
    RowSums counters(kCounterKeys.size(), kCounterColumns.size()), tops(kTopKeys.size(), kTopColumns.size());
    for (const auto* some : rows) {
        counters.add(some->counters);
        tops.add(some->tops);
    }
    connection.upsertRows("mail_counters", kCounterColumns, kCounterKeys, {"mails", "recipients", "bytes"},
                          {}, counters.rows());
    connection.upsertRows("mail_tops", kTopColumns, kTopKeys, {"mails", "bytes"}, {}, tops.rows());
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

void eachTop(Connection& connection, TopKind kind, std::int64_t firstDay, std::int64_t lastDay, int limit,
             const std::function<void(const std::string&, std::int64_t, std::int64_t)>& each) {
    Values days = {static_cast<std::int64_t>(kind), firstDay, lastDay, static_cast<std::int64_t>(limit)};
    connection.query(
        "SELECT name, SUM(mails) AS total, SUM(bytes) FROM mail_tops "
        "WHERE kind = ? AND day >= ? AND day <= ? GROUP BY name HAVING SUM(mails) > 0 "
        "ORDER BY total DESC, name LIMIT ?",
        days, [&](const Row& row) { each(row.text(0), row.integer(1), row.integer(2)); });
}

}  // namespace weir::db
