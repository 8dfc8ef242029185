// Asks a mail server whether it takes mail for an address, without sending one (RFC 5321, sections 3.3 and
// 4.1.1.3): MAIL FROM:<> and RCPT TO, then RSET.
#pragma once

#include <optional>
#include <string>

#include "common/smtp/smtp_session.h"

namespace weir {

struct ProbeAnswer {
    enum class State {
        kDeliverable,
        kUndeliverable,
        kUnsaid,       // a temporary refusal, or one that is not about this address
        kUnavailable,  // no connection, or the server does not talk to us
    };
    State state = State::kUnavailable;
    std::string text;  // for the operator: the reply, or what failed
};

// One connection, on which one address after the other is asked. Nothing throws. One thread.
class RecipientProbe {
  public:
    // Connects; `settings` must outlive it. Everything until the first answer ends by `deadline`.
    RecipientProbe(const SmtpClientSettings& settings, SmtpSession::Deadline deadline);
    ~RecipientProbe();

    ProbeAnswer ask(const std::string& address, SmtpSession::Deadline deadline);
    // Another address may be asked. Servers slow clients down that ask for many addresses that are not there.
    bool usable() const { return usable_; }

  private:
    ProbeAnswer unavailable(std::string text);
    ProbeAnswer said(const SmtpReply& reply);

    SmtpSession session_;
    std::optional<std::string> refusal_;  // the server did not want to talk
    int refused_ = 0;                     // addresses on this connection
    bool asked_ = false;
    bool usable_ = true;
};

}  // namespace weir
