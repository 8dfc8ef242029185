// How one scanner is, for the node's status and metrics.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/clock.h"
#include "slave/scan/scanner_settings.h"

namespace weir {

struct ScannerHealth {
    enum class State {
        kUnknown,  // neither asked nor checked yet
        kOk,
        kFailing,  // the last scan or check failed
        kOpen,     // it failed too often: mail is not sent to it for now
    };
    bool ok = false;     // kUnknown and kOk
    std::string detail;  // one line: the version when ok, else what failed
    State state = State::kUnknown;
    ScannerKind kind = ScannerKind::kClamd;
    std::string address;
    std::string version;  // as ScannerVersion, of the last check that went well
    std::string signatures;
    std::string lastError;  // kept when it is well again
    TimePoint lastErrorAt{};
    std::uint64_t scans = 0;     // done: clean, found or too large in the scanner's own opinion
    std::uint64_t found = 0;     // of these
    std::uint64_t failures = 0;  // asked, and not scanned
    std::uint64_t notAsked = 0;  // busy, or open
    double averageMillis = 0;    // of the last scans, waiting included
    unsigned inUse = 0;
    unsigned connections = 0;
    unsigned waiting = 0;
};
const char* toString(ScannerHealth::State state);  // "unknown", "ok", "failing", "open"

}  // namespace weir
