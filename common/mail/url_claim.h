// Links that say one thing and do another.
#pragma once

#include <string_view>

namespace weir {

// The text of a link names another place than the link leads to: it shows a URL, or is nothing but a domain,
// whose registered domain differs from that of `url`; for a mailto: link, another address's domain. The URL
// that a known wrapper (url_unwrap.h) carries counts as the link's own. False where either names no place.
bool isDeceptiveLink(std::string_view shown, std::string_view url);

}  // namespace weir
