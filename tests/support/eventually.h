// Waits for a condition with a deadline, instead of sleeping.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace weir::test {

// True as soon as `condition` holds; false when it does not within the time.
inline bool eventually(const std::function<bool()>& condition,
                       std::chrono::milliseconds within = std::chrono::seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

}  // namespace weir::test
