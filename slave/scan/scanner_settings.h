// How one scanner is reached and used: plain values, without knowledge of the policy they come from.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace weir {

enum class ScannerKind { kClamd, kRspamd, kSpamd, kIcap };
const char* toString(ScannerKind kind);  // "clamd", "rspamd", "spamd", "icap"

struct BreakerSettings {
    unsigned failures = 5;                           // in a row, until the scanner is not asked for a while
    std::chrono::milliseconds firstPause{1000};      // doubled each time it fails again
    std::chrono::milliseconds longestPause{60'000};  // … up to this
    bool operator==(const BreakerSettings&) const = default;
};

enum class IcapMethod { kRespmod, kReqmod };

struct ScannerSettings {
    ScannerKind kind = ScannerKind::kClamd;
    std::string address = {};   // inet:HOST:PORT or unix:/PATH
    std::string password = {};  // rspamd: the Password header; empty: none is sent
    std::string user = {};      // spamd: whose preferences; empty: the daemon's own
    std::string service = {};   // ICAP: path of the service, "avscan"
    IcapMethod method = IcapMethod::kRespmod;
    std::chrono::milliseconds timeout{
        10'000};                         // for one mail: wait, connection, transfer and answer together
    std::uint64_t maxBytes = 25u << 20;  // a larger mail is kTooLarge and not sent
    unsigned connections = 4;            // and threads; from 1 to 64
    std::chrono::milliseconds checkEvery{30'000};  // asks for the version that often; 0: never
    BreakerSettings breaker = {};
    bool operator==(const ScannerSettings&) const = default;
};

}  // namespace weir
