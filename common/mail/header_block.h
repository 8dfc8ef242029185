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

struct HeaderBlock {
    std::vector<HeaderField> fields;  // views into the bytes given
    std::size_t size = 0;             // of the block, with the line end of its last field
    std::size_t bodyStart = 0;        // after the empty line; the end of the bytes when there is none
    bool overFields = false, overBytes = false;
    bool malformed = false;  // ended by a line that is neither a field nor empty: the body begins with it
    bool nul = false;        // a NUL lies in it
};

// Lines end with LF or CRLF. A leading "From " line (mbox) is passed over. White space between name and colon
// is accepted, as Postfix does, and not part of the name.
HeaderBlock readHeaderBlock(std::string_view bytes, const HeaderLimits& limits = {});

// The first field of this name, ASCII case ignored; nullptr when there is none.
const HeaderField* findHeader(const std::vector<HeaderField>& fields, std::string_view name);

// May stand before the colon (RFC 5322 ftext), at most 200 bytes.
bool isHeaderName(std::string_view name);

}  // namespace weir
