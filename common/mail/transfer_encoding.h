// Content-Transfer-Encoding (RFC 2045, section 6): how many bytes a part decodes to, and as many of them as
// wanted. Pure functions, linear; damaged input is decoded as far as it means something.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

enum class TransferEncoding { kIdentity, kBase64, kQuotedPrintable, kUuencode };

// Of the field's value; anything unknown is identity.
TransferEncoding transferEncodingFromText(std::string_view value);

struct DecodedSize {
    std::uint64_t bytes = 0;
    bool damaged = false;  // bytes that the encoding does not have
};

// Size of all that `encoded` decodes to, without keeping it.
DecodedSize decodedSize(TransferEncoding encoding, std::string_view encoded);

// Appends the decoded bytes to `out`, at most `limit` of them.
// Base64: anything outside the alphabet is skipped; "=" ends a group, and what follows is decoded too.
void decodeTransfer(TransferEncoding encoding, std::string_view encoded, std::string& out,
                    std::size_t limit = SIZE_MAX);

void appendBase64(std::string& out, std::string_view bytes);  // RFC 4648 section 4, padded, one line

}  // namespace weir
