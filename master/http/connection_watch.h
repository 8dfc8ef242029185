// Knows every open connection, its address and the time by which its present phase must end; a watchdog shuts
// down what is over time. So a client that drips bytes holds a thread no longer than a phase lasts.
//
// Thread-safe. Shutting down is done on a duplicate of the descriptor, which nobody else can close or reuse.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "common/base/guarded.h"
#include "common/base/worker.h"

namespace weir::http {

class ConnectionWatch {
  public:
    using Clock = std::chrono::steady_clock;

    ConnectionWatch(const std::string& name, int perAddress);
    ~ConnectionWatch();

    // One connection, from its first byte to its end; the destructor takes it out.
    class Entry {
      public:
        Entry(ConnectionWatch& watch, int fd, std::string address);
        ~Entry();
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

        bool admitted() const { return admitted_; }   // false: its address has too many already
        void within(std::chrono::milliseconds time);  // the phase that begins now
        void working() { deadline_ = kNever; }        // our own code is at work: no deadline
        void idle(std::chrono::milliseconds time);    // between two requests: ended at once by a stop
        void breakOff();                              // nothing more can be read or written
        bool peerGone() const;

      private:
        friend class ConnectionWatch;
        static constexpr std::int64_t kNever = INT64_MAX;
        ConnectionWatch& watch_;
        const std::string address_;
        const int fd_;  // our duplicate
        std::uint64_t id_ = 0;
        bool admitted_ = false;
        std::atomic<std::int64_t> deadline_;  // steady milliseconds
        std::atomic<bool> idle_{false};
    };

    bool full(const std::string& address);  // one more would not be admitted
    int count();
    bool stopping() const { return stopping_; }
    void stopIdle();  // no new request is begun; idle connections end
    void breakOffAll();

  private:
    struct Open {
        std::map<std::uint64_t, Entry*> entries;
        std::map<std::string, int> perAddress;
        std::uint64_t nextId = 1;
    };
    std::chrono::milliseconds turn();

    const int perAddress_;
    std::atomic<bool> stopping_{false};
    Guarded<Open> open_;
    Worker watchdog_;
};

}  // namespace weir::http
