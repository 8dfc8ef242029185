#include "common/wire/compression.h"

#include <zstd.h>

#include <algorithm>
#include <memory>

namespace weir {
namespace {

constexpr int kLevel = 3;
constexpr int kWindowBits = 23;
constexpr std::size_t kPiece = 256u << 10;

struct FreeDecoder {
    void operator()(ZSTD_DCtx* decoder) const { ZSTD_freeDCtx(decoder); }
};

}  // namespace

std::string compress(std::string_view bytes) {
    std::string out(ZSTD_compressBound(bytes.size()), '\0');
    const std::size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), kLevel);
    if (ZSTD_isError(size))
        throw Error(ErrorCode::kInternal, std::string("cannot compress: ") + ZSTD_getErrorName(size));
    out.resize(size);
    return out;
}

Expected<std::string> decompress(std::string_view bytes, std::size_t limit) {
    const std::unique_ptr<ZSTD_DCtx, FreeDecoder> decoder(ZSTD_createDCtx());
    if (!decoder) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(decoder.get(), ZSTD_d_windowLogMax, kWindowBits);
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::string result;
    std::size_t left = 1;
    while (left != 0) {
        const std::size_t before = result.size();
        // One byte more than allowed, so that a body of exactly `limit` bytes is told from a larger one.
        result.resize(std::min(limit + 1, before + kPiece));
        ZSTD_outBuffer out{result.data() + before, result.size() - before, 0};
        const std::size_t consumed = in.pos;
        left = ZSTD_decompressStream(decoder.get(), &out, &in);
        if (ZSTD_isError(left)) return problem("", std::string("not zstd: ") + ZSTD_getErrorName(left));
        result.resize(before + out.pos);
        if (result.size() > limit)
            return problem("", "more than " + std::to_string(limit) + " bytes when decompressed");
        if (left != 0 && out.pos == 0 && in.pos == consumed)
            return problem("", "zstd data that ends too early");
    }
    if (in.pos != in.size) return problem("", "bytes after the end of the zstd data");
    return result;
}

}  // namespace weir
