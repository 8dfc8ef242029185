// Keeps mail from waiting for a scanner that does not answer.
//
// After so many failures in a row it opens: nobody is let through until a pause is over, then one alone,
// whose luck decides between closing and a pause twice as long. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "common/base/guarded.h"
#include "slave/scan/scanner_settings.h"

namespace weir {

class CircuitBreaker {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Clock = std::function<Time()>;
    enum class State { kClosed, kOpen, kProbing };  // kProbing: the one is on its way
    enum class Pass { kRefused, kScan, kProbe };

    explicit CircuitBreaker(
        BreakerSettings settings, Clock clock = [] { return std::chrono::steady_clock::now(); });

    // Everyone who got kScan or kProbe tells how it ended, by exactly one of the four below.
    Pass admit();
    bool refuses() const;  // what admit() would say now, without taking the one place

    void succeeded(Pass pass);  // a scan was done: closes it, whoever was let through
    void answered(Pass pass);   // alive, but nothing was scanned: closed until the next failure
    void failed(Pass pass, const std::string& reason);
    void undecided(Pass pass);  // given up before it was known: the next one probes

    struct Status {
        State state = State::kClosed;
        unsigned failures = 0;  // in a row
        std::string reason;     // of the last failure
        Time retryAt{};         // not kClosed: when the next one is let through
    };
    Status status() const;

  private:
    struct Inside {
        Status status;
        bool onTrial = false;  // closed, but the next failure opens it
        std::chrono::milliseconds pause{};
    };
    void open(Inside& inside) const;

    const BreakerSettings settings_;
    const Clock clock_;
    mutable Guarded<Inside> inside_;
};

}  // namespace weir
