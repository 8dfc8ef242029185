// One SPF record (RFC 7208 section 4.5 and 12), read whole before any of it is evaluated.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/policy/network.h"
#include "slave/auth/spf_macro.h"

namespace weir {

struct SpfRecordLimits {
    std::size_t bytes =
        16'384;  // of the record; what mail hosts publish stays under 450 by RFC 7208 section 3.4
    std::size_t terms = 1'000;
};

struct SpfMechanism {
    enum class Kind { kAll, kInclude, kA, kMx, kPtr, kIp4, kIp6, kExists };
    Kind kind = Kind::kAll;
    char qualifier = '+';                  // + - ~ ?
    std::optional<SpfMacroString> domain;  // nothing: the domain whose record it is
    AddressBytes network{};                // ip4, ip6
    unsigned prefix4 = 32;                 // a, mx, ip4
    unsigned prefix6 = 128;                // a, mx, ip6
    std::string text;                      // as published
};

struct SpfRecord {
    std::vector<SpfMechanism> mechanisms;
    std::optional<SpfMacroString> redirect;
    std::optional<SpfMacroString> explanation;  // exp=
};

// Whether a TXT record is one: "v=spf1" in any case, alone or before a space.
bool isSpfRecord(std::string_view text);

// Problem: the first term that is wrong and why, or a limit. `text` is an SPF record by isSpfRecord().
Expected<SpfRecord> parseSpfRecord(std::string_view text, const SpfRecordLimits& limits = {});

}  // namespace weir
