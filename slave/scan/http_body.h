// The body of an HTTP message: its framing (RFC 9112, section 6) and its bytes, piece by piece.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "slave/scan/http_head.h"

namespace weir {

class ScannerSocket;

class HttpBody {
  public:
    // By the head's Content-Length or chunked coding, else up to the end of the connection. Throws ScanError
    // kNonsense when the head contradicts itself or announces more than limits.body.
    HttpBody(ScannerSocket& socket, const HttpHead& head, const HttpLimits& limits = {});
    // A chunked body, as after an ICAP head.
    static HttpBody chunked(ScannerSocket& socket, const HttpLimits& limits = {});

    // The next piece; empty at the end. Valid until the next call. Throws ScanError: kBroken when it ends too
    // early, kNonsense when its chunks are none or it is over limits.body.
    std::string_view next();
    std::string all();

    // The connection is at the beginning of the next message: the end was told, and reached.
    bool ended() const { return framing_ != Framing::kToClose && done_; }

  private:
    enum class Framing { kLength, kChunks, kToClose };
    HttpBody(ScannerSocket& socket, Framing framing, const HttpLimits& limits)
        : socket_(socket), limits_(limits), framing_(framing) {}
    bool nextChunk();

    ScannerSocket& socket_;
    HttpLimits limits_;
    Framing framing_;
    std::uint64_t left_ = 0;  // of the length, or of this chunk
    std::uint64_t seen_ = 0;
    bool inChunk_ = false;
    bool done_ = false;
};

}  // namespace weir
