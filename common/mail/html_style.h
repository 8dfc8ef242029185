// What the attributes of an HTML element say about whether its text is seen.
#pragma once

#include <string_view>

#include "common/mail/html_open_elements.h"

namespace weir {

inline constexpr std::size_t kLongestHtmlStyle = 4096;  // what is behind is not looked at

// `style` is the decoded attribute ("" when absent). Understood: display, visibility, font-size, opacity.
// Style sheets, colours and positions are not looked at: what they hide counts as seen.
HtmlVisibility htmlVisibility(std::string_view style, bool hiddenAttribute);

}  // namespace weir
