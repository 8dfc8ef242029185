// Raw bytes → header fields (RFC 5322, section 2.2), for the message itself and for MIME parts. Linear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/mail/message.h"

namespace weir {

struct HeaderLimits {
    std::size_t fields = 1000;
    std::size_t bytes = 1u << 20;  // values are cut there, fields that begin later left out
};

// How some clients read what others read differently; by default as Postfix and most clients do.
struct HeaderRules {
    bool lenient = false;    // a line that is no field is passed over, names may hold any characters, and the
                             // first line may be indented
    bool blankEnds = false;  // a line of only white space ends the header
    bool bareCrEnds = false;  // CR alone ends a line
    bool crlfOnly = false;    // LF alone does not
};

struct HeaderBlock {
    std::vector<HeaderField> fields;  // views into the bytes given
    std::size_t size = 0;             // of the block, with the line end of its last field
    std::size_t bodyStart = 0;        // after the empty line; the end of the bytes when there is none
    bool overFields = false, overBytes = false;
    bool malformed = false;  // ended by a line that is neither a field nor empty: the body begins with it
    bool nul = false;        // a NUL lies in it
    // Where clients differ, see HeaderRules:
    bool badLine = false;    // malformed, and that line is no boundary
    bool oddName = false;    // that line has a colon, after characters that no name has
    bool indented = false;   // its first line begins with white space
    bool blankLine = false;  // a line of only white space lies in it
    bool bareCr = false;     // a CR without LF lies in it
    bool bareLf = false;     // some of its lines end with CRLF, some with LF
    bool crlf = false;       // its first line ends with CRLF
};

// Lines end with LF or CRLF. A leading "From " line (mbox) is passed over. White space between name and colon
// is accepted, as Postfix does, and not part of the name. Fields that say how the body is to be read
// (Content-…) are kept beyond the limits, up to fifty.
HeaderBlock readHeaderBlock(std::string_view bytes, const HeaderLimits& limits = {},
                            const HeaderRules& rules = {});

// The first field of this name, ASCII case ignored; nullptr when there is none.
const HeaderField* findHeader(const std::vector<HeaderField>& fields, std::string_view name);

struct HeaderLine {
    std::string_view text;  // without its end
    std::size_t next = 0;   // offset of the next line
};
HeaderLine lineAt(std::string_view bytes, std::size_t offset, const HeaderRules& rules);

// May stand before the colon (RFC 5322 ftext), at most 200 bytes.
bool isHeaderName(std::string_view name);

}  // namespace weir
