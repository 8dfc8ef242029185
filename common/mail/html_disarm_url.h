// Addresses in HTML as a browser reads them (WHATWG URL): what may stay, and where a link really goes.
// Pure functions, thread-safe, linear.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir {

enum class HtmlUrlKind {
    kInside,    // nothing leaves the mail: "#place", cid:, mid:, an image in a data: URL, or nothing at all
    kWeb,       // http, https, ftp
    kOther,     // mailto:, tel: and a few more that open a program of their own
    kRelative,  // without a scheme: of no use in a mail, and in a web mailer an address of its own
    kDangerous  // javascript:, vbscript:, data: of anything else, file:, and every scheme not known
};

struct HtmlUrl {
    HtmlUrlKind kind = HtmlUrlKind::kInside;
    std::string text;  // without what browsers pass over: outer spaces, tabs, line ends, NULs
};

// `value` with its references decoded.
HtmlUrl readHtmlUrl(std::string_view value);

// Host a web address leads to, or domain of a mailto: address; lower case, in its ASCII form (RFC 5891), at
// most 255 bytes of printable ASCII. "" when it has none.
std::string htmlUrlHost(std::string_view value);

// What a reader takes for an address in the text of a link: the host of the first "https://…", "www.…",
// "name@domain" or "domain.tld" in it. "" when there is none. At most 2 kB are looked at.
std::string shownHost(std::string_view text);

// The same host, one below the other, or both of one registered domain (public suffix list).
bool sameSite(const std::string& host, const std::string& other);

}  // namespace weir
