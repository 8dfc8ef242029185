#include "slave/dns/resolver.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "common/base/error.h"
#include "common/base/worker.h"
#include "slave/dns/dns_cache.h"
#include "slave/dns/dns_name.h"

namespace weir {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kFreshHealth = std::chrono::seconds(15);
constexpr auto kRound = std::chrono::seconds(60);  // the thread is woken for everything that happens
constexpr int kNameServers = 2;                    // the type of the health question

// A thread that waits for an answer; it lives on that thread's stack.
struct Waiter {
    std::condition_variable answered;
    bool done = false;
    DnsAnswer answer;
};

struct Flight {
    DnsQuestion question;
    bool health = false;
    Clock::time_point start;
    std::vector<Waiter*> waiters;
};

struct Start {
    std::uint64_t ticket;
    std::string name;
    int type;
};

class EventFd {
  public:
    EventFd() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (fd_ < 0) throw systemError("eventfd", errno);
    }
    ~EventFd() { ::close(fd_); }
    EventFd(const EventFd&) = delete;
    EventFd& operator=(const EventFd&) = delete;
    int fd() const { return fd_; }
    void set() { ::eventfd_write(fd_, 1); }
    void clear() {
        eventfd_t count = 0;
        ::eventfd_read(fd_, &count);
    }

  private:
    const int fd_;
};

DnsAnswer tempError(std::string why) {
    DnsAnswer answer;
    answer.detail = std::move(why);
    return answer;
}

std::string millisText(Clock::duration duration) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f ms", std::chrono::duration<double, std::milli>(duration).count());
    return text;
}

}  // namespace

struct Resolver::State {
    explicit State(const ResolverSettings& s)
        : settings(s),
          cache(s.cacheEntries, s.cacheBytes),
          channel(s.servers, [this](std::uint64_t ticket, std::string_view message,
                                    const std::string& failure) { finish(ticket, message, failure); }) {}
    ~State() {
        stopping = true;
        wake.set();
        if (worker) worker->stop();
    }

    ResolverAnswer lookup(const std::string& name, DnsType type, Deadline deadline);
    std::uint64_t launch(DnsQuestion question, bool health, std::string name, int type);
    std::uint64_t flightOf(const DnsQuestion& question);
    bool await(std::unique_lock<std::mutex>& lock, std::uint64_t ticket, Waiter& waiter, Deadline deadline);
    void finish(std::uint64_t ticket, std::string_view message, const std::string& failure);
    Clock::duration holds(const DnsReply& reply) const;
    std::chrono::milliseconds turn();

    const ResolverSettings settings;
    EventFd wake;
    std::atomic<bool> stopping{false};

    mutable std::mutex mutex;  // guards all up to `channel`
    DnsCache cache;
    std::unordered_map<std::uint64_t, Flight> flights;  // by ticket
    std::unordered_map<DnsQuestion, std::uint64_t, DnsQuestionHash> ticketOf;
    std::vector<Start> inbox;
    std::uint64_t lastTicket = 0;
    ResolverCounters counters;
    std::optional<Clock::time_point> lastAnswer;
    Clock::duration lastLatency{};

    DnsChannel channel;  // the worker's alone
    std::optional<Worker> worker;
};

Resolver::Resolver(const ResolverSettings& settings) : state_(std::make_unique<State>(settings)) {
    state_->worker.emplace("dns", [this] { return state_->turn(); });
}

Resolver::~Resolver() = default;

std::chrono::milliseconds Resolver::State::turn() {
    for (;;) {
        wake.clear();
        if (stopping) return kRound;
        std::vector<Start> starts;
        {
            std::lock_guard lock(mutex);
            starts.swap(inbox);
        }
        for (const Start& start : starts) channel.ask(start.ticket, start.name, start.type);
        channel.run(wake.fd(), kRound);
    }
}

// Called with the mutex held, as flightOf() and await().
std::uint64_t Resolver::State::launch(DnsQuestion question, bool health, std::string name, int type) {
    const std::uint64_t ticket = ++lastTicket;
    inbox.push_back({ticket, std::move(name), type});
    flights.emplace(ticket, Flight{std::move(question), health, Clock::now(), {}});
    ++counters.queries;
    wake.set();
    return ticket;
}

// The ticket of this question; 0 where no more may be on their way.
std::uint64_t Resolver::State::flightOf(const DnsQuestion& question) {
    if (const auto found = ticketOf.find(question); found != ticketOf.end()) {
        ++counters.joined;
        return found->second;
    }
    if (flights.size() >= settings.maxInFlight) {
        ++counters.refused;
        return 0;
    }
    const std::uint64_t ticket = launch(question, false, question.name, wireType(question.type));
    ticketOf.emplace(question, ticket);
    return ticket;
}

