#include "common/mail/archive_inflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace weir {
namespace {

constexpr std::size_t kPiece = 64u << 10;

struct Inflater {
    z_stream stream{};
    explicit Inflater(DeflateForm form) {
        const int windowBits = form == DeflateForm::kRaw ? -MAX_WBITS : MAX_WBITS;
        if (::inflateInit2(&stream, windowBits) != Z_OK) throw std::bad_alloc();
        if (form == DeflateForm::kZlib) ::inflateValidate(&stream, 0);
    }
    ~Inflater() { ::inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

InflateEnd inflateBytes(std::string_view packed, DeflateForm form, const ByteTaker& take) {
    Inflater inflater(form);
    z_stream& stream = inflater.stream;
    std::array<char, kPiece> piece;
    for (;;) {
        if (stream.avail_in == 0) {
            const auto next = std::min<std::size_t>(packed.size(), std::numeric_limits<uInt>::max());
            stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
            stream.avail_in = static_cast<uInt>(next);
            packed.remove_prefix(next);
        }
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        const int result = ::inflate(&stream, Z_NO_FLUSH);
        const std::size_t got = piece.size() - stream.avail_out;
        if (got > 0 && !take({piece.data(), got})) return InflateEnd::kStopped;
        if (result == Z_STREAM_END) return InflateEnd::kWhole;
        if (result == Z_MEM_ERROR) throw std::bad_alloc();
        if (result != Z_OK) return InflateEnd::kDamaged;
        if (got == 0 && stream.avail_in == 0 && packed.empty()) return InflateEnd::kDamaged;
    }
}

}  // namespace weir
