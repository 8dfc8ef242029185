// Bytes in the charset a mail names → valid UTF-8. Thread-safe; linear; never fails.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

// Appends `bytes` to `out` as UTF-8, at most `limit` bytes of it; false when that cut something off. What the
// charset cannot mean becomes U+FFFD. No charset, us-ascii or one that nobody knows: valid UTF-8 stays as it
// is, anything else is read as windows-1252, which every byte fits.
bool appendUtf8(std::string& out, std::string_view bytes, std::string_view charset,
                std::size_t limit = SIZE_MAX);

// False where letters and digits of ASCII are other bytes, or mean something else: UTF-7, UTF-16, EBCDIC … A
// client that does not know such a charset shows another text. True for a charset that nobody knows.
bool hasAscii(std::string_view charset);

// Unicode character of a byte in windows-1252; unassigned bytes as the C1 control of the same number.
char32_t windows1252(unsigned char byte);

}  // namespace weir
