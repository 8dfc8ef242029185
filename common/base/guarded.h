// Data that can be reached only with its mutex held.
//
//   Guarded<std::map<…>> sessions_;
//   auto sessions = sessions_.lock();   // held until `sessions` ends
//   sessions->erase(id);
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

namespace weir {

template <class T>
class Guarded {
  public:
    template <class... Args>
    explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

    class Lock {
      public:
        Lock(std::mutex& mutex, T& value) : lock_(mutex), value_(value) {}
        T* operator->() { return &value_; }
        T& operator*() { return value_; }
        // Waits on `changed` with the mutex released, until `ready(value)` or the deadline; true when ready.
        template <class TimePoint, class Ready>
        bool waitUntil(std::condition_variable& changed, TimePoint deadline, Ready ready) {
            return changed.wait_until(lock_, deadline, [&] { return ready(value_); });
        }

      private:
        std::unique_lock<std::mutex> lock_;
        T& value_;
    };

    Lock lock() { return Lock(mutex_, value_); }

  private:
    std::mutex mutex_;
    T value_;
};

}  // namespace weir
