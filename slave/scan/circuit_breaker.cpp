#include "slave/scan/circuit_breaker.h"

#include <algorithm>

#include "common/base/control.h"

namespace weir {

CircuitBreaker::CircuitBreaker(BreakerSettings settings, Clock clock)
    : settings_(settings), clock_(std::move(clock)) {
    inside_.lock()->pause = settings_.firstPause;
}

bool CircuitBreaker::refuses() const {
    auto inside = inside_.lock();
    if (controlOff("scanner-breaker")) return false;
    const Status& status = inside->status;
    return status.state == State::kProbing || (status.state == State::kOpen && clock_() < status.retryAt);
}

CircuitBreaker::Pass CircuitBreaker::admit() {
    auto inside = inside_.lock();
    Status& status = inside->status;
    if (status.state == State::kClosed || controlOff("scanner-breaker")) return Pass::kScan;
    if (status.state == State::kProbing || clock_() < status.retryAt) return Pass::kRefused;
    status.state = State::kProbing;
    return Pass::kProbe;
}

void CircuitBreaker::succeeded(Pass) {
    auto inside = inside_.lock();
    inside->status = Status{};
    inside->onTrial = false;
    inside->pause = settings_.firstPause;
}

void CircuitBreaker::answered(Pass pass) {
    if (pass != Pass::kProbe) return;
    auto inside = inside_.lock();
    if (inside->status.state != State::kProbing) return;
    inside->status.state = State::kClosed;
    inside->status.failures = 0;
    inside->onTrial = true;
}

void CircuitBreaker::failed(Pass pass, const std::string& reason) {
    auto inside = inside_.lock();
    Status& status = inside->status;
    ++status.failures;
    status.reason = reason;
    const bool decides = pass == Pass::kProbe && status.state == State::kProbing;
    const bool enough = status.state == State::kClosed &&
                        (inside->onTrial || status.failures >= std::max(settings_.failures, 1u));
    if (decides || enough) open(*inside);
}

void CircuitBreaker::undecided(Pass pass) {
    if (pass != Pass::kProbe) return;
    auto inside = inside_.lock();
    if (inside->status.state == State::kProbing) inside->status.state = State::kOpen;
}

CircuitBreaker::Status CircuitBreaker::status() const {
    return inside_.lock()->status;
}

void CircuitBreaker::open(Inside& inside) const {
    inside.status.state = State::kOpen;
    inside.status.retryAt = clock_() + inside.pause;
    inside.onTrial = false;
    inside.pause = std::min(inside.pause * 2, settings_.longestPause);
}

}  // namespace weir
