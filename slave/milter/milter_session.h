// One conversation with an MTA, from connect to close: collects envelope and bytes of one mail after the
// other and has each judged. Knows the order of the callbacks, but not libmilter.
//
// One thread at a time, as libmilter calls it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "slave/filter/mail_filter.h"
#include "slave/milter/direction.h"
#include "slave/milter/mail_builder.h"
#include "slave/report/answer_slots.h"

namespace weir {

enum class OversizeAnswer { kReject, kTempfail };

struct MilterLimits {
    MailBuilderLimits mail;
    OversizeAnswer oversize = OversizeAnswer::kReject;
    std::size_t recipients = 10'000;         // of one mail; more: tempfail
    std::size_t connections = 1000;          // at once; more: tempfail at connect
    std::uint64_t memoryBytes = 256u << 20;  // of all mails in hand
};

// Value of an MTA macro by name, empty when it was not sent.
using Macros = std::function<std::string(const char* name)>;

class MilterSession {
  public:
    MilterSession(const MilterLimits& limits, const DirectionRule& direction, MemoryBudget& budget,
                  MailFilter& filter, AnswerSlots& slots);

    // `address` is empty for local submission.
    void connected(std::string_view name, std::string address, const Macros& macros);
    void helo(std::string_view name, const Macros& macros);
    // `parameters` are those of MAIL FROM ("SIZE=1234").
    void mailFrom(std::string_view sender, const std::vector<std::string_view>& parameters,
                  const Macros& macros);
    void rcptTo(std::string_view recipient, const Macros& macros);
    void header(std::string_view name, std::string_view value, bool leadingSpace) {
        builder_.header(name, value, leadingSpace);
    }
    void body(std::string_view chunk) { builder_.body(chunk); }
    MailAnswer endOfMessage(const Macros& macros);
    // The conversation went on or ended after a reply, or the mail was given up.
    void reset();
    // The answer could not be handed over: the client will try again. Puts the mail's event in doubt.
    void answerLost();

    // The recipient as the MTA wrote it, for taking it out of the mail.
    std::string asReceived(const std::string& recipient) const;
    const Envelope& envelope() const { return mail_; }
    bool hasMail() const { return hasMail_; }

  private:
    // Why this mail cannot be judged in whole; kDeliver when it can.
    Verdict refusal() const;

    const MilterLimits& limits_;
    const DirectionRule& direction_;
    MailFilter& filter_;
    AnswerSlots& slots_;
    Envelope client_;  // what every mail of this connection begins with
    Envelope mail_;
    std::string daemonPort_;
    std::vector<std::string> received_;  // the recipients as written, beside mail_.recipients
    bool hasMail_ = false;
    bool tooManyRecipients_ = false;
    MailBuilder builder_;
    AnswerSlot slot_;
    bool slotTaken_ = false;
    Sequence lastSequence_ = 0;
};

}  // namespace weir
