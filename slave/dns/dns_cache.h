// Answers by question, each until its time is over; when full, the one unused for longest goes. One thread at
// a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "slave/dns/dns_source.h"

namespace weir {

struct DnsQuestion {
    std::string name;  // normal (normalDnsName)
    DnsType type = DnsType::kA;
    bool operator==(const DnsQuestion&) const = default;
};

struct DnsQuestionHash {
    std::size_t operator()(const DnsQuestion& question) const {
        return std::hash<std::string>()(question.name) * 31 + static_cast<std::size_t>(question.type);
    }
};

class DnsCache {
  public:
    using Clock = std::chrono::steady_clock;

    // `maxBytes` counts names, records and a flat cost an entry.
    DnsCache(std::size_t maxEntries, std::size_t maxBytes) : maxEntries_(maxEntries), maxBytes_(maxBytes) {}

    // With the time it still holds as its ttl, rounded up.
    std::optional<DnsAnswer> get(const DnsQuestion& question, Clock::time_point now);
    void put(const DnsQuestion& question, DnsAnswer answer, Clock::time_point now, Clock::duration holds);

    std::size_t entries() const { return byQuestion_.size(); }
    std::size_t bytes() const { return bytes_; }

  private:
    struct Entry {
        DnsQuestion question;
        DnsAnswer answer;
        Clock::time_point until;
        std::size_t cost;
    };
    using Entries = std::list<Entry>;
    void drop(Entries::iterator entry);

    const std::size_t maxEntries_;
    const std::size_t maxBytes_;
    Entries entries_;  // the last used first
    std::unordered_map<DnsQuestion, Entries::iterator, DnsQuestionHash> byQuestion_;
    std::size_t bytes_ = 0;
};

}  // namespace weir
