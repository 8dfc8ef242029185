// A Reply as bytes of HTTP/1.1.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "master/http/reply.h"

namespace weir::http {

using Output = std::function<void(std::string_view)>;  // all of it, or Error kUnavailable

struct WriteOptions {
    bool head = false;  // the request was HEAD: header only
    bool keepAlive = true;
    bool chunked = true;  // the client speaks HTTP/1.1
    const std::vector<std::pair<std::string, std::string>>* added =
        nullptr;  // where the reply has none of that name
};

enum class Written {
    kWhole,      // the connection may be used again
    kBrokenOff,  // the body is not whole: the connection must end without another byte
};

// Calls reply.stream; an Error before its first piece is answered as a problem. `status` is what went out.
Written writeReply(Reply reply, const WriteOptions& options, const Output& output, int& status);

}  // namespace weir::http
