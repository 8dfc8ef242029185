// One URL taken apart as a browser does (WHATWG URL Living Standard, section 4.4), so that what a rule
// compares is where a click goes. Pure; linear; any bytes are accepted; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/mail/url_host.h"

namespace weir {

struct UrlLimits {
    std::size_t bytes = 8192;  // the rest of a URL is not read
};

struct UrlParts {
    std::string scheme;      // in lower case, "https"
    std::string user;        // what stands before the "@" of the authority, as written; "" when there is none
    UrlHost host;            // kNone for URLs without one, as tel: or data:
    std::string domain;      // registeredDomain(host)
    std::string topLevel;    // "com"; "" for addresses
    std::uint16_t port = 0;  // the scheme's own when none is named; 0 when it has none
    std::string path;        // "/" at least for http, https and ftp; percentNormal(), without dot segments
    std::string query;       // without "?"; percentNormal()
    std::string fragment;    // without "#"; percentNormal()
    bool cut = false;        // it was longer than the limit

    bool isWeb() const { return scheme == "http" || scheme == "https" || scheme == "ftp"; }
    // Canonical: equal for equal URLs. Without user and fragment, which say nothing about where it leads.
    std::string text() const;
};

// Accepted as browsers do: backslashes for slashes, any number of slashes after the scheme, tabs and line
// ends anywhere, a host in any of urlHost()'s spellings. "//host" counts as http. A mailto: URL has the
// domain of its first address as host and the addresses as path. None: a relative URL, and one whose host
// nobody could look up or whose port is no port.
std::optional<UrlParts> parseUrl(std::string_view url, const UrlLimits& limits = {});

}  // namespace weir
