// Style sheets and style attributes without what runs or loads (CSS Syntax Module Level 3).
//
// Read in tokens and written anew: escapes in names resolved, comments gone, strings in double quotes, so
// that what was looked at is what a browser reads. One pass, linear, whatever is left open.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

struct CssFindings {
    std::size_t remote = 0;   // addresses of images and fonts that would be loaded
    std::size_t imports = 0;  // @import
    std::size_t scripts = 0;  // expression(), behavior, -moz-binding, addresses that run
};

// `css` is UTF-8, its HTML references decoded. What loads becomes "none"; with `keepRemote` web addresses of
// images stay. The result holds no "<" that a letter, "!", "/" or "?" follows.
std::string disarmCss(std::string_view css, bool keepRemote, CssFindings& findings);

}  // namespace weir
