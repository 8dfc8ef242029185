// UTF-8 text → the bytes of a part: its charset, and its transfer encoding (RFC 2045, section 6). The reverse
// of charset and transfer_encoding. Pure functions, thread-safe, linear.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir {

inline constexpr std::size_t kLongestLine = 998;  // without its end, RFC 5322 section 2.1.1

// `utf8` in the named charset, begun and ended in its first shift state. Nothing when that cannot hold all of
// it, or when nobody knows the name. No name is us-ascii.
std::optional<std::string> encodeCharset(std::string_view utf8, std::string_view charset);

// How ASCII lies in the bytes of a charset.
enum class CharsetKind {
    kUnknown,
    kAscii,  // a byte of "<", of a space or of a line end is that character: UTF-8, ISO 8859, Big5 … and ""
    kShifted,  // the same as long as no escape sequence has shifted it away: ISO-2022-JP
    kOther,    // UTF-16, UTF-7, EBCDIC
};
CharsetKind charsetKind(std::string_view charset);

// "\r\n" or "\n": what the first line of `bytes` ends with; "\r\n" where none ends.
std::string_view lineEndOf(std::string_view bytes);

// Every line end (CRLF, LF, or CR alone) as `lineEnd`.
std::string withLineEnds(std::string_view text, std::string_view lineEnd);

// Lines of 76 columns, each with its end.
std::string encodeBase64Lines(std::string_view bytes, std::string_view lineEnd);

// Decodes to `bytes` exactly. Lines of at most 76 columns; a `lineEnd` in the bytes is one in the result,
// and CR or LF that are no part of one are encoded. So is what a relay may change: space before a line end,
// "From " and "." at a line's beginning. Ends with a line end when `bytes` do.
std::string encodeQuotedPrintable(std::string_view bytes, std::string_view lineEnd);

// Printable ASCII, tabs and line ends of this kind alone, and no line over kLongestLine.
bool fitsSevenBit(std::string_view bytes, std::string_view lineEnd);
// As above, but any byte other than NUL.
bool fitsEightBit(std::string_view bytes, std::string_view lineEnd);

struct EncodedBytes {
    std::string encoding;  // "7bit", "quoted-printable" or "base64": the value of Content-Transfer-Encoding
    std::string bytes;
};

// In the encoding that keeps a text readable to people: 7bit where it fits, else quoted-printable, or base64
// where most of it would be encoded.
EncodedBytes encodeTransfer(std::string_view bytes, std::string_view lineEnd);

}  // namespace weir
