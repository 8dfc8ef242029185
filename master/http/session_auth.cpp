#include "master/http/session_auth.h"

#include "common/base/digest.h"

namespace weir::http {

namespace {

constexpr std::size_t kSecretLimit = 256;
constexpr std::string_view kCookieFlags = "; Path=/; HttpOnly; Secure; SameSite=Strict";

bool changes(const std::string& method) {
    return method != "GET" && method != "HEAD";
}

}  // namespace

std::optional<Principal> SessionAuth::identify(const Request& request) const {
    const auto authorization = request.header("Authorization");
    if (!authorization.empty()) {
        constexpr std::string_view kBearer = "Bearer ";
        if (authorization.size() <= kBearer.size() || authorization.size() > kSecretLimit ||
            !equalIgnoringCase(authorization.substr(0, kBearer.size()), kBearer))
            return std::nullopt;
        return token_(authorization.substr(kBearer.size()));
    }
    const auto cookie = request.cookie(kSessionCookie);
    if (cookie.empty() || cookie.size() > kSecretLimit) return std::nullopt;
    return session_(cookie);
}

std::optional<Reply> SessionAuth::operator()(Request& request, const Route&) const {
    auto who = identify(request);
    if (!who) {
        Reply reply = problemReply(401, "unauthorized", "log in, or send a valid API token");
        return reply.header("WWW-Authenticate", "Bearer realm=\"weir\"");
    }
    if (changes(request.method) && who->via == "session" &&
        (who->csrf.empty() || !equalSecret(request.header(kCsrfHeader), who->csrf)))
        return problemReply(403, "csrf",
                            std::string("a changing call with a session needs the header ") + kCsrfHeader +
                                " with the session's value");
    request.principal = std::move(*who);
    return std::nullopt;
}

std::string sessionCookie(std::string_view secret, long maxAgeSeconds) {
    return std::string(kSessionCookie) + "=" + std::string(secret) +
           "; Max-Age=" + std::to_string(maxAgeSeconds) + std::string(kCookieFlags);
}

std::string endedSessionCookie() {
    return std::string(kSessionCookie) + "=; Max-Age=0" + std::string(kCookieFlags);
}

}  // namespace weir::http
