// What a handler answers. A value; the server writes it.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/error.h"
#include "common/base/json.h"

namespace weir::http {

// Takes the pieces of a streamed body. Throws Error kUnavailable when the client has gone or is too slow: let
// it pass, the server closes the connection.
using BodySink = std::function<void(std::string_view)>;

struct Reply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    // Instead of `body`: called once with the sink. Status and headers go out with the first piece, so an
    // Error thrown before it is still answered as a problem; after it, the connection is broken off so that
    // the client sees that the body is not whole.
    std::function<void(const BodySink&)> stream;

    // Adds or replaces. Throws Error kInternal for a value with CR, LF or NUL.
    Reply& header(std::string_view name, std::string value);
};

Reply jsonReply(int status, const Json& body);
Reply textReply(int status, std::string body, std::string_view contentType = "text/plain; charset=utf-8");
Reply emptyReply(int status = 204);

// application/problem+json (RFC 9457). `word` ends the type URI and is what programs compare; `detail` is for
// people; `errors` become its member "errors" where there are several or they have a place.
Reply problemReply(int status, std::string_view word, std::string_view detail,
                   const std::vector<Problem>& errors = {});
// The status and word that belong to the code of the Error; its text is the detail. kInternal and kIo keep
// their text for the log: the client is told only that it failed.
Reply problemReply(const Error& error);

// Thrown from the depth of a handler to answer at once.
struct Refusal {
    Reply reply;
};

const char* reasonPhrase(int status);

}  // namespace weir::http
