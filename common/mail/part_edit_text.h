// The text of one part, taken out of its transfer encoding and put back changed.
#pragma once

#include <string>
#include <string_view>

#include "common/mail/message.h"
#include "common/mail/part_edit.h"
#include "common/mail/text_encoder.h"
#include "common/mail/transfer_encoding.h"

namespace weir {

struct MimePart;

struct PartText {
    std::string content;  // decoded bytes, in the part's charset
    std::string charset;  // as declared; "" without one
    CharsetKind charsetKind = CharsetKind::kAscii;
    std::string_view lineEnd;  // of the content
    std::string unreadable;    // why it cannot be changed without loss: "base64 damaged" …; "" when it can
    bool eightBit = false;     // 8bit or binary is declared
    bool flowed = false;       // format=flowed (RFC 3676)
    bool deleteSpace = false;  // delsp=yes
};

// Can be replaced: it lies in the bytes received.
bool isReplaceable(const MimePart& part);

// The name it goes by as a file, UTF-8; "" when it has none.
std::string partName(const MimePart& part);

// As encodeTransfer(), and so that no line of it reads as a boundary around this part: a part's text may hold
// what its sender chose.
EncodedBytes encodeForPart(const Message& message, std::size_t part, std::string_view bytes,
                           std::string_view lineEnd);

PartText readPartText(const Message& message, const MimePart& part);

// The content as UTF-8; false where its charset is not known, or something in it is no character of it.
bool partTextAsUtf8(const PartText& text, std::string& utf8);

// The change that gives the part this content. It stays in its transfer encoding where that can carry it
// (lines over 998 bytes that were there before may stay), else it becomes quoted-printable or base64. `utf8`:
// the content's charset is UTF-8 now, and the Content-Type says so.
PartChange partWithText(const Message& message, std::size_t part, const PartText& was,
                        std::string_view content, bool utf8);

}  // namespace weir
