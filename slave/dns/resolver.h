// The one resolver of a slave: every question of every mail goes through it.
//
// Answers come from the cache, from a question already on its way (the same one is asked once), or from the
// configured servers, over UDP and, where the answer was truncated, TCP. One Worker thread has the sockets;
// any number of threads ask. Names that do not exist and types that are not there are cached too (RFC 2308),
// failures for a short time, so that a dead server costs one wait and not one a mail. An answer that came too
// late for who asked is kept for the next.
//
// Query ids and source ports are c-ares's own; answers from another address, with another id or question are
// not taken. Whether data is authenticated (DNSSEC) is left to the servers: use a validating one close by.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "slave/dns/dns_channel.h"
#include "slave/dns/dns_message.h"
#include "slave/dns/dns_source.h"

namespace weir {

struct ResolverSettings {
    DnsServers servers;
    std::size_t cacheEntries = 100'000;
    std::size_t cacheBytes = 64u << 20;
    std::chrono::seconds minTtl{5};  // of any answer
    std::chrono::seconds maxTtl{86'400};
    std::chrono::seconds negativeTtl{60};  // where a negative answer does not say (no SOA)
    std::chrono::seconds maxNegativeTtl{900};
    std::chrono::seconds failureTtl{5};  // of time-outs and server failures; 0: not kept
    std::size_t maxInFlight = 4'000;     // questions on their way; one more is kTempError at once
    DnsMessageLimits message;
};

// Since the start, for metrics.
struct ResolverCounters {
    std::uint64_t lookups = 0;  // asked of us; the next three and `queries` are its parts
    std::uint64_t cacheHits = 0;
    std::uint64_t joined = 0;    // waited for the same question of another
    std::uint64_t refused = 0;   // over maxInFlight
    std::uint64_t queries = 0;   // asked of the servers
    std::uint64_t failures = 0;  // of the queries: no usable answer
    std::uint64_t late = 0;      // lookups that were not waited for to the end
    double latencySeconds = 0;   // sum over the queries that ended, `ended` of them
    std::uint64_t ended = 0;
    std::size_t inFlight = 0;  // now
    std::size_t cacheEntries = 0;
    std::size_t cacheBytes = 0;
};

struct ResolverHealth {
    bool ok = false;
    std::string detail;  // "answers in 2.3 ms", or what failed
};

struct ResolverAnswer {
    DnsAnswer answer;
    bool cached = false;  // nobody waited
};

class Resolver {
  public:
    using Deadline = std::chrono::steady_clock::time_point;

    // Throws Error (kInvalid) for servers that cannot be read.
    explicit Resolver(const ResolverSettings& settings);
    ~Resolver();  // no call may be running
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    // Waits at most until the deadline; past it kTempError. Never throws but std::bad_alloc.
    ResolverAnswer lookup(const std::string& name, DnsType type, Deadline deadline);

    // Asks without waiting; a later lookup() finds the answer, or waits for what is left.
    void start(const std::string& name, DnsType type);

    // Whether a server answers: what was seen within the last 15 s, else a question for the root's name
    // servers, waited for at most `timeout`. REFUSED and SERVFAIL are not ok.
    ResolverHealth health(std::chrono::milliseconds timeout);

    ResolverCounters counters() const;

  private:
    struct State;
    const std::unique_ptr<State> state_;
};

}  // namespace weir
