// One connection to a scanner, opened when it is needed and kept as long as the scanner keeps it. One thread.
#pragma once

#include <chrono>
#include <memory>

#include "slave/scan/scanner_address.h"
#include "slave/scan/scanner_protocol.h"

namespace weir {

class ScannerConnection {
  public:
    // Both must outlive it.
    ScannerConnection(const ScannerSettings& settings, ScannerAddress& address);

    // A kept connection that turns out to be dead is replaced once. Throws ScanError.
    ScanOutcome scan(const ScanRequest& request, const Until& until);
    // On a connection of its own. Throws ScanError.
    ScannerVersion check(const Until& until);
    void close() { socket_.reset(); }

  private:
    void open(const Until& until);

    ScannerAddress& address_;
    const std::unique_ptr<ScannerProtocol> protocol_;
    std::unique_ptr<ScannerSocket> socket_;
};

}  // namespace weir
