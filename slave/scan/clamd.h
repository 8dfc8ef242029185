// The virus scanner clamd, over its INSTREAM command (clamd(8)).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/policy/facts.h"
#include "common/policy/policy_evaluator.h"
#include "slave/scan/scanner_health.h"
#include "slave/scan/scanner_protocol.h"

namespace weir {

class ClamdProtocol : public ScannerProtocol {
  public:
    // kSession: many scans on one connection (IDSESSION). kSingle: clamd ends the connection after one.
    enum class Use { kSession, kSingle };
    explicit ClamdProtocol(Use use = Use::kSession) : use_(use) {}

    bool prepare(ScannerSocket& socket) override;
    Answer scan(ScannerSocket& socket, const ScanRequest& request) override;
    ScannerVersion check(ScannerSocket& socket) override;

  private:
    std::string readAnswer(ScannerSocket& socket);

    const Use use_;
    unsigned commands_ = 0;  // on this connection: clamd numbers its answers
};

// One scan on a connection of its own. Never throws. kTooLarge when the mail is over section.maxBytes
// (nothing is sent then) or over clamd's own StreamMaxLength; kUnavailable, with the reason, for everything
// that leaves the mail unscanned.
VirusResult scanWithClamd(const AntivirusSection& section, std::string_view mail);

// Asks for the version, which proves that clamd answers and has loaded its signatures. Never throws. Only
// state, address, version, signatures and lastError are told.
ScannerHealth clamdHealth(const std::string& address, std::chrono::milliseconds timeout);

}  // namespace weir
