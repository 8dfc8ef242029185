#include "master/http/connection_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/control.h"
#include "common/base/error.h"

namespace weir::http {

namespace {

constexpr std::chrono::milliseconds kTurn{100};

std::int64_t steadyMillis() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               ConnectionWatch::Clock::now().time_since_epoch())
        .count();
}

}  // namespace

ConnectionWatch::ConnectionWatch(const std::string& name, int perAddress)
    : perAddress_(perAddress), watchdog_(name + "-watch", [this] { return turn(); }) {}

ConnectionWatch::~ConnectionWatch() = default;

std::chrono::milliseconds ConnectionWatch::turn() {
    const auto present = controlOff("limits") ? 0 : steadyMillis();
    auto open = open_.lock();
    for (const auto& [id, entry] : open->entries)
        if (entry->deadline_ < present || (stopping_ && entry->idle_)) entry->breakOff();
    return kTurn;
}

bool ConnectionWatch::full(const std::string& address) {
    auto open = open_.lock();
    const auto found = open->perAddress.find(address);
    return found != open->perAddress.end() && found->second >= perAddress_ && !controlOff("limits");
}

int ConnectionWatch::count() {
    return static_cast<int>(open_.lock()->entries.size());
}

void ConnectionWatch::stopIdle() {
    stopping_ = true;
    watchdog_.wake();
}

void ConnectionWatch::breakOffAll() {
    auto open = open_.lock();
    for (const auto& [id, entry] : open->entries) entry->breakOff();
}

ConnectionWatch::Entry::Entry(ConnectionWatch& watch, int fd, std::string address)
    : watch_(watch), address_(std::move(address)), fd_(::fcntl(fd, F_DUPFD_CLOEXEC, 0)), deadline_(kNever) {
    if (fd_ < 0) throw Error(ErrorCode::kLimit, "no file descriptor left for a connection");
    auto open = watch_.open_.lock();
    id_ = open->nextId++;
    int& count = open->perAddress[address_];
    admitted_ = count < watch_.perAddress_ || controlOff("limits");
    ++count;
    open->entries.emplace(id_, this);
}

ConnectionWatch::Entry::~Entry() {
    {
        auto open = watch_.open_.lock();
        open->entries.erase(id_);
        if (--open->perAddress[address_] == 0) open->perAddress.erase(address_);
    }
    ::close(fd_);
}

void ConnectionWatch::Entry::within(std::chrono::milliseconds time) {
    idle_ = false;
    deadline_ = steadyMillis() + time.count();
}

void ConnectionWatch::Entry::idle(std::chrono::milliseconds time) {
    deadline_ = steadyMillis() + time.count();
    idle_ = true;
}

void ConnectionWatch::Entry::breakOff() {
    ::shutdown(fd_, SHUT_RDWR);
}

bool ConnectionWatch::Entry::peerGone() const {
    pollfd state{fd_, POLLRDHUP, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace weir::http
