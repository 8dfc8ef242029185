// An immutable value that is replaced whole: readers keep what they took, writers never wait for them.
//
// Any number of readers and writers. What a reader holds stays valid until it lets go of it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace weir {

template <class T>
class Snapshot {
  public:
    explicit Snapshot(std::shared_ptr<const T> value = nullptr) : value_(std::move(value)) {}

    std::shared_ptr<const T> get() const {
        std::lock_guard lock(mutex_);
        return value_;
    }
    void set(std::shared_ptr<const T> value) {
        std::lock_guard lock(mutex_);
        value_.swap(value);  // the old value ends after the lock
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_;
};

}  // namespace weir
