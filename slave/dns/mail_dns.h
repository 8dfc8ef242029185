// DNS for one mail: the resolver within a budget, so that no mail, however it is made, asks or waits without
// end.
//
// A question is put to the resolver once a mail: whoever asks again gets the same answer, failures too, so
// that all facts of a mail are made from one view of DNS. Past the budget every new question is kTempError
// and `detail` says which part of the budget it was. Thread-safe; threads that ask at the same time wait at
// the same time, and each of their waits counts.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "slave/dns/dns_cache.h"
#include "slave/dns/dns_source.h"
#include "slave/dns/resolver.h"

namespace weir {

struct MailDnsBudget {
    std::size_t queries = 200;  // different questions, answered from the cache or not
    std::chrono::milliseconds wait{
        20'000};  // together, over all lookups (RFC 7208 section 4.6.4: 20 s for SPF)
    std::chrono::milliseconds oneWait{10'000};                // for one lookup
    Resolver::Deadline deadline = Resolver::Deadline::max();  // of the mail
};

// One question of a mail, for the trace.
struct MailDnsLookup {
    DnsQuestion question;
    DnsAnswer::State state = DnsAnswer::State::kTempError;
    std::size_t records = 0;
    std::string detail;  // why there is no answer
    bool cached = false;
    bool expected = false;  // it was asked before anyone waited
    double millis = 0;      // waited
};

struct MailDnsCounts {
    std::size_t asked = 0;       // different questions
    std::size_t cached = 0;      // of them answered at once
    std::size_t failed = 0;      // of them kTempError
    std::size_t overBudget = 0;  // lookups that the budget refused or cut short
    double waitedMillis = 0;
};

class MailDns : public DnsSource {
  public:
    MailDns(Resolver& resolver, const MailDnsBudget& budget) : resolver_(resolver), budget_(budget) {}

    DnsAnswer lookup(const std::string& name, DnsType type) override;
    void expect(const std::string& name, DnsType type) override;

    MailDnsCounts counts() const;
    // In the order they were first asked; those only expected and never wanted are not in it.
    std::vector<MailDnsLookup> trace() const;

  private:
    struct Known {
        bool asking = false;  // a thread waits for it
        bool expected = false;
        bool answered = false;
        DnsAnswer answer;
    };
    struct Until {
        Resolver::Deadline time;
        std::string budget;  // which part of the budget ends the wait; empty: none
    };
    Until waitUntil(Resolver::Deadline start) const;
    bool mayAsk(std::string& why) const;
    DnsAnswer refuse(const std::string& why);

    Resolver& resolver_;
    const MailDnsBudget budget_;
    mutable std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::unordered_map<DnsQuestion, Known, DnsQuestionHash> known_;
    std::vector<MailDnsLookup> trace_;
    std::size_t overBudget_ = 0;
    std::chrono::steady_clock::duration waited_{};
};

}  // namespace weir
