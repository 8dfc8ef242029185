#include "common/base/worker.h"

#include <pthread.h>

#include <exception>

#include "common/base/log.h"

namespace weir {

Worker::Worker(std::string name, Turn turn, std::chrono::milliseconds errorPause)
    : name_(std::move(name)), turn_(std::move(turn)), errorPause_(errorPause), thread_([this] { run(); }) {}

Worker::~Worker() {
    stop();
}

void Worker::wake() {
    {
        std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_all();
}

void Worker::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Worker::run() {
    pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());  // the kernel keeps 15 characters
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        woken_ = false;
        lock.unlock();
        std::chrono::milliseconds pause{};
        try {
            pause = turn_();
        } catch (const std::exception& error) {
            // Not before the try: GCC 12 drops a store that a call overwrites, also where the call throws.
            pause = errorPause_;
            logError("worker.failed", {{"worker", name_}, {"error", error.what()}});
        }
        lock.lock();
        changed_.wait_for(lock, pause, [this] { return woken_ || stopping_; });
    }
}

}  // namespace weir
