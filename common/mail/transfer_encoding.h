// Content-Transfer-Encoding (RFC 2045, section 6): how many bytes a part decodes to, and as many of them as
// wanted. Pure functions, linear; damaged input is decoded as far as it means something.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace weir {

// The encodings, and the ways in which decoders read damaged base64. kBase64: anything outside the alphabet
// is skipped; "=" ends a group, and what follows is decoded as a new one.
enum class TransferEncoding : std::uint8_t {
    kIdentity,
    kBase64,
    kQuotedPrintable,
    kUuencode,           // one "begin" to "end" block, or its first
    kYenc,               // one "=ybegin" to "=yend" block
    kBase64ToPadding,    // the first "=" ends it
    kBase64PastPadding,  // "=" is skipped as well, in the middle of a group
    kBase64Url,          // "-" and "_" count as digits (RFC 4648, section 5)
};

// Of the field's value; anything unknown is identity.
TransferEncoding transferEncodingFromText(std::string_view value);

struct DecodedSize {
    std::uint64_t bytes = 0;
    bool damaged = false;  // bytes that the encoding does not have
};

// Size of all that `encoded` decodes to, without keeping it.
DecodedSize decodedSize(TransferEncoding encoding, std::string_view encoded);

// Appends the decoded bytes to `out`, at most `limit` of them. Returns whether what it read was damaged.
bool decodeTransfer(TransferEncoding encoding, std::string_view encoded, std::string& out,
                    std::size_t limit = SIZE_MAX);

// Gives the decoded bytes to `put`, some kilobytes at a time, until it returns false.
using DecodedBytes = std::function<bool(std::string_view)>;
void decodeTransfer(TransferEncoding encoding, std::string_view encoded, const DecodedBytes& put);

// What base64 text holds besides its digits: decoders differ about what comes after padding.
struct Base64Shape {
    std::uint64_t digits = 0;       // up to the first "="
    std::uint64_t foreign = 0;      // neither alphabet nor white space, up to the first "="
    std::uint64_t digitsAfter = 0;  // after it
    std::uint64_t foreignAfter = 0;
    bool damaged() const { return foreign + foreignAfter + digitsAfter > 0; }
};
Base64Shape base64Shape(std::string_view encoded);

// The first bytes are digits of base64 and nothing else, line after line.
bool looksLikeBase64(std::string_view text);

void appendBase64(std::string& out, std::string_view bytes);  // RFC 4648 section 4, padded, one line

}  // namespace weir
