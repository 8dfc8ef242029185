// Where in a text or in HTML a disclaimer goes, and whether one is there already. Pure functions, linear.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

enum class DisclaimerPlace { kEnd, kBegin };

// Offset at which a fragment is shown after, or before, all else: before the last </body> (or </html>), or
// the comment, tag or raw text that is never closed; after <body>, or after what precedes the text. `html` in
// any charset that keeps ASCII.
std::size_t htmlPlaceFor(std::string_view html, DisclaimerPlace place);

// Lines of at most 72 columns where words allow, in the form of format=flowed (RFC 3676). `text` has LF
// alone.
std::string flowedText(std::string_view text, bool deleteSpace);

// `text` holds `disclaimer`, however it is wrapped, quoted (">") or spaced. A disclaimer of less than twenty
// letters must be a line of its own.
bool holdsDisclaimer(std::string_view text, std::string_view disclaimer);

// Plain text → HTML that shows it so, and back.
std::string disclaimerAsHtml(std::string_view text);
std::string disclaimerAsText(std::string_view html);

// Characters other than ASCII as references, so that any charset that keeps ASCII can hold it.
std::string htmlInAscii(std::string_view html);

}  // namespace weir
