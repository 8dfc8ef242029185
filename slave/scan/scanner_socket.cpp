#include "slave/scan/scanner_socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "common/base/error.h"

namespace weir {
namespace {

Error unavailable(const std::string& what, int errorNumber) {
    return Error(ErrorCode::kUnavailable, what + ": " + std::strerror(errorNumber));
}

int openSocket(int family) {
    const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) throw unavailable("scanner socket", errno);
    return fd;
}

struct Target {
    sockaddr_storage address{};
    socklen_t size = 0;
};

Target unixTarget(const std::string& path) {
    Target target;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    std::memcpy(&target.address, &address, sizeof address);
    target.size = sizeof address;
    return target;
}

Target inetTarget(const SocketName& address) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int result =
        ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
    if (result != 0) {
        throw Error(ErrorCode::kUnavailable, "scanner host " + address.host + ": " + ::gai_strerror(result));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    Target target;
    std::memcpy(&target.address, found->ai_addr, found->ai_addrlen);
    target.size = found->ai_addrlen;
    return target;
}

}  // namespace

ScannerSocket::ScannerSocket(const SocketName& address, Deadline deadline) : deadline_(deadline) {
    const Target target = address.path.empty() ? inetTarget(address) : unixTarget(address.path);
    fd_ = openSocket(target.address.ss_family);
    try {
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&target.address), target.size) == 0) return;
        if (errno != EINPROGRESS) throw unavailable("scanner connection", errno);
        wait(POLLOUT);
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) throw unavailable("scanner connection", error);
    } catch (...) {
        ::close(fd_);
        throw;
    }
}

ScannerSocket::~ScannerSocket() {
    ::close(fd_);
}

void ScannerSocket::wait(short events) {
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline_ - std::chrono::steady_clock::now());
        if (left.count() <= 0) throw Error(ErrorCode::kTimeout, "the scanner did not answer in time");
        pollfd entry{fd_, events, 0};
        const int ready =
            ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left.count() + 1, 3'600'000)));
        if (ready > 0) return;
        if (ready < 0 && errno != EINTR) throw unavailable("scanner poll", errno);
    }
}

bool ScannerSocket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        // A scanner that has seen enough (its size limit) answers early: what it says counts more than the
        // rest.
        pollfd entry{fd_, POLLIN, 0};
        if (::poll(&entry, 1, 0) > 0) return false;
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            wait(POLLOUT | POLLIN);
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return false;
        } else if (errno != EINTR) {
            throw unavailable("sending to the scanner", errno);
        }
    }
    return true;
}

std::string ScannerSocket::receiveUntil(char end, std::size_t limit) {
    std::string text;
    char buffer[1024];
    while (text.size() < limit) {
        const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
        if (got > 0) {
            const std::string_view piece(buffer, static_cast<std::size_t>(got));
            const std::size_t at = piece.find(end);
            text.append(piece.substr(0, at));
            if (at != std::string_view::npos) break;
        } else if (got == 0) {
            break;
        } else if (errno == EAGAIN) {
            wait(POLLIN);
        } else if (errno != EINTR) {
            throw unavailable("reading from the scanner", errno);
        }
    }
    if (text.size() > limit) text.resize(limit);
    return text;
}

}  // namespace weir
