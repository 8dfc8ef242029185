// The names an attachment goes by. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct MimeNames {
    // As a system would save them, without repetition: clients disagree about which of several counts. The
    // plain form of one parameter beside its RFC 2231 form is usual for old clients, and counts as a second
    // name only with another extension.
    std::vector<std::string> values;
    bool extensionsDiffer = false;
    bool contradicts = false;  // see MimeParameter
    bool cut = false;
};

// Of the raw values of Content-Disposition and Content-Type; either may be empty.
MimeNames mimeNames(std::string_view disposition, std::string_view contentType);

// No control characters, no space around it, and no dots and spaces at its end, which Windows drops.
std::string savedName(std::string name);

// "exe" of "Evil.EXE"; "" when there is none. What a name means to Windows counts: "evil.exe::$DATA" and
// "evil.exe." are programs.
std::string fileExtension(std::string_view name);

}  // namespace weir
