// Character references of HTML (HTML Living Standard, section 13.2.5.72 on).
#pragma once

#include <cstddef>
#include <string_view>

namespace weir {

struct HtmlReference {
    char32_t code = 0;
    std::size_t length =
        0;  // of the reference, "&" and ";" included; 0 when the text does not begin with one
};

// The reference at the front of `text`, which begins with "&". Numeric ones, all names of HTML 4 and those of
// HTML 5 for ASCII signs; the final ";" may be missing where browsers allow that. Looks at no more than 40
// bytes.
HtmlReference htmlReferenceAt(std::string_view text);

}  // namespace weir
