// Any bytes as HTML and as plain text: what is read in them is valid UTF-8, within the limits, and the same
// when it is read again.
#include <algorithm>

#include "common/base/utf8.h"
#include "common/mail/html_reading.h"
#include "common/mail/html_text.h"
#include "common/mail/language.h"
#include "common/mail/url_claim.h"
#include "common/mail/url_finder.h"
#include "common/mail/url_parts.h"
#include "common/mail/url_unwrap.h"
#include "common/policy/dictionary_entry.h"
#include "common/policy/identifier_finder.h"
#include "common/policy/lookalike.h"
#include "tests/fuzz/fuzz_target.h"

using namespace weir;
using weir::test::mustHold;

namespace {

void url(std::string_view text) {
    const auto parts = parseUrl(text);
    if (!parts) return;
    const auto again = parseUrl(parts->text(), {SIZE_MAX});  // encoding makes it longer
    mustHold(again && again->text() == parts->text(), "a canonical URL that is its own canonical form");
    mustHold(again->host.name == parts->host.name, "a host that stays the same");
    mustHold(isValidUtf8(parts->text()), "a canonical URL of valid UTF-8");
    mustHold(parts->domain.empty() || isWithin(parts->host.name, parts->domain),
             "a domain that the host is in");
    mustHold(isValidUtf8(unicodeHost(parts->host.name)), "a host of valid UTF-8");
    const auto inside = wrappedUrls(*parts);
    mustHold(inside.size() <= UnwrapLimits().urls, "wrapped URLs within their limit");
    const bool plainHost = parts->host.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.:") ==
                           std::string::npos;  // what ends a URL in a text may stand in others
    mustHold(!plainHost || !parts->isWeb() || !inside.empty() || !isDeceptiveLink(parts->text(), text),
             "a link that shows its own URL and does not lie");
}

void html(std::string_view bytes) {
    const std::string valid = validUtf8(bytes);
    const HtmlLimits limits;
    const HtmlReading reading = readHtml(valid, limits);
    std::string text;
    appendHtmlText(text, valid);
    mustHold(reading.text == text, "the text that appendHtmlText() reads");
    mustHold(isValidUtf8(reading.text) && isValidUtf8(reading.otherText), "text of valid UTF-8");
    mustHold(reading.links.size() <= limits.links, "links within their limit");
    mustHold(reading.trackingPixels <= reading.remoteImages, "tracking pixels are remote images");
    for (const HtmlLink& link : reading.links) {
        mustHold(isValidUtf8(link.url) && isValidUtf8(link.shown), "links of valid UTF-8");
        mustHold(link.url.size() <= 2 * limits.linkBytes + 2, "a URL within its limit");
        mustHold(link.shown.size() <= limits.shownBytes + 1, "the text of a link within its limit");
        isDeceptiveLink(link.shown, link.url);
        url(link.url);
    }
    readHtml(bytes);  // not UTF-8: anything but a crash
}

void plain(std::string_view bytes) {
    UrlFinderChoice choice;
    choice.addresses = choice.anyBareDomain = true;
    const UrlFinderLimits limits;
    const FoundUrls found = findUrls(bytes, choice, limits);
    mustHold(found.urls.size() <= limits.urls, "URLs within their limit");
    for (const FoundUrl& one : found.urls) {
        mustHold(one.url.size() <= limits.urlBytes + 7, "a URL within its limit");
        url(one.url);
    }
    const std::string language = languageOf(bytes);
    mustHold(language.empty() || language.size() == 2, "a language of two letters");
    std::vector<Identifier> kinds;
    for (const IdentifierSpec& spec : identifierKinds()) kinds.push_back(spec.kind);
    for (const IdentifierMatches& one : findIdentifiers(bytes, kinds)) {
        mustHold(one.count <= IdentifierLimits().matches, "identifiers within their limit");
        mustHold(one.excerpts.size() == std::min(one.count, IdentifierLimits().excerpts),
                 "an excerpt of each");
        for (const std::string& excerpt : one.excerpts) {
            mustHold(excerpt.find('*') != std::string::npos || excerpt.find('@') == 1,
                     "an excerpt that hides");
        }
    }
}

void words(std::string_view line) {
    static const std::vector<std::string> kDomains = {"example.com", "paypal.com",
                                                      "b\xC3\xBC"
                                                      "cher.example"};
    static const std::vector<std::string> kNames = {"Jane Doe", "Marcus Hollenberg"};
    static const LookalikeDomains domains(kDomains);
    static const LookalikeNames names(kNames);
    domains.find(line);
    names.find(line);
    const auto entry = parseDictionaryEntry(line);
    if (!entry) {
        mustHold(!entry.error().what.empty(), "a refusal that says why");
        return;
    }
    const auto again = parseDictionaryEntry(dictionaryEntryText(*entry));
    mustHold(again && *again == *entry, "an entry that is read back as it was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = test::inputOf(data, size);
    html(bytes);
    plain(bytes);
    url(bytes);
    std::string_view rest = bytes;
    for (int line = 0; line < 50 && !rest.empty(); ++line) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        words(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return 0;
}
