#include "slave/report/fold.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>

#include "common/base/json.h"
#include "common/wire/event.h"
#include "common/wire/event_limits.h"

namespace weir {
namespace {

constexpr std::int64_t kHourMillis = 3'600'000;

using CounterKey = std::tuple<std::int64_t, Direction, std::string, std::string, std::string>;

CounterKey keyOf(const FoldEvent::Counter& counter) {
    return {counter.hour, counter.direction, counter.verdict, counter.rule, counter.queue};
}

FoldEvent::Counter counterOf(const MailEvent& mail) {
    FoldEvent::Counter counter;
    counter.hour = toMillis(mail.time) / kHourMillis * kHourMillis;
    counter.direction = mail.envelope.direction;
    counter.mails = 1;
    counter.bytes = mail.size;
    const EventOutcome* leading = nullptr;
    for (const EventOutcome& outcome : mail.outcomes) {
        counter.recipients += outcome.recipients.size();
        if (!leading || outcome.verdict.kind > leading->verdict.kind) leading = &outcome;
    }
    counter.verdict = toString(leading ? leading->verdict.kind : VerdictKind::kDeliver);
    if (leading) {
        counter.rule = leading->verdict.rule;
        counter.queue = leading->verdict.queue;
    }
    return counter;
}

// The fold that is being filled.
class OpenFold {
  public:
    bool empty() const { return event_.from == 0; }
    std::size_t entries() const { return counters_.size() + items_.size() + alerts_.size(); }

    void cover(const Record& record) {
        if (empty()) event_.from = record.first;
        event_.to = record.sequence;
        event_.time = record.time;
        time_ = record.time;
    }
    void add(const FoldEvent::Counter& counter) {
        auto [at, isNew] = counters_.try_emplace(keyOf(counter), counter);
        if (isNew) return;
        at->second.mails += counter.mails;
        at->second.recipients += counter.recipients;
        at->second.bytes += counter.bytes;
    }
    void add(const ItemEvent& item) {
        auto [at, isNew] = items_.try_emplace(item.item, item);
        if (!isNew && at->second.version <= item.version) at->second = item;
    }
    void add(const FoldEvent::Alert& alert) {
        auto key = alert.raised;
        std::size_t& texts = texts_[key.rule];
        if (!alerts_.contains(key) && texts >= event_limits::kAlertTexts) key.text.clear();
        auto [at, isNew] = alerts_.try_emplace(key, alert);
        if (isNew) {
            at->second.raised = key;
            if (!key.text.empty()) ++texts;
            return;
        }
        at->second.count += alert.count;
        at->second.first = std::min(at->second.first, alert.first);
        at->second.last = std::max(at->second.last, alert.last);
    }
    Record end() {
        event_.id.value = newTimeUuid();
        for (auto& [key, counter] : counters_) event_.counters.push_back(std::move(counter));
        for (auto& [id, item] : items_) event_.items.push_back(std::move(item));
        for (auto& [key, alert] : alerts_) event_.alerts.push_back(std::move(alert));
        return Record{RecordKind::kFold, event_.from, event_.to, time_, toJsonText(event_)};
    }

  private:
    FoldEvent event_;
    TimePoint time_{};
    std::map<CounterKey, FoldEvent::Counter> counters_;
    std::map<ItemId, ItemEvent> items_;
    std::map<RaisedAlert, FoldEvent::Alert> alerts_;
    std::map<std::string, std::size_t> texts_;  // of alerts, by rule
};

class Folding {
  public:
    Folding(Sequence keepThrough, const std::set<Sequence>& inDoubt, const FoldLimits& limits)
        : keepThrough_(keepThrough), inDoubt_(inDoubt), limits_(limits) {}

    void take(const Record& record) {
        if (record.first <= keepThrough_ || !fold(record)) {
            close();
            folded_.records.push_back(record);
        }
        if (open_.entries() >= limits_.entries) close();
    }
    Folded end() {
        close();
        return std::move(folded_);
    }

  private:
    bool fold(const Record& record) {
        if (record.kind == RecordKind::kGap || record.kind == RecordKind::kInDoubt) return false;
        const auto event = events_.read(record.body);
        if (!event) return false;
        if (const auto* mail = std::get_if<MailEvent>(&*event)) {
            if (inDoubt_.contains(record.sequence)) return false;
            open_.add(counterOf(*mail));
            for (const RaisedAlert& alert : mail->alerts) open_.add({alert, 1, mail->time, mail->time});
            ++folded_.newlyFolded;
        } else if (const auto* item = std::get_if<ItemEvent>(&*event)) {
            open_.add(*item);
            ++folded_.newlyFolded;
        } else {
            const auto* earlier = std::get_if<FoldEvent>(&*event);
            if (earlier == nullptr) return false;
            const std::size_t more =
                earlier->counters.size() + earlier->items.size() + earlier->alerts.size();
            if (open_.entries() + more > limits_.entries) close();
            for (const FoldEvent::Counter& counter : earlier->counters) open_.add(counter);
            for (const ItemEvent& item : earlier->items) open_.add(item);
            for (const FoldEvent::Alert& alert : earlier->alerts) open_.add(alert);
        }
        open_.cover(record);
        return true;
    }

    void close() {
        if (open_.empty()) return;
        folded_.records.push_back(open_.end());
        open_ = OpenFold();
    }

    const Sequence keepThrough_;
    const std::set<Sequence>& inDoubt_;
    const FoldLimits limits_;
    EventReader events_;
    OpenFold open_;
    Folded folded_;
};

}  // namespace

Folded foldRecords(const std::vector<Record>& records, Sequence keepThrough,
                   const std::set<Sequence>& inDoubt, const FoldLimits& limits) {
    Folding folding(keepThrough, inDoubt, limits);
    for (const Record& record : records) folding.take(record);
    return folding.end();
}

}  // namespace weir
