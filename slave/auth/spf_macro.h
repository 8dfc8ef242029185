// Macro strings of SPF (RFC 7208 section 7): read once, expanded for one mail.
#pragma once

#include <cstddef>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"

namespace weir {

struct SpfMacro {
    std::string literal;      // text in front of the macro, "%%", "%_" and "%-" already made
    char letter = 0;          // s l o d i p v h c r t; 0: only text
    bool urlEscaped = false;  // an upper-case letter
    std::size_t parts = 0;    // how many of the right-hand parts; 0: all
    bool reversed = false;
    std::string delimiters;  // empty: "."
};

struct SpfMacroString {
    std::vector<SpfMacro> macros;
    bool usesLocalPart = false;  // %{s} or %{l}
};

// A macro-string; in an explanation text (`inText`) with spaces and %{c}, %{r}, %{t}.
Expected<SpfMacroString> parseSpfMacroString(std::string_view text, bool inText);

// A domain-spec: a macro-string without c, r and t that ends in a macro, or in a dot and a top label that is
// not only digits (section 7.1).
Expected<SpfMacroString> parseSpfDomainSpec(std::string_view text);

// What macros stand for.
struct SpfMacroValues {
    std::string local;                           // %{l}; with `senderDomain` also %{s}
    std::string senderDomain;                    // %{o}
    std::string domain;                          // %{d}
    std::string address;                         // %{c}: IPv4 or IPv6 as people write it
    std::string dotted;                          // %{i}: IPv4, or the 32 nibbles of IPv6
    bool v4 = true;                              // %{v}
    std::string helo;                            // %{h}
    std::string receiver;                        // %{r}; empty: "unknown"
    std::time_t time = 0;                        // %{t}
    std::function<std::string()> validatedName;  // %{p}; called at each use
};

// Nothing when it becomes longer than `maxBytes`.
std::optional<std::string> expandSpfMacros(const SpfMacroString& string, const SpfMacroValues& values,
                                           std::size_t maxBytes);

// A client's address for %{i}; empty for what is no address. IPv4-mapped addresses are IPv4.
std::string spfDottedAddress(const std::string& address);

}  // namespace weir
