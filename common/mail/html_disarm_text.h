// Text and values of HTML between their written and their meant form. Pure functions, linear.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// Text between tags with its references decoded, NULs left out.
std::string htmlPlainText(std::string_view text);

// For text and for values in double quotes: & < > " ' ` as references, NULs left out.
std::string htmlEscaped(std::string_view text);

// The same for what is HTML already: its references stay as they are written.
std::string htmlKeptText(std::string_view text);    // < alone
std::string htmlKeptValue(std::string_view value);  // " < > `

}  // namespace weir
