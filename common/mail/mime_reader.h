// The MIME structure of a mail (RFC 2045 to 2049): where each part lies, nothing decoded.
//
// GMime builds an object for each part before anybody can count them (1.5 MB of boundary lines cost it 400
// MB), so boundaries are found here, in one pass without recursion and without copies. What is over a limit
// is left out and named.
//
// Where clients differ about the structure, each reading is made, and the parts that only another reading has
// follow those of the usual one, marked with the reason (mime_ambiguity.h).
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "common/mail/header_block.h"
#include "common/mail/mime_ambiguity.h"
#include "common/mail/transfer_encoding.h"

namespace weir {

constexpr std::uint32_t kNoPart = UINT32_MAX;

// Where a part lies. All views are of the bytes received, so that `view.data() - message.bytes().data()` is
// an offset into the mail, unless `received` is false. Byte for byte, of the parts whose `view` is empty,
//     whole            = head + empty line + body
//     multipart's body = preamble + (delimiter + whole) of each of its parts + closing + epilogue
//     message's body   = whole of the one part in it
// so a part of a multipart is cut out by leaving out delimiter and whole, which are neighbours, and replaced
// by writing something else in the place of whole.
struct MimePart {
    std::string type;              // lower-case media type; "text/plain" where none is declared
    std::string_view contentType;  // raw value of the field; empty without one
    std::string_view disposition;  // raw value of Content-Disposition; empty without one
    std::string_view head;   // header block as received: with the line end of its last field, no empty line
    std::string_view body;   // encoded
    std::string_view whole;  // from the first byte of its head to the last of its body
    std::string_view delimiter;  // line end, "--boundary", line end before it; empty outside of a multipart
    std::string_view closing;    // of a multipart: the same for "--boundary--"; empty when it is missing
    // Empty for the usual reading. Else the word of the ambiguity for which this part is there too: a leaf
    // whose bytes lie in others, or are another decoding of theirs. It has no `whole` of its own: who wants
    // to be rid of it cuts out its parent, which is the innermost part of the usual reading around it. A file
    // embedded in a text has its name in `name`.
    std::string_view view;
    std::string_view name;
    TransferEncoding encoding = TransferEncoding::kIdentity;
    bool container = false;          // multipart/* or message/rfc822 whose parts follow
    bool received = true;            // false: its bytes are of MimeTree::decoded, not of the mail
    std::uint32_t depth = 0;         // of containers around it
    std::uint32_t parent = kNoPart;  // index of the container around it; for the outermost part kNoPart
};

struct MimeLimits {
    std::size_t parts = 1000;
    std::size_t depth = 50;
    std::size_t views = 100;  // parts of other readings
};

struct MimeTree {
    std::vector<MimePart> parts;  // in the order of the mail, containers before what they hold; views last
    std::vector<std::string> defects;
    Ambiguities ambiguities;
    Cuts cuts;
    std::deque<std::string> decoded;  // of encoded messages, and the like; parts may point into them
};

// `header` of the mail that is `bytes`; the bytes must outlive the tree, which holds views of them.
//
// A line that is exactly a boundary ends a part; closing boundaries of outer containers end inner ones. A
// multipart without boundary or without parts, or nested deeper than the limit, is read as text/plain, so its
// content is still looked at. Of a field that a part has twice the first counts.
MimeTree readMime(const HeaderBlock& header, std::string_view bytes, const MimeLimits& limits = {});

}  // namespace weir
