// What the kinds of scanners have in common: one mail asked on one connection.
//
// A ScannerProtocol belongs to one thread and outlives its connections. Everything throws ScanError for what
// leaves the mail unscanned or the scanner unchecked; a refusal of the size is an outcome.
#pragma once

#include <memory>

#include "slave/scan/scan_outcome.h"
#include "slave/scan/scanner_settings.h"
#include "slave/scan/scanner_socket.h"

namespace weir {

// What a scanner says about itself; either may be empty.
struct ScannerVersion {
    std::string version;     // "ClamAV 1.4.6", "rspamd/3.4"
    std::string signatures;  // their number and date, or the service tag of an ICAP server
};

class ScannerProtocol {
  public:
    struct Answer {
        ScanOutcome outcome;
        bool keep = false;  // the connection can take another scan
    };

    virtual ~ScannerProtocol() = default;

    // Before the first scan on a connection. False: it was used up, and another one is to be opened.
    virtual bool prepare(ScannerSocket&) { return true; }
    virtual Answer scan(ScannerSocket& socket, const ScanRequest& request) = 0;
    // On a connection of its own, unprepared.
    virtual ScannerVersion check(ScannerSocket& socket) = 0;
};

// `settings` must outlive it.
std::unique_ptr<ScannerProtocol> makeScannerProtocol(const ScannerSettings& settings);

}  // namespace weir
