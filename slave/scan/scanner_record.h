// What happened with one scanner so far: its health, and a log line when it goes away or comes back.
// Not thread-safe.
#pragma once

#include <string>

#include "slave/scan/circuit_breaker.h"
#include "slave/scan/scan_outcome.h"
#include "slave/scan/scanner_health.h"
#include "slave/scan/scanner_protocol.h"

namespace weir {

class ScannerRecord {
  public:
    explicit ScannerRecord(const ScannerSettings& settings);

    void add(const ScanOutcome& outcome);  // of a scan that reached the scanner, or could have
    void checked(const ScannerVersion& version);
    void checkFailed(const std::string& reason);

    // `waiting` and `inUse` are the caller's to fill in.
    ScannerHealth health(const CircuitBreaker::Status& breaker) const;
    // Logs when the breaker has opened or closed since the last call.
    void follow(const CircuitBreaker::Status& breaker);

  private:
    void remember(const std::string& error);

    ScannerHealth health_;
    bool asked_ = false;
    bool scanFailed_ = false;
    bool checkFailed_ = false;
    bool open_ = false;  // as last logged
};

}  // namespace weir
