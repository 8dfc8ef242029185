// SMTP client (RFC 5321) that hands one mail to one server.
//
// All recipients or none: when one is refused the mail is not sent to any. The content goes out byte for
// byte, except that a bare LF becomes CRLF, a missing final line end is added, and dots are stuffed
// (section 4.5.2). Stateless but for its settings: any number of threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace weir {

struct SmtpClientSettings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 10026;
    std::string heloName = "localhost";
    std::chrono::milliseconds connectTimeout{10'000};
    std::chrono::milliseconds commandTimeout{60'000};  // for each reply but the last
    std::chrono::milliseconds dataTimeout{300'000};    // for the reply to the final dot, and for each write
};

struct SmtpResult {
    enum class Outcome {
        kSent,     // the MTA answered 2xx to the final dot
        kNotSent,  // the MTA has nothing of it
        kUnknown,  // the connection was lost after the final dot: it may have it
    };
    Outcome outcome = Outcome::kNotSent;
    bool temporary = false;  // kNotSent: trying later may work (4xx, no connection)
    std::string text;        // for the operator: the reply, or what failed; names refused recipients
};

class SmtpClient {
  public:
    explicit SmtpClient(SmtpClientSettings settings) : settings_(std::move(settings)) {}

    // `head` (header lines, each with CRLF; may be empty) goes in front of `content`, which must be seekable.
    // An empty sender is <>. Never throws for anything the network does; throws kInvalid for no recipients or
    // an address with control characters, and kIo when `content` cannot be read (then nothing was sent).
    SmtpResult send(const std::string& sender, const std::vector<std::string>& recipients,
                    const std::string& head, std::istream& content) const;

    const SmtpClientSettings& settings() const { return settings_; }

  private:
    SmtpClientSettings settings_;
};

}  // namespace weir
