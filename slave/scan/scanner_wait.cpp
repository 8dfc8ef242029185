#include "slave/scan/scanner_wait.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "common/base/error.h"

namespace weir {

Signal::Signal() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (fd_ < 0) throw systemError("eventfd", errno);
}

Signal::~Signal() {
    ::close(fd_);
}

void Signal::raise() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);  // fails only when already raised
}

void Signal::clear() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(fd_, &count, sizeof count);  // fails only when not raised
}

Waited waitFor(int fd, short events, const Until& until) {
    pollfd entries[2] = {{fd, events, 0}, {until.cancel, POLLIN, 0}};
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until.deadline - std::chrono::steady_clock::now());
        const auto wait = std::clamp<std::int64_t>(left.count(), 0, 3'600'000);
        const int ready = ::poll(entries, 2, static_cast<int>(wait));
        if (ready < 0 && errno != EINTR) throw systemError("poll", errno);
        if (ready > 0 && entries[1].revents != 0) return Waited::kCancelled;
        if (ready > 0) return Waited::kReady;
        if (ready == 0 && std::chrono::steady_clock::now() >= until.deadline) return Waited::kDeadline;
    }
}

}  // namespace weir
