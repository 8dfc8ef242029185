// Who calls the console port: a browser with a session cookie, or a script with an API token.
//
// A cookie is believed for a changing call only together with the session's CSRF value in X-Weir-CSRF; a
// bearer token needs none, since no browser sends one by itself. An Authorization header that is not valid is
// refused even beside a valid cookie. Thread-safe when the lookups are.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "master/http/router.h"

namespace weir::http {

inline constexpr const char* kSessionCookie = "weir_session";
inline constexpr const char* kCsrfHeader = "X-Weir-CSRF";

class SessionAuth {
  public:
    // From a secret to who it is; nullopt when it is unknown or past. May throw Error kUnavailable.
    using Lookup = std::function<std::optional<Principal>(std::string_view secret)>;

    SessionAuth(Lookup session, Lookup token) : session_(std::move(session)), token_(std::move(token)) {}

    // Without looking at CSRF; for reading only.
    std::optional<Principal> identify(const Request& request) const;
    // The router's guard: 401, 403 for a missing CSRF value, or request.principal is set.
    std::optional<Reply> operator()(Request& request, const Route& route) const;

  private:
    const Lookup session_, token_;
};

// Set-Cookie values. The cookie lives as long as the browser or `maxAgeSeconds`, whichever is shorter.
std::string sessionCookie(std::string_view secret, long maxAgeSeconds);
std::string endedSessionCookie();

}  // namespace weir::http
