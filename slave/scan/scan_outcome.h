// What a scanner said about one mail, and what it is asked with. The same for every kind of scanner.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/mail/envelope.h"

namespace weir {

// Both must stay as they are until the ticket of the scan is done or gone (scanner_pool.h).
struct ScanRequest {
    std::string_view mail;  // header block and body as received
    const Envelope& envelope;
};

struct Symbol {
    std::string name;
    double score = 0;                  // 0 where the scanner names no score (spamd)
    std::vector<std::string> options;  // what it matched on, where the scanner tells (rspamd)
};

// Why a mail was not scanned.
enum class ScanFailure {
    kNone,
    kBusy,      // no connection of the pool was free in time
    kOpen,      // not asked: the scanner failed too often and its pause is not over (circuit_breaker.h)
    kAway,      // no connection: refused, no such host or path, bad address
    kSlow,      // no whole answer in time
    kBroken,    // the connection ended before the answer did
    kNonsense,  // an answer that its protocol does not have, or one over a limit
    kError,     // it answered that it could not scan
    kGivenUp,   // the ticket was dropped
};
const char* toString(ScanFailure failure);  // "busy", "open", "away", …

struct ScanOutcome {
    enum class State {
        kClean,
        kFound,        // a virus (clamd, ICAP), or spam in the scanner's own opinion (rspamd, spamd)
        kUnavailable,  // not scanned: failure and detail say why
        kTooLarge,     // not scanned: over the pool's maxBytes or the scanner's own limit; detail says which
    };
    State state = State::kClean;
    ScanFailure failure = ScanFailure::kNone;
    std::vector<std::string> names;  // viruses, in the scanner's words
    double score = 0;                // rspamd, spamd
    double required = 0;             // from which score on the scanner itself calls it spam
    std::vector<Symbol> symbols;     // rspamd, spamd
    std::string action;              // rspamd: "no action", "greylist", "add header", "reject" …
    std::string detail;              // for the operator; one line
    double millis = 0;               // from start() on, waiting for a connection included
};
const char* toString(ScanOutcome::State state);  // "clean", "found", "unavailable", "too-large"

ScanOutcome unavailable(ScanFailure failure, std::string detail);
ScanOutcome tooLarge(std::string detail);

// A scan or check that failed. The text completes a sentence that begins with the scanner: "closed the …".
class ScanError : public Error {
  public:
    ScanError(ScanFailure failure, const std::string& text);
    ScanFailure failure() const { return failure_; }

  private:
    ScanFailure failure_;
};

// Text from a peer, fit to be shown: valid UTF-8 of at most `limit` bytes, on one line, no ASCII controls.
std::string peerText(std::string_view bytes, std::size_t limit = 200);

}  // namespace weir
