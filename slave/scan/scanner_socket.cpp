#include "slave/scan/scanner_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "slave/scan/scan_outcome.h"

namespace weir {
namespace {

constexpr std::size_t kReadBytes = 16u << 10;

std::string because(const char* what, int errorNumber) {
    return std::string(what) + ": " + std::strerror(errorNumber);
}

}  // namespace

ScannerSocket::ScannerSocket(const std::vector<SocketTarget>& targets, const Until& until) : until_(until) {
    std::optional<ScanError> last;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto now = std::chrono::steady_clock::now();
        const auto share = (until.deadline - now) / static_cast<long>(targets.size() - i);
        try {
            connect(targets[i], Until{now + share, until.cancel});
            return;
        } catch (const ScanError& error) {
            if (fd_ >= 0) ::close(fd_);
            fd_ = -1;
            if (error.failure() == ScanFailure::kGivenUp) throw;
            last = error;
        } catch (...) {
            if (fd_ >= 0) ::close(fd_);
            throw;
        }
    }
    throw last.value_or(ScanError(ScanFailure::kAway, "cannot be reached: no address"));
}

void ScannerSocket::connect(const SocketTarget& target, const Until& until) {
    fd_ = ::socket(target.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd_ < 0) throw ScanError(ScanFailure::kAway, because("cannot be reached", errno));
    // Small pieces end a request; without this each would wait for the acknowledgement of the one before.
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // has no effect on a Unix socket
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&target.address), target.size) == 0) return;
    // EAGAIN: a Unix socket whose queue of connections is full.
    if (errno != EINPROGRESS) throw ScanError(ScanFailure::kAway, because("cannot be reached", errno));
    wait(POLLOUT, until, "did not accept the connection in time");
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) throw ScanError(ScanFailure::kAway, because("cannot be reached", error));
}

ScannerSocket::~ScannerSocket() {
    ::close(fd_);
}

void ScannerSocket::begin(const Until& until) {
    until_ = until;
    heard_ = false;
}

bool ScannerSocket::quiet() const {
    pollfd entry{fd_, POLLIN, 0};
    return at_ == buffer_.size() && ::poll(&entry, 1, 0) == 0;
}

void ScannerSocket::wait(short events, const Until& until, const char* slowText) const {
    const Waited waited = waitFor(fd_, events, until);
    if (waited == Waited::kCancelled) throw ScanError(ScanFailure::kGivenUp, "was given up");
    if (waited == Waited::kDeadline) throw ScanError(ScanFailure::kSlow, slowText);
}

bool ScannerSocket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        // A scanner that has seen enough (its size limit) answers early: what it says counts more than the
        // rest.
        if (!quiet()) return false;
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            wait(POLLOUT | POLLIN, until_, "did not take the mail in time");
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return false;
        } else if (errno != EINTR) {
            throw ScanError(ScanFailure::kBroken, because("broke the connection", errno));
        }
    }
    return true;
}

void ScannerSocket::endSending() {
    ::shutdown(fd_, SHUT_WR);
}

// False at the end of the stream.
bool ScannerSocket::fill() {
    if (at_ == buffer_.size() || at_ >= kReadBytes) {
        buffer_.erase(0, at_);
        at_ = 0;
    }
    for (;;) {
        char piece[kReadBytes];
        const ssize_t got = ::recv(fd_, piece, sizeof piece, 0);
        if (got > 0) {
            buffer_.append(piece, static_cast<std::size_t>(got));
            heard_ = true;
            return true;
        }
        if (got == 0) return false;
        if (errno == EAGAIN) {
            wait(POLLIN, until_, heard_ ? "did not end its answer in time" : "did not answer in time");
        } else if (errno != EINTR) {
            throw ScanError(ScanFailure::kBroken, because("broke the connection", errno));
        }
    }
}

std::string ScannerSocket::readUntil(std::string_view end, std::size_t limit) {
    std::size_t searched = at_;
    for (;;) {
        const std::size_t found = buffer_.find(end, searched);
        // Without the end, the last bytes may be the beginning of it.
        const std::size_t length = found == std::string::npos
                                       ? buffer_.size() - at_ - std::min(buffer_.size() - at_, end.size() - 1)
                                       : found - at_;
        if (length > limit) {
            throw ScanError(ScanFailure::kNonsense,
                            "sent more than " + std::to_string(limit) + " bytes where less was due: '" +
                                peerText(std::string_view(buffer_).substr(at_), 60) + "…'");
        }
        if (found != std::string::npos) {
            std::string text = buffer_.substr(at_, found - at_);
            at_ = found + end.size();
            return text;
        }
        if (!fill()) {
            throw ScanError(ScanFailure::kBroken, heard_ ? "closed the connection in the middle of its answer"
                                                         : "closed the connection without an answer");
        }
        searched = at_ + length;
    }
}

std::string_view ScannerSocket::readSome(std::size_t limit) {
    if (at_ == buffer_.size() && !fill()) return {};
    const std::string_view piece = std::string_view(buffer_).substr(at_, limit);
    at_ += piece.size();
    return piece;
}

}  // namespace weir