bool Resolver::State::await(std::unique_lock<std::mutex>& lock, std::uint64_t ticket, Waiter& waiter,
                            Deadline deadline) {
    flights.at(ticket).waiters.push_back(&waiter);
    if (waiter.answered.wait_until(lock, deadline, [&] { return waiter.done; })) return true;
    std::erase(flights.at(ticket).waiters, &waiter);
    ++counters.late;
    return false;
}

ResolverAnswer Resolver::State::lookup(const std::string& name, DnsType type, Deadline deadline) {
    const auto normal = normalDnsName(name);
    if (!normal) return {{DnsAnswer::State::kNoName, {}, {}, "no DNS name"}, true};
    const DnsQuestion question{*normal, type};
    const auto start = Clock::now();
    std::unique_lock lock(mutex);
    ++counters.lookups;
    if (auto answer = cache.get(question, start)) {
        ++counters.cacheHits;
        return {std::move(*answer), true};
    }
    const std::uint64_t ticket = flightOf(question);
    if (ticket == 0) {
        return {
            tempError("more than " + std::to_string(settings.maxInFlight) + " DNS questions on their way"),
            false};
    }
    Waiter waiter;
    if (await(lock, ticket, waiter, deadline)) return {std::move(waiter.answer), false};
    return {tempError("no answer within " + millisText(Clock::now() - start)), false};
}

Clock::duration Resolver::State::holds(const DnsReply& reply) const {
    switch (reply.answer.state) {
        case DnsAnswer::State::kFound:
            return std::max(settings.minTtl, std::min(settings.maxTtl, reply.ttl.value_or(settings.minTtl)));
        case DnsAnswer::State::kNoData:
        case DnsAnswer::State::kNoName:
            return std::max(settings.minTtl,
                            std::min(settings.maxNegativeTtl, reply.ttl.value_or(settings.negativeTtl)));
        case DnsAnswer::State::kTempError:
            return settings.failureTtl;
    }
    return {};
}

// On the worker's thread; on the destroying one for what is unanswered at the end.
void Resolver::State::finish(std::uint64_t ticket, std::string_view message, const std::string& failure) {
    std::lock_guard lock(mutex);
    const auto found = flights.find(ticket);
    if (found == flights.end()) return;
    Flight flight = std::move(found->second);
    flights.erase(found);
    const auto now = Clock::now();
    DnsReply reply;
    if (flight.health) {
        const std::string code = message.empty() ? failure : rcodeText(message);
        reply.answer.state = code == "no error" || code == "NXDOMAIN" ? DnsAnswer::State::kFound
                                                                      : DnsAnswer::State::kTempError;
        reply.answer.detail = code;
    } else {
        ticketOf.erase(flight.question);
        reply = message.empty()
                    ? DnsReply{tempError(failure), {}}
                    : readDnsReply(message, flight.question.name, flight.question.type, settings.message);
        const auto time = holds(reply);
        reply.answer.ttl = std::chrono::ceil<std::chrono::seconds>(time);
        cache.put(flight.question, reply.answer, now, time);
    }
    ++counters.ended;
    counters.latencySeconds += std::chrono::duration<double>(now - flight.start).count();
    if (reply.answer.state == DnsAnswer::State::kTempError) {
        ++counters.failures;
    } else {
        lastAnswer = now;
        lastLatency = now - flight.start;
    }
    for (Waiter* waiter : flight.waiters) {
        waiter->answer = reply.answer;
        waiter->done = true;
        waiter->answered.notify_one();  // the waiter lives until it has the mutex again
    }
}

ResolverAnswer Resolver::lookup(const std::string& name, DnsType type, Deadline deadline) {
    return state_->lookup(name, type, deadline);
}

void Resolver::start(const std::string& name, DnsType type) {
    const auto normal = normalDnsName(name);
    if (!normal) return;
    const DnsQuestion question{*normal, type};
    std::lock_guard lock(state_->mutex);
    ++state_->counters.lookups;
    if (state_->cache.get(question, Clock::now())) {
        ++state_->counters.cacheHits;
    } else {
        state_->flightOf(question);
    }
}

ResolverHealth Resolver::health(std::chrono::milliseconds timeout) {
    const auto now = Clock::now();
    std::unique_lock lock(state_->mutex);
    if (!state_->lastAnswer || now - *state_->lastAnswer > kFreshHealth) {
        Waiter waiter;
        const auto ticket = state_->launch({}, true, ".", kNameServers);
        if (!state_->await(lock, ticket, waiter, now + timeout)) {
            return {false, "no answer within " + millisText(timeout)};
        }
        if (!waiter.answer.found()) return {false, waiter.answer.detail};
    }
    return {true, "answers in " + millisText(state_->lastLatency)};
}

ResolverCounters Resolver::counters() const {
    std::lock_guard lock(state_->mutex);
    ResolverCounters counters = state_->counters;
    counters.inFlight = state_->flights.size();
    counters.cacheEntries = state_->cache.entries();
    counters.cacheBytes = state_->cache.bytes();
    return counters;
}

}  // namespace weir
