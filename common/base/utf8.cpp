#include "common/base/json.h"

namespace weir {
namespace {

// Length of the well-formed sequence at `at` (RFC 3629: no overlong forms, no surrogates), 0 when there is
// none.
std::size_t sequenceLength(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
    };
    const unsigned first = byte(0);
    const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
        return byte(i) >= low && byte(i) <= high;
    };
    if (first < 0x80) return 1;
    if (first < 0xc2) return 0;
    if (first < 0xe0) return follows(1) ? 2 : 0;
    if (first < 0xf0)
        return follows(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) && follows(2) ? 3 : 0;
    if (first < 0xf5)
        return follows(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) && follows(2) &&
                       follows(3)
                   ? 4
                   : 0;
    return 0;
}

}  // namespace

std::string validUtf8(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    std::size_t begin = 0;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = sequenceLength(bytes, at);
        if (length > 0) {
            at += length;
            continue;
        }
        text.append(bytes.substr(begin, at - begin));
        text += "\xef\xbf\xbd";
        begin = ++at;
    }
    text.append(bytes.substr(begin));
    return text;
}

}  // namespace weir
