// The virus scanner clamd, over its INSTREAM command (clamd(8)).
//
// One connection a scan, ended by one deadline for connect, transfer and answer together. Thread-safe: no
// state is kept between calls.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/policy/facts.h"
#include "common/policy/policy_evaluator.h"

namespace weir {

// Never throws. kTooLarge when the mail is over section.maxBytes (nothing is sent then) or over clamd's own
// StreamMaxLength; kUnavailable, with the reason, for everything that leaves the mail unscanned.
VirusResult scanWithClamd(const AntivirusSection& section, std::string_view mail);

struct ScannerHealth {
    bool ok = false;
    std::string detail;  // version and signature date when ok, else what failed
};
// Asks for the version, which proves that clamd answers and has loaded its signatures. Never throws.
ScannerHealth clamdHealth(const std::string& address, std::chrono::milliseconds timeout);

}  // namespace weir
