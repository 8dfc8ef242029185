#include "common/smtp/smtp_connection.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace weir {
namespace {

constexpr std::size_t kLineLimit = 4096, kLinesLimit = 200;

// A peer's words for the log and the console: printable, and not too many.
std::string printable(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return text.substr(0, 1000);
}

// As a log line names a server: an IPv6 address in brackets (RFC 3986 3.2.2), or its port would look like a
// part of it.
std::string named(const std::string& host, std::uint16_t port) {
    const bool ipv6 = host.find(':') != std::string::npos;
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

std::string SmtpReply::text() const {
    std::string text = code == 0 ? "" : std::to_string(code);
    for (const std::string& line : lines) text += (text.empty() ? "" : " ") + line;
    return printable(text);
}

SmtpConnection::SmtpConnection(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout)
    : peer_(named(host, port)) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) {
        fail(std::string("cannot resolve: ") + ::gai_strerror(error));
        return;
    }
    const Deadline deadline = std::chrono::steady_clock::now() + timeout;
    for (const addrinfo* at = found; at && fd_ < 0; at = at->ai_next)
        connectTo(at->ai_addr, at->ai_addrlen, at->ai_family, deadline);
    ::freeaddrinfo(found);
    if (fd_ >= 0) failure_.clear();
}

SmtpConnection::~SmtpConnection() {
    if (fd_ >= 0) ::close(fd_);
}

bool SmtpConnection::connectTo(const void* address, unsigned length, int family, Deadline deadline) {
    fd_ = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return fail(std::string("cannot make a socket: ") + std::strerror(errno));
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(fd_, static_cast<const sockaddr*>(address), length) == 0) return true;
    if (errno != EINPROGRESS) return fail(std::string("cannot connect: ") + std::strerror(errno));
    if (!wait(POLLOUT, deadline, "connecting")) return false;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    return error == 0 || fail(std::string("cannot connect: ") + std::strerror(error));
}

bool SmtpConnection::fail(const std::string& text) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    failure_ = peer_ + ": " + text;
    return false;
}

bool SmtpConnection::wait(short events, Deadline deadline, const char* what) {
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd poll{fd_, events, 0};
        const int result = ::poll(&poll, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (result > 0) return true;
        if (result == 0) return fail(std::string("timeout while ") + what);
        if (errno != EINTR) return fail(std::string("cannot wait: ") + std::strerror(errno));
    }
}

bool SmtpConnection::send(std::string_view bytes, std::chrono::milliseconds timeout) {
    const Deadline deadline = std::chrono::steady_clock::now() + timeout;
    while (!bytes.empty()) {
        if (fd_ < 0) return false;
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno == EAGAIN)
            wait(POLLOUT, deadline, "sending");
        else if (errno != EINTR)
            fail(std::string("connection lost: ") + std::strerror(errno));
    }
    return fd_ >= 0;
}

bool SmtpConnection::readLine(std::string& line, Deadline deadline) {
    for (;;) {
        const auto end = buffer_.find('\n');
        if (end != std::string::npos) {
            line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            if (!line.empty() && line.back() == '\r') line.pop_back();
            return true;
        }
        if (buffer_.size() > kLineLimit)
            return fail("a reply line over " + std::to_string(kLineLimit) + " bytes");
        if (fd_ < 0 || !wait(POLLIN, deadline, "waiting for a reply")) return false;
        char block[2048];
        const ssize_t count = ::recv(fd_, block, sizeof block, 0);
        if (count > 0)
            buffer_.append(block, static_cast<std::size_t>(count));
        else if (count == 0)
            return fail("connection closed by the mail server");
        else if (errno != EINTR && errno != EAGAIN)
            return fail(std::string("connection lost: ") + std::strerror(errno));
    }
}

SmtpReply SmtpConnection::reply(std::chrono::milliseconds timeout) {
    const Deadline deadline = std::chrono::steady_clock::now() + timeout;
    SmtpReply reply;
    std::string line;
    const auto noReply = [&] { return SmtpReply{0, {failure_}}; };
    do {
        if (!readLine(line, deadline)) return noReply();
        const bool digits = line.size() >= 3 && std::all_of(line.begin(), line.begin() + 3,
                                                            [](char c) { return c >= '0' && c <= '9'; });
        if (!digits || line[0] < '2' || line[0] > '5' || reply.lines.size() >= kLinesLimit) {
            fail("not an SMTP reply: " + printable(line));
            return noReply();
        }
        reply.code = std::stoi(line.substr(0, 3));
        reply.lines.push_back(line.size() > 4 ? line.substr(4) : "");
    } while (line.size() > 3 && line[3] == '-');
    return reply;
}

SmtpReply SmtpConnection::command(const std::string& line, std::chrono::milliseconds timeout) {
    if (!send(line + "\r\n", timeout)) return SmtpReply{0, {failure_}};
    return reply(timeout);
}

}  // namespace weir
