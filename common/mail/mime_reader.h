// The MIME structure of a mail (RFC 2045 to 2049): where each part lies, nothing decoded.
//
// GMime builds an object for each part before anybody can count them (1.5 MB of boundary lines cost it 400
// MB), so boundaries are found here, in one pass without recursion and without copies; GMime does what lies
// inside a part's fields. What is over a limit is left out and named.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "common/mail/header_block.h"
#include "common/mail/transfer_encoding.h"

namespace weir {

struct MimePart {
    std::string type;              // lower-case media type; "text/plain" where none is declared
    std::string_view contentType;  // raw value of the field; empty without one
    std::string_view disposition;  // raw value of Content-Disposition; empty without one
    std::string_view body;         // encoded
    TransferEncoding encoding = TransferEncoding::kIdentity;
    bool container = false;   // multipart/* or message/rfc822 whose parts follow
    std::uint32_t depth = 0;  // of containers around it
};

struct MimeLimits {
    std::size_t parts = 1000;
    std::size_t depth = 50;
};

struct MimeTree {
    std::vector<MimePart> parts;  // in the order of the mail, containers before what they hold
    std::vector<std::string> defects;
    std::deque<std::string> decoded;  // of encoded message/rfc822 parts; parts may point into them
};

// `header` and `body` of the message; both must outlive the tree, which holds views of them.
//
// A line that is exactly a boundary ends a part; closing boundaries of outer containers end inner ones. A
// multipart without boundary or without parts, or nested deeper than the limit, is read as text/plain, so its
// content is still looked at. Of a field that a part has twice the first counts (of two types, the first
// multipart whose boundary is in use), and that is a defect.
MimeTree readMime(const std::vector<HeaderField>& header, std::string_view body,
                  const MimeLimits& limits = {});

}  // namespace weir
