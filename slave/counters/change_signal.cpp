#include "slave/counters/change_signal.h"

namespace weir {

void ChangeSignal::note() {
    ++changes_;
    if (waiting_.fetch_add(1) != 0) return;
    *since_.lock() = Steady::now();
    came_.notify_all();
}

void ChangeSignal::taken(std::size_t changes) {
    waiting_ -= changes;
}

std::optional<ChangeSignal::Steady::time_point> ChangeSignal::since() const {
    if (waiting_ == 0) return std::nullopt;
    return *since_.lock();
}

void ChangeSignal::waitsSince(Steady::time_point time) {
    *since_.lock() = time;
}

bool ChangeSignal::waitUntil(Steady::time_point deadline) {
    return since_.lock().waitUntil(came_, deadline, [this](const auto&) { return waiting_ != 0; });
}

}  // namespace weir
