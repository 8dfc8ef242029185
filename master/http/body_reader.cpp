#include "master/http/body_reader.h"

#include <algorithm>
#include <charconv>

namespace weir::http {

namespace {

constexpr std::size_t kLineLimit = 1024;  // a chunk header or trailer field
constexpr int kTrailerFields = 20;
constexpr std::uint64_t kLengthLimit = 1ull << 50;

Error malformed(const char* what) {
    return Error(ErrorCode::kInvalid, std::string("malformed body: ") + what);
}

}  // namespace

BodyReader::BodyReader(Input input, std::optional<std::uint64_t> length)
    : input_(std::move(input)), length_(length), left_(length.value_or(0)), finished_(length == 0u) {}

char BodyReader::get() {
    char c = 0;
    if (input_(&c, 1) <= 0) throw Error(ErrorCode::kInvalid, "the client broke off in its body");
    return c;
}

std::string BodyReader::line() {
    std::string text;
    for (;;) {
        const char c = get();
        if (c == '\n') throw malformed("a line ends without CR");
        if (c == '\r') {
            if (get() != '\n') throw malformed("CR without LF");
            return text;
        }
        if (text.size() >= kLineLimit) throw malformed("a line of the chunked coding is too long");
        text += c;
    }
}

void BodyReader::beginChunk() {
    const std::string head = line();
    const auto digits = std::min(head.find_first_of("; \t"), head.size());
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(head.data(), head.data() + digits, size, 16);
    if (digits == 0 || error != std::errc{} || end != head.data() + digits || size > kLengthLimit)
        throw malformed("a chunk has no valid size");
    left_ = size;
    inChunk_ = true;
    if (size == 0) {
        trailer();
        finished_ = true;
    }
}

void BodyReader::trailer() {
    for (int i = 0; i <= kTrailerFields; ++i)
        if (line().empty()) return;
    throw malformed("too many trailer fields");
}

void BodyReader::endChunk() {
    if (get() != '\r' || get() != '\n') throw malformed("a chunk is longer than its size says");
    inChunk_ = false;
}

std::size_t BodyReader::read(char* buffer, std::size_t size) {
    if (finished_ || size == 0) return 0;
    if (!length_ && !inChunk_) beginChunk();
    if (finished_) return 0;
    const auto wanted = static_cast<int>(std::min<std::uint64_t>({size, left_, 1u << 20}));
    const int count = input_(buffer, wanted);
    if (count <= 0) throw Error(ErrorCode::kInvalid, "the client broke off in its body");
    left_ -= static_cast<std::uint64_t>(count);
    if (left_ == 0) {
        if (length_)
            finished_ = true;
        else
            endChunk();
    }
    return static_cast<std::size_t>(count);
}

Expected<BodyFraming> bodyFraming(const std::vector<std::pair<std::string, std::string>>& headers) {
    std::optional<std::uint64_t> length;
    bool chunked = false;
    for (const auto& [name, value] : headers) {
        if (equalIgnoringCase(name, "Content-Length")) {
            std::uint64_t number = 0;
            const char* last = value.data() + value.size();
            const auto [end, error] = std::from_chars(value.data(), last, number);
            if (value.empty() || error != std::errc{} || end != last || number > kLengthLimit)
                return problem("Content-Length", "is not a number of bytes");
            if (length) return problem("Content-Length", "is there twice");
            length = number;
        } else if (equalIgnoringCase(name, "Transfer-Encoding")) {
            if (chunked || !equalIgnoringCase(value, "chunked"))
                return problem("Transfer-Encoding", "only \"chunked\" is known here");
            chunked = true;
        }
    }
    if (chunked && length) return problem("Transfer-Encoding", "cannot stand beside Content-Length");
    if (chunked) return BodyFraming{};
    return BodyFraming{length.value_or(0)};
}

}  // namespace weir::http
