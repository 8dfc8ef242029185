// One printable table of method, path pattern and role; the way from a request to its reply.
//
// Filled before the server starts, then read only: handle() is thread-safe. Order of the answers: 404 no such
// path, 405 with Allow, whatever the guard refuses (401, 403, 429, 503), 403 when the role is not listed, 413
// when the body is over the route's limit, then the handler. HEAD is served by GET's handler. What a handler
// throws is answered here, once: Refusal, Error (problemReply) and anything else (500, logged).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "master/http/reply.h"
#include "master/http/request.h"

namespace weir::http {

using Handler = std::function<Reply(Request&)>;

enum class Body {
    kNone,    // a body is refused unless it is empty
    kWhole,   // read into Request::body before the handler, up to bodyLimit
    kStream,  // the handler reads Request::source; it must enforce bodyLimit by itself or through readBody()
};

struct Route {
    std::string method;              // "GET", "POST", …
    std::string pattern;             // "/api/v1/quarantine/{id}"; a {name} stands for one whole path segment
    std::vector<std::string> roles;  // who may; empty: open to everyone, the guard is not asked
    Handler handler;
    Body body = Body::kNone;
    std::size_t bodyLimit = 1u << 20;  // bytes
};

class Router {
  public:
    // Finds out who calls and fills request.principal, or refuses. Called for every route that has roles. A
    // guard that finds nobody returns 401.
    using Guard = std::function<std::optional<Reply>(Request&, const Route&)>;

    // Throws Error kInternal when the same method and pattern is already there or the pattern is malformed.
    void add(Route route);
    void add(std::vector<Route> routes);
    void setGuard(Guard guard) { guard_ = std::move(guard); }
    // Answers paths that match no route and do not begin with one of `reserved` ("/api/"): the console's
    // files.
    void setFallback(Handler handler, std::vector<std::string> reserved);

    Reply handle(Request& request) const;
    // The route of a request, nullptr when there is none; for counters.
    const Route* find(std::string_view method, std::string_view path) const;

    const std::vector<Route>& routes() const { return routes_; }
    std::string table() const;  // what --print-routes prints

  private:
    struct Match;
    Match match(const Request& request) const;
    Reply dispatch(Request& request) const;
    Reply answer(Request& request, const Route& route) const;

    std::vector<Route> routes_;
    Guard guard_;
    Handler fallback_;
    std::vector<std::string> reserved_;
};

// The whole body, at most `limit` bytes; throws Refusal (413) when it is longer. `source` may be nullptr.
std::string readBody(BodySource* source, std::size_t limit);

}  // namespace weir::http
