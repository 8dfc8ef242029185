// What an ICAP server (RFC 3507) says: its options, the names of what it found, what lies inside its answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "slave/scan/http_head.h"

namespace weir {

struct IcapLimits {
    std::size_t names = 32;  // more are left out
    std::size_t nameBytes = 256;
    std::size_t preview = 64u << 10;           // of what a server asks for, we send at most that
    std::uint64_t optionsAtLeast = 60;         // seconds that options are kept, whatever their TTL says
    std::uint64_t optionsSeconds = 24 * 3600;  // … and at most
    HttpLimits http = {};
};

struct IcapOptions {
    std::string serviceTag;  // ISTag (4.7): changes with the service's signatures
    std::string service;     // what it calls itself
    std::optional<std::size_t> preview;
    bool respmod = false;
    bool reqmod = false;
    std::uint64_t seconds = 3600;  // Options-TTL
};
Expected<IcapOptions> parseIcapOptions(const HttpHead& head, const IcapLimits& limits = {});

// Names from X-Infection-Found ("Type=0; Resolution=2; Threat=NAME;"), X-Violations-Found (a count, then four
// lines each: file, NAME, id, resolution) and X-Virus-ID, without repetition. Empty when there is no such
// field; a field without a name in it gives "unnamed".
std::vector<std::string> icapThreats(const HttpHead& head, const IcapLimits& limits = {});

// The Encapsulated field (4.4.1): which heads come, in order, and whether a body.
struct IcapInside {
    bool request = false;   // req-hdr
    bool response = false;  // res-hdr
    bool body = false;      // req-body, res-body or opt-body, not null-body
};
Expected<IcapInside> parseIcapInside(const HttpHead& head);

}  // namespace weir
