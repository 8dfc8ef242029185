// The fields of an entity that say what its body is, and the ways in which clients read them differently.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "common/mail/header_block.h"
#include "common/mail/mime_ambiguity.h"
#include "common/mail/transfer_encoding.h"

namespace weir {

struct TypeReading {
    std::string_view field;  // value of a Content-Type field
    std::string type;        // lower-case media type; empty when it is malformed
    Ambiguity why = Ambiguity::kNone;
};

struct EncodingReading {
    TransferEncoding encoding = TransferEncoding::kIdentity;
    Ambiguity why = Ambiguity::kNone;
};

// What most clients take, and what else some do; the first of several fields counts.
struct MimeContent {
    std::string_view typeField, disposition;  // no data() without such a field
    std::string type;  // lower-case media type; empty when it is malformed or not there
    TransferEncoding encoding = TransferEncoding::kIdentity;
    bool unknownEncoding = false;  // one that nobody knows, read as none
    bool twice = false;            // one of the fields is there twice
    bool spaced = false;           // one of them has white space before its colon
    bool cut = false;              // more fields of one name than are looked at
    std::vector<TypeReading> otherTypes;
    std::vector<EncodingReading> otherEncodings;
    std::vector<std::string_view> otherDispositions;
};

struct ContentRules {
    bool exactNames = false;  // "Content-Type :" is another field
    bool anyNames = false;    // characters that no name has are passed over in names
};

// Values that had to be decoded to be read are kept in `store`.
MimeContent readMimeContent(const std::vector<HeaderField>& header, const ContentRules& rules,
                            std::deque<std::string>& store);

}  // namespace weir
