// Waiting that ends: by a deadline, or because the one who asked gave up.
#pragma once

#include <chrono>

namespace weir {

using Deadline = std::chrono::steady_clock::time_point;

// A file descriptor that poll() finds readable from raise() until clear(). Thread-safe.
class Signal {
  public:
    Signal();  // throws Error when there are no descriptors left
    ~Signal();
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;
    void raise();
    void clear();
    int fd() const { return fd_; }

  private:
    int fd_;
};

struct Until {
    Deadline deadline;
    int cancel = -1;  // fd of the Signal that ends it early; -1: none
};

enum class Waited { kReady, kDeadline, kCancelled };

// Until `fd` is ready for `events` (poll(2)) or broken. Throws Error when poll() itself fails.
Waited waitFor(int fd, short events, const Until& until);

}  // namespace weir
