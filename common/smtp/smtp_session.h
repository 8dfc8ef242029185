// One SMTP conversation up to the greeting and its extensions, for what follows it (RFC 5321).
#pragma once

#include <optional>
#include <set>
#include <string>

#include "common/smtp/smtp_client.h"
#include "common/smtp/smtp_connection.h"

namespace weir {

// Nothing throws. One thread.
class SmtpSession {
  public:
    using Deadline = std::chrono::steady_clock::time_point;
    // Connects. `settings` must outlive it. With a deadline no step takes longer than what is left of it.
    explicit SmtpSession(const SmtpClientSettings& settings, std::optional<Deadline> deadline = std::nullopt);

    // What the server said at the step that failed, or to the last of the greeting and EHLO (HELO).
    struct Opened {
        std::string step;  // "connect", "HELO"
        SmtpReply reply;
    };
    Opened open();
    bool offers(const char* extension) const { return extensions_.contains(extension); }

    SmtpReply command(const std::string& line);
    void setDeadline(Deadline deadline) { deadline_ = deadline; }
    // Politeness at the end: nobody waits for an answer.
    void quit() { connection_.send("QUIT\r\n", std::chrono::seconds(1)); }

    SmtpConnection& connection() { return connection_; }
    std::string peer() const { return settings_.host + ":" + std::to_string(settings_.port); }

  private:
    std::chrono::milliseconds within(std::chrono::milliseconds time) const;
    SmtpReply hello();

    const SmtpClientSettings& settings_;
    std::optional<Deadline> deadline_;
    SmtpConnection connection_;
    std::set<std::string> extensions_;
};

// Can stand in MAIL FROM and RCPT TO: no control characters, and no space or bracket outside quotes.
bool isSmtpAddress(const std::string& address);
// Needs SMTPUTF8 (RFC 6531).
bool needsSmtpUtf8(const std::string& address);

}  // namespace weir
