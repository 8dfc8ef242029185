// Addresses in HTML as a browser reads them (WHATWG URL): which of them may stay. Pure, linear.
#pragma once

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

}  // namespace weir
