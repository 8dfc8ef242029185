// Where a URL leads that carries another one inside: redirects of search engines, link protection, trackers.
#pragma once

#include <string>
#include <vector>

#include "common/mail/url_parts.h"

namespace weir {

struct UnwrapLimits {
    std::size_t urls = 8;   // found in one URL, all levels together
    std::size_t depth = 4;  // a URL in a URL in a URL …
};

// The URLs inside `url`, outermost first, as they would be visited: in the parameter that says so (url=, u=,
// q=, target= …; percent-encoded or base64), behind the host (/https://…), and as Proofpoint (urldefense, all
// three forms), Outlook safelinks, Google, Bing and Barracuda write them. Nothing is fetched. Pure; linear.
std::vector<std::string> wrappedUrls(const UrlParts& url, const UnwrapLimits& limits = {});

// Whether it is a redirect of a service that protects links for everybody or of a search engine, so that a
// link to it stands for the one inside. Not for trackers of senders: what those show may be a lie.
bool isKnownWrapper(const UrlParts& url);

}  // namespace weir
