#include "slave/dns/mail_dns.h"

#include <algorithm>

#include "slave/dns/dns_name.h"

namespace weir {
namespace {

using Clock = std::chrono::steady_clock;

double millis(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

bool MailDns::mayAsk(std::string& why) const {
    if (known_.size() < budget_.queries) return true;
    why = "the mail's budget of " + std::to_string(budget_.queries) + " DNS questions is used up";
    return false;
}

DnsAnswer MailDns::refuse(const std::string& why) {
    ++overBudget_;
    DnsAnswer answer;
    answer.detail = why;
    return answer;
}

DnsAnswer MailDns::lookup(const std::string& name, DnsType type) {
    const auto normal = normalDnsName(name);
    if (!normal) return {DnsAnswer::State::kNoName, {}, {}, "no DNS name"};
    const DnsQuestion question{*normal, type};
    std::string why;
    std::unique_lock lock(mutex_);
    auto found = known_.find(question);
    if (found == known_.end()) {
        if (!mayAsk(why)) return refuse(why);
        found = known_.emplace(question, Known{}).first;
    }
    Known& known = found->second;  // nodes of the map stay where they are
    changed_.wait(lock, [&] { return !known.asking; });
    if (known.answered) return known.answer;

    known.asking = true;
    const auto start = Clock::now();
    const auto until = waitUntil(start);
    lock.unlock();
    ResolverAnswer result = resolver_.lookup(question.name, type, until.time);
    lock.lock();
    const auto end = Clock::now();
    const auto took = result.cached ? Clock::duration::zero() : end - start;
    waited_ += took;
    if (result.answer.state == DnsAnswer::State::kTempError && !until.budget.empty() && end >= until.time) {
        ++overBudget_;
        result.answer.detail = until.budget;
    }
    known.asking = false;
    known.answered = true;
    known.answer = result.answer;
    trace_.push_back({question, result.answer.state, result.answer.records.size(), result.answer.detail,
                      result.cached, known.expected, millis(took)});
    changed_.notify_all();
    return result.answer;
}

// When nothing is left of the budget, the cache is still looked into.
MailDns::Until MailDns::waitUntil(Clock::time_point start) const {
    const auto left = std::max(budget_.wait - waited_, Clock::duration::zero());
    Until until{start + budget_.oneWait, ""};
    if (left < budget_.oneWait) {
        until = {start + left,
                 "the mail's budget of " + std::to_string(budget_.wait.count()) + " ms for DNS is used up"};
    }
    if (budget_.deadline < until.time) until = {budget_.deadline, "the mail's time is used up"};
    return until;
}

void MailDns::expect(const std::string& name, DnsType type) {
    const auto normal = normalDnsName(name);
    if (!normal) return;
    const DnsQuestion question{*normal, type};
    std::string why;
    {
        std::lock_guard lock(mutex_);
        if (known_.contains(question) || !mayAsk(why) || Clock::now() >= budget_.deadline ||
            waited_ >= budget_.wait)
            return;
        known_[question].expected = true;
    }
    resolver_.start(question.name, type);
}

MailDnsCounts MailDns::counts() const {
    std::lock_guard lock(mutex_);
    MailDnsCounts counts;
    counts.asked = known_.size();
    counts.overBudget = overBudget_;
    counts.waitedMillis = millis(waited_);
    for (const MailDnsLookup& one : trace_) {
        counts.cached += one.cached ? 1 : 0;
        counts.failed += one.state == DnsAnswer::State::kTempError ? 1 : 0;
    }
    return counts;
}

std::vector<MailDnsLookup> MailDns::trace() const {
    std::lock_guard lock(mutex_);
    return trace_;
}

}  // namespace weir
