// Looking through the bytes of a mail, sixteen at a time: what is asked of every byte must cost next to
// nothing.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir {

// Offset of `wanted` at or after `from`; npos when it is not there. Linear, where string_view::find is not.
std::size_t findText(std::string_view text, std::string_view wanted, std::size_t from = 0);

std::size_t countByte(std::string_view bytes, char wanted);

// Offset of the next "--" at the front of a line, at or after `from`: after LF or CR, or at `from` itself.
// The end of the text when there is none.
std::size_t findDashes(std::string_view text, std::size_t from);

}  // namespace weir
