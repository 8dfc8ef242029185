#include "slave/scan/http_body.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "slave/scan/scan_outcome.h"
#include "slave/scan/scanner_socket.h"

namespace weir {
namespace {

ScanError nonsense(const std::string& text) {
    return ScanError(ScanFailure::kNonsense, text);
}

ScanError tooMuch(std::uint64_t limit) {
    return nonsense("answered more than " + std::to_string(limit) + " bytes");
}

}  // namespace

HttpBody::HttpBody(ScannerSocket& socket, const HttpHead& head, const HttpLimits& limits)
    : HttpBody(socket, Framing::kToClose, limits) {
    const std::string* length = nullptr;
    const bool coded = head.field("Transfer-Encoding") != nullptr;
    for (const auto& [name, value] : head.fields) {
        if (!equalIgnoringCase(name, "Content-Length")) continue;
        if (coded || (length && *length != value)) throw nonsense("answered with two lengths of its body");
        length = &value;
    }
    if (coded) {
        if (!equalIgnoringCase(*head.field("Transfer-Encoding"), "chunked"))
            throw nonsense("answered in the coding '" + peerText(*head.field("Transfer-Encoding"), 60) + "'");
        framing_ = Framing::kChunks;
    } else if (length) {
        const auto number = httpNumber(*length, UINT64_MAX);
        if (!number) throw nonsense("answered with the length '" + peerText(*length, 60) + "'");
        if (*number > limits.body) throw tooMuch(limits.body);
        framing_ = Framing::kLength;
        left_ = *number;
        done_ = left_ == 0;
    } else if (head.status == 204 || head.status == 304) {
        framing_ = Framing::kLength;
        done_ = true;
    }
}

HttpBody HttpBody::chunked(ScannerSocket& socket, const HttpLimits& limits) {
    return HttpBody(socket, Framing::kChunks, limits);
}

// Reads the line that begins a chunk; at the last one, the trailer too. False at the end.
bool HttpBody::nextChunk() {
    if (inChunk_ && !trimmed(socket_.readUntil("\n", 1)).empty())
        throw nonsense("answered a chunk of another length");
    std::string line = socket_.readUntil("\n", limits_.chunkLine);
    line.resize(std::min(line.find(';'), line.size()));
    const auto size = httpNumber(trimmed(line), UINT64_MAX, 16);
    if (!size) throw nonsense("answered a chunk of the length '" + peerText(line, 60) + "'");
    inChunk_ = true;
    left_ = *size;
    if (left_ > limits_.body || seen_ + left_ > limits_.body) throw tooMuch(limits_.body);
    if (left_ > 0) return true;
    for (std::size_t fields = 0; !trimmed(socket_.readUntil("\n", limits_.line)).empty(); ++fields) {
        if (fields == limits_.fields) throw nonsense("answered an endless trailer");
    }
    return false;
}

std::string_view HttpBody::next() {
    if (!done_ && framing_ == Framing::kChunks && left_ == 0) done_ = !nextChunk();
    if (done_) return {};
    const std::size_t most =
        framing_ == Framing::kToClose ? limits_.body + 1 : static_cast<std::size_t>(left_);
    const std::string_view piece = socket_.readSome(most);
    seen_ += piece.size();
    if (piece.empty()) {
        if (framing_ != Framing::kToClose)
            throw ScanError(ScanFailure::kBroken, "closed the connection in the middle of its answer");
        done_ = true;
    } else if (framing_ == Framing::kToClose) {
        if (seen_ > limits_.body) throw tooMuch(limits_.body);
    } else {
        left_ -= piece.size();
        if (framing_ == Framing::kLength) done_ = left_ == 0;
    }
    return piece;
}

std::string HttpBody::all() {
    std::string body;
    for (std::string_view piece = next(); !piece.empty(); piece = next()) body.append(piece);
    return body;
}

}  // namespace weir
