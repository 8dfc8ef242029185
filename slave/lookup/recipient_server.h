// The mail server that knows which addresses of some domains there are, asked with RCPT TO.
//
// Connections are kept for the next question. Answers are remembered; that an address is there is believed
// beyond that time while the server does not answer. After a failure the server is left alone for a moment.
// Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "common/smtp/recipient_probe.h"

namespace weir {

struct RecipientServerSettings {
    std::string host;
    std::uint16_t port = 25;
    std::string heloName;
    std::chrono::milliseconds timeout{5000};
    std::chrono::seconds keepDeliverable{std::chrono::hours(24)};
    std::chrono::seconds keepUndeliverable{std::chrono::minutes(30)};
    std::chrono::seconds believe{std::chrono::hours(24 * 7)};  // beyond keepDeliverable
    std::size_t remembered = 100'000;                          // addresses
    std::size_t connections = 4;                               // kept
    std::chrono::milliseconds pause{5000};                     // after a failure
    bool operator==(const RecipientServerSettings&) const = default;
};

class RecipientServer {
  public:
    explicit RecipientServer(RecipientServerSettings settings);
    ~RecipientServer();
    RecipientServer(const RecipientServer&) = delete;
    RecipientServer& operator=(const RecipientServer&) = delete;

    const RecipientServerSettings& settings() const;
    // Waits at most the time-out, and for the system to look the server's name up. `left`: what one mail may
    // still wait for all its addresses, less what this took; at 0 only what is remembered is told. Never
    // throws.
    ProbeAnswer find(const std::string& address, std::chrono::milliseconds& left);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir
