// Reads a request body as RFC 9112 frames it: by Content-Length or in chunks. Strict: what is not exactly the
// grammar ends the connection, so that two readers can never disagree about where a request ends.
#pragma once

#include <functional>

#include "master/http/request.h"

namespace weir::http {

class BodyReader final : public BodySource {
  public:
    // Up to `size` bytes of the connection; 0 or less when it has ended.
    using Input = std::function<int(char* buffer, int size)>;

    // `length` none: chunked.
    BodyReader(Input input, std::optional<std::uint64_t> length);

    std::size_t read(char* buffer, std::size_t size) override;
    std::optional<std::uint64_t> declaredLength() const override { return length_; }
    bool finished() const { return finished_; }  // nothing of this body is left on the connection

  private:
    char get();
    std::string line();
    void beginChunk();
    void endChunk();
    void trailer();

    const Input input_;
    const std::optional<std::uint64_t> length_;
    std::uint64_t left_;  // of the body or of the chunk
    bool inChunk_ = false;
    bool finished_;
};

// How the header frames the body. Refuses Content-Length together with Transfer-Encoding, repeated or
// malformed lengths and any transfer coding but "chunked".
struct BodyFraming {
    std::optional<std::uint64_t> length;  // none: chunked
};
Expected<BodyFraming> bodyFraming(const std::vector<std::pair<std::string, std::string>>& headers);

}  // namespace weir::http
