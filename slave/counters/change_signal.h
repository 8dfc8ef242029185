// Tells who sends changes to the cluster that there are some. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <optional>

#include "common/base/guarded.h"

namespace weir {

class ChangeSignal {
  public:
    using Steady = std::chrono::steady_clock;

    void note();                                        // one more change waits
    void taken(std::size_t changes);                    // so many wait no more
    void changedHere() { ++changes_; }                  // something changed that need not be sent
    std::uint64_t changes() const { return changes_; }  // ever, for who stores them
    std::size_t waiting() const { return waiting_; }
    // No change that waits now came before this.
    std::optional<Steady::time_point> since() const;
    void waitsSince(Steady::time_point time);
    // False when nothing came until the deadline.
    bool waitUntil(Steady::time_point deadline);

  private:
    std::atomic<std::size_t> waiting_{0};
    std::atomic<std::uint64_t> changes_{0};
    mutable Guarded<Steady::time_point> since_;
    std::condition_variable came_;
};

}  // namespace weir
