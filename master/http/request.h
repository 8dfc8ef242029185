// One HTTP request as a handler sees it: parsed, bounded, and with the caller's name on it.
//
// Owned by the server for the time of the call; one thread. Everything here but `principal` and `parameters`
// is as the client sent it and hostile.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/error.h"
#include "common/base/json.h"

namespace weir::http {

// Who calls, as the router's guard found out (session_auth for people and scripts, the node API for nodes).
struct Principal {
    std::string name;       // user, name of the API token, or node id
    std::string role;       // word of Route::roles; empty: nobody
    std::string via;        // "session", "token", "node"
    std::string csrf;       // of the session; empty for the others
    std::string sessionId;  // public id of the session or token, never its secret
};

// The bytes of a body that has not been read yet.
class BodySource {
  public:
    virtual ~BodySource() = default;
    // Up to `size` bytes; 0 at the end. Throws Error: kTimeout when the client is too slow, kInvalid when it
    // broke off or its chunks are malformed.
    virtual std::size_t read(char* buffer, std::size_t size) = 0;
    virtual std::optional<std::uint64_t> declaredLength() const = 0;  // Content-Length; none when chunked
};

struct Request {
    std::string method;  // upper case
    std::string path;    // percent-decoded once, begins with '/', without the query; valid UTF-8, no NUL
    std::map<std::string, std::string, std::less<>> parameters;  // of the path pattern: {id}
    std::vector<std::pair<std::string, std::string>> query;      // percent-decoded, in order
    std::vector<std::pair<std::string, std::string>> headers;    // as received, in order
    std::string peerAddress;       // text of the peer's IP address; no proxy header is ever believed
    std::string peerCertificate;   // PEM of the verified client certificate; empty without one
    Principal principal;           // set by the guard
    std::string body;              // the whole body, for routes with Body::kWhole
    BodySource* source = nullptr;  // the unread body, for routes with Body::kStream
    // True once the client has closed its connection, for handlers that wait (asked several times a second,
    // must not block). Empty: not known.
    std::function<bool()> peerGone;

    std::string_view header(
        std::string_view name) const;  // first of that name, case-insensitive; "" if absent
    // First value of a query parameter; nullopt when it was not given, "" when it is empty.
    std::optional<std::string> parameter(std::string_view name) const;
    const std::string& pathParameter(
        std::string_view name) const;  // throws Error kInternal: not in the pattern
    // Value of one cookie (RFC 6265); "" when absent.
    std::string cookie(std::string_view name) const;
    // The body as JSON; refuses an empty one, another Content-Type than application/json, and what parseJson
    // refuses.
    Expected<Json> json(const JsonLimits& limits = {}) const;
};

// ASCII only, as header names and media types compare.
bool equalIgnoringCase(std::string_view a, std::string_view b);

}  // namespace weir::http
