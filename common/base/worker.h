// A named, long-lived thread.
//
// Calls turn() again and again until stopped; turn() returns how long to wait before the next call, and
// wake() or stop() end that wait. An exception that leaves turn() is logged with the worker's name and waited
// out for `errorPause`; it never ends the thread. The destructor stops and joins.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace weir {

class Worker {
  public:
    using Turn = std::function<std::chrono::milliseconds()>;

    Worker(std::string name, Turn turn, std::chrono::milliseconds errorPause = std::chrono::seconds(1));
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void wake();
    void stop();  // idempotent; returns when the running turn has ended

  private:
    void run();

    const std::string name_;
    const Turn turn_;
    const std::chrono::milliseconds errorPause_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace weir
