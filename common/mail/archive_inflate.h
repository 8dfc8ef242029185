// Deflate streams (RFC 1951, RFC 1950) unpacked piece by piece, so that whoever reads decides how much.
#pragma once

#include <functional>
#include <string_view>

namespace weir {

enum class DeflateForm {
    kRaw,   // RFC 1951, as in zip
    kZlib,  // RFC 1950, as in PDF; its checksum is not looked at
};

enum class InflateEnd {
    kWhole,    // to the end of the stream
    kStopped,  // the taker wanted no more
    kDamaged,  // the stream is wrong or ends early; what came before it was taken
};

// Takes the next bytes, 64 kB at most; false: no more is wanted.
using ByteTaker = std::function<bool(std::string_view)>;

// Throws std::bad_alloc when memory is short.
InflateEnd inflateBytes(std::string_view packed, DeflateForm form, const ByteTaker& take);

}  // namespace weir
