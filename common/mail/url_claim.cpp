#include "common/mail/url_claim.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/mail/url_finder.h"
#include "common/mail/url_parts.h"
#include "common/mail/url_unwrap.h"

namespace weir {
namespace {

constexpr std::size_t kMostClaims = 4;

// What has to be equal: the registered domain, else the host.
std::string place(const UrlParts& url) {
    return url.domain.empty() ? url.host.name : url.domain;
}

}  // namespace

bool isDeceptiveLink(std::string_view shown, std::string_view url) {
    shown = trimmed(shown);
    if (shown.find('.') == std::string_view::npos) return false;
    const std::optional<UrlParts> link = parseUrl(url);
    if (!link || link->host.kind == UrlHost::Kind::kNone) return false;
    const bool mail = link->scheme == "mailto";
    if (!mail && !link->isWeb()) return false;
    UrlFinderChoice choice;
    choice.addresses = mail;
    choice.bareDomains = choice.anyBareDomain = std::none_of(shown.begin(), shown.end(), isAsciiSpace);
    const FoundUrls claims = findUrls(shown, choice, {kMostClaims, 512});
    std::vector<std::string> places = {place(*link)};
    if (isKnownWrapper(*link)) {
        for (const std::string& inner : wrappedUrls(*link)) {
            if (const std::optional<UrlParts> target = parseUrl(inner)) places.push_back(place(*target));
        }
    }
    for (const FoundUrl& claim : findUrls(shown, choice, {kMostClaims, 512}).urls) {
        const std::optional<UrlParts> parts = parseUrl(claim.url);
        if (!parts || parts->host.kind == UrlHost::Kind::kNone || (parts->scheme == "mailto") != mail)
            continue;
        if (std::find(places.begin(), places.end(), place(*parts)) == places.end()) return true;
    }
    return false;
}

}  // namespace weir
