// One SMTP conversation over TCP, with a deadline for every step.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct SmtpReply {
    int code = 0;                    // 0: none came, `lines` says why
    std::vector<std::string> lines;  // without code and line end
    bool ok() const { return code >= 200 && code < 300; }
    bool temporary() const { return code == 0 || (code >= 400 && code < 500); }
    std::string text() const;  // "550 5.1.1 no such user", one line
};

// Never throws. After a failure every further call fails with the same text.
class SmtpConnection {
  public:
    SmtpConnection(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout);
    ~SmtpConnection();
    SmtpConnection(const SmtpConnection&) = delete;
    SmtpConnection& operator=(const SmtpConnection&) = delete;

    bool connected() const { return fd_ >= 0; }
    const std::string& failure() const { return failure_; }

    // True when the kernel took all of it.
    bool send(std::string_view bytes, std::chrono::milliseconds timeout);
    SmtpReply reply(std::chrono::milliseconds timeout);
    SmtpReply command(const std::string& line, std::chrono::milliseconds timeout);

  private:
    using Deadline = std::chrono::steady_clock::time_point;
    bool connectTo(const void* address, unsigned length, int family, Deadline deadline);
    bool wait(short events, Deadline deadline, const char* what);
    bool readLine(std::string& line, Deadline deadline);
    bool fail(const std::string& text);

    int fd_ = -1;
    std::string peer_, failure_, buffer_;
};

}  // namespace weir
