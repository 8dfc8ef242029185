// What is known about one mail while rules are evaluated: each fact computed at most once, and only if asked.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/mail/envelope.h"
#include "common/mail/message.h"

namespace weir {

// Answer of the virus scanner about one mail.
struct VirusResult {
    enum class State { kClean, kInfected, kUnavailable, kTooLarge };
    State state = State::kClean;
    std::vector<std::string> names;  // kInfected
    std::string detail;              // kUnavailable: why, for the operator
    double millis = 0;
};
// Called at most once a mail, and only when a rule asks for a virus fact. Must not throw.
using VirusScan = std::function<VirusResult()>;

// The facts of one mail. One thread. Envelope and message must outlive it.
class Facts {
  public:
    // `scan` may be empty: virus facts are then unknown (as when the master tests a draft).
    Facts(const Envelope& envelope, const Message& message, VirusScan scan);

    const Envelope& envelope() const { return envelope_; }
    const Message& message() const { return message_; }
    // nullptr where no scanner was given.
    const VirusResult* virus();
    bool virusAsked() const { return virus_.has_value(); }

  private:
    const Envelope& envelope_;
    const Message& message_;
    VirusScan scan_;
    std::optional<VirusResult> virus_;
};

}  // namespace weir
