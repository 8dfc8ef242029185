#include "slave/dns/dns_cache.h"

namespace weir {
namespace {

constexpr std::size_t kEntryCost = 320;  // list node, hash node, strings' own sizes
constexpr std::size_t kRecordCost = sizeof(std::string) + 16;

std::size_t costOf(const DnsQuestion& question, const DnsAnswer& answer) {
    std::size_t cost = kEntryCost + 2 * question.name.size() + answer.detail.size();
    for (const std::string& record : answer.records) cost += kRecordCost + record.size();
    return cost;
}

}  // namespace

std::optional<DnsAnswer> DnsCache::get(const DnsQuestion& question, Clock::time_point now) {
    const auto found = byQuestion_.find(question);
    if (found == byQuestion_.end()) return std::nullopt;
    const Entries::iterator entry = found->second;
    if (entry->until <= now) {
        drop(entry);
        return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    DnsAnswer answer = entry->answer;
    answer.ttl = std::chrono::ceil<std::chrono::seconds>(entry->until - now);
    return answer;
}

void DnsCache::put(const DnsQuestion& question, DnsAnswer answer, Clock::time_point now,
                   Clock::duration holds) {
    if (const auto old = byQuestion_.find(question); old != byQuestion_.end()) drop(old->second);
    const std::size_t cost = costOf(question, answer);
    if (holds <= Clock::duration::zero() || maxEntries_ == 0 || cost > maxBytes_) return;
    while (entries_.size() >= maxEntries_ || bytes_ + cost > maxBytes_) drop(std::prev(entries_.end()));
    entries_.push_front({question, std::move(answer), now + holds, cost});
    byQuestion_.emplace(question, entries_.begin());
    bytes_ += cost;
}

void DnsCache::drop(Entries::iterator entry) {
    bytes_ -= entry->cost;
    byQuestion_.erase(entry->question);
    entries_.erase(entry);
}

}  // namespace weir
