#include "common/mail/mime_scan.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace weir {
namespace {

// Sixteen bytes at once (a GCC and Clang extension); a comparison gives 0xFF where it holds.
using Bytes = std::int8_t __attribute__((vector_size(16)));
using Counts = std::uint8_t __attribute__((vector_size(16)));

Bytes load(const char* from) {
    Bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return bytes;
}

bool any(Bytes bytes) {
    std::uint64_t halves[2];
    std::memcpy(halves, &bytes, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

// 0xFF where a byte up to CR (so LF and CR, and few others) stands before a dash.
Bytes startsDash(const char* at) {
    return (load(at) <= '\r') & (load(at + 1) == '-');
}

bool endsLine(char c) {
    return c == '\n' || c == '\r';
}

}  // namespace

std::size_t findText(std::string_view text, std::string_view wanted, std::size_t from) {
    if (from > text.size()) return std::string_view::npos;
    const void* found = memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
    return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data())
                 : std::string_view::npos;
}

std::size_t countByte(std::string_view bytes, char wanted) {
    constexpr std::size_t kMostVectors = 255;  // as far as a byte counts
    std::size_t total = 0;
    while (bytes.size() >= sizeof(Bytes)) {
        const std::size_t vectors = std::min(bytes.size() / sizeof(Bytes), kMostVectors);
        Counts hits = {};
        for (std::size_t i = 0; i < vectors; ++i)
            hits -= Counts(load(bytes.data() + i * sizeof(Bytes)) == wanted);
        for (std::size_t i = 0; i < sizeof hits; ++i) total += hits[i];
        bytes.remove_prefix(vectors * sizeof(Bytes));
    }
    return total + static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), wanted));
}

std::size_t findDashes(std::string_view text, std::size_t from) {
    if (text.substr(from).starts_with("--")) return from;
    constexpr std::size_t kStep = 4 * sizeof(Bytes);
    const char* bytes = text.data();
    std::size_t i = from;
    const auto found = [&](std::size_t at) {
        return endsLine(bytes[at]) && bytes[at + 1] == '-' && at + 2 < text.size() && bytes[at + 2] == '-';
    };
    while (i + kStep + 1 <= text.size()) {
        const Bytes hits = startsDash(bytes + i) | startsDash(bytes + i + 16) | startsDash(bytes + i + 32) |
                           startsDash(bytes + i + 48);
        if (any(hits)) {
            for (std::size_t at = i; at < i + kStep; ++at) {
                if (found(at)) return at + 1;
            }
        }
        i += kStep;
    }
    for (; i + 2 < text.size(); ++i) {
        if (found(i)) return i + 1;
    }
    return text.size();
}

}  // namespace weir
