// HTML → the text a reader sees.
//
// One pass of html_tokens.h, no tree; time and memory are linear in the input whatever it holds. Dropped:
// markup, comments (conditional ones too), script, style, title, frames' fall-backs, elements hidden by the
// hidden attribute or by their own style attribute, and characters of no width. Block elements begin a line,
// table cells a word; white space is collapsed except in <pre>; no-break spaces become spaces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

// Appends the text to `out`, at most `limit` bytes of it; false when that cut something off. `html` is UTF-8.
bool appendHtmlText(std::string& out, std::string_view html, std::size_t limit = SIZE_MAX);

}  // namespace weir
