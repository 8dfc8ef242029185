// The encodings inside URLs. Pure functions, linear, any bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir {

// "%41" → "A"; what is no such sequence stays as it is.
std::string percentDecoded(std::string_view text);

// The one form in which paths and queries are compared (RFC 3986, section 6.2.2): letters, digits and "-._~"
// are written as they are, what may not stand in a URL as %XX in upper case, other %XX in upper case.
std::string percentNormal(std::string_view text);

// base64 or base64url with or without its final "="; none when there is anything else.
std::optional<std::string> base64UrlDecoded(std::string_view text);

// As browsers take a URL from a text: without controls and spaces at both ends, and without tabs and line
// ends.
std::string withoutUrlSpace(std::string_view url);

// The scheme in lower case without its ":"; "" for a relative URL.
std::string urlScheme(std::string_view url);

constexpr bool isUrlSlash(char c) {
    return c == '/' || c == '\\';
}

}  // namespace weir
