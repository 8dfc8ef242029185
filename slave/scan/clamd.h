// The virus scanner clamd, over its INSTREAM command (clamd(8)).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

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

}  // namespace weir
