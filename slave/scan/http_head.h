// The head of an HTTP/1.1 or ICAP/1.0 message (RFC 9112, RFC 3507) from a peer that is not trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/error.h"

namespace weir {

class ScannerSocket;

struct HttpLimits {
    std::size_t line = 8u << 10;
    std::size_t head = 32u << 10;
    std::size_t fields = 100;
    std::size_t body = 4u << 20;
    std::size_t chunkLine = 256;  // of a chunk's size and its extensions
};

struct HttpHead {
    std::string protocol;  // "HTTP/1.1", "ICAP/1.0"; of a request's head: its method
    int status = 0;        // 0 in a request's head
    std::string reason;
    std::vector<std::pair<std::string, std::string>> fields;  // folded lines are joined by '\n'

    // The first of that name, whatever its case; nullptr when there is none.
    const std::string* field(std::string_view name) const;
    // Some element of some field of that name (a comma list) is `token`, whatever the case.
    bool lists(std::string_view name, std::string_view token) const;
};

// `head` without the empty line that ends it; line ends may be LF alone.
Expected<HttpHead> parseHttpHead(std::string_view head, const HttpLimits& limits = {});

// A whole number without sign or blanks; nullopt for anything else, or when it is over `most`.
std::optional<std::uint64_t> httpNumber(std::string_view text, std::uint64_t most, int base = 10);

// Reads one head and the empty line after it; a few empty lines before it are passed over. Throws ScanError.
HttpHead readHttpHead(ScannerSocket& socket, const HttpLimits& limits = {});

}  // namespace weir
