// The two forms in which signatures read a mail (RFC 6376, section 3.4), so that relays may change a little
// of it. Lines that end with LF alone are read as lines that end with CRLF, which is how they leave the
// server. Linear in the bytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/mail/message.h"

namespace weir {

enum class Canonicalization { kSimple, kRelaxed };
const char* toString(Canonicalization kind);  // "simple", "relaxed"

// One header field without its line end. Name and value of `field` are views into one buffer, as
// readHeaderBlock() and Message::headers() give them: simple takes what stands between them too.
void appendCanonicalField(std::string& out, const HeaderField& field, Canonicalization kind);

// The same without the bytes [begin, end) of the value: what b= holds is no part of what it signs.
void appendCanonicalField(std::string& out, const HeaderField& field, Canonicalization kind,
                          std::size_t begin, std::size_t end);

// Gives the canonical body to `sink` piece by piece, in order; ends early when it returns false. Simple
// passes views into `body`; relaxed a buffer of its own, valid during the call.
void canonicalBody(std::string_view body, Canonicalization kind,
                   const std::function<bool(std::string_view)>& sink);

}  // namespace weir
