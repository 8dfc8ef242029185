// URLs written in plain text, as a mail client that makes links of them takes them. One pass, linear, any
// bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct UrlFinderLimits {
    std::size_t urls = 1000;      // different ones; further ones are left out
    std::size_t urlBytes = 4096;  // longer ones are cut
};

struct FoundUrl {
    enum class Kind {
        kWritten,  // with its scheme: http, https, ftp or mailto
        kWww,      // "www.example.com/…", given as "http://www.example.com/…"
        kBare,     // "example.com/…", given as "http://example.com/…"
        kAddress,  // "user@example.com", given as "mailto:user@example.com"
    };
    Kind kind = Kind::kWritten;
    std::string url;
};

struct FoundUrls {
    std::vector<FoundUrl> urls;  // in their order, each different one once
    bool cut = false;            // some limit was reached
};

struct UrlFinderChoice {
    // A domain without scheme counts where its top level is known and it either has a path or ends in one of
    // the top levels that most mail uses and no file name does ("example.com", not "readme.md").
    bool bareDomains = true;
    bool anyBareDomain = false;  // any known top level will do, for a text that is expected to be a domain
    bool addresses = false;
};

FoundUrls findUrls(std::string_view utf8, const UrlFinderChoice& choice = {},
                   const UrlFinderLimits& limits = {});

}  // namespace weir
