#include "master/http/router.h"

#include <algorithm>
#include <sstream>

#include "common/base/log.h"
#include "common/base/utf8.h"

namespace weir::http {

namespace {

std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty() && path.front() == '/') {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        parts.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return parts;
}

bool isVariable(std::string_view part) {
    return part.size() > 2 && part.front() == '{' && part.back() == '}';
}

bool fits(std::string_view pattern, std::string_view path,
          std::map<std::string, std::string, std::less<>>* parameters) {
    const auto wanted = segments(pattern), given = segments(path);
    if (wanted.size() != given.size()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (isVariable(wanted[i]) ? given[i].empty() : wanted[i] != given[i]) return false;
    }
    if (parameters == nullptr) return true;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!isVariable(wanted[i])) continue;
        parameters->emplace(wanted[i].substr(1, wanted[i].size() - 2), given[i]);
    }
    return true;
}

// A literal path is more exact than one with a variable: /quarantine/queues before /quarantine/{id}.
int variables(const Route& route) {
    return static_cast<int>(std::count(route.pattern.begin(), route.pattern.end(), '{'));
}

}  // namespace

struct Router::Match {
    const Route* route = nullptr;
    std::string allowed;  // methods of the path, when the route is missing
};

void Router::add(Route route) {
    if (route.pattern.empty() || route.pattern.front() != '/' || !route.handler)
        throw Error(ErrorCode::kInternal, "malformed route " + route.method + " " + route.pattern);
    for (const auto& other : routes_)
        if (other.method == route.method && other.pattern == route.pattern)
            throw Error(ErrorCode::kInternal, "two routes " + route.method + " " + route.pattern);
    routes_.push_back(std::move(route));
}

void Router::add(std::vector<Route> routes) {
    for (auto& route : routes) add(std::move(route));
}

void Router::setFallback(Handler handler, std::vector<std::string> reserved) {
    fallback_ = std::move(handler);
    reserved_ = std::move(reserved);
}

const Route* Router::find(std::string_view method, std::string_view path) const {
    const Route* best = nullptr;
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    for (const auto& route : routes_) {
        if (route.method != wanted || !fits(route.pattern, path, nullptr)) continue;
        if (best == nullptr || variables(route) < variables(*best)) best = &route;
    }
    return best;
}

Router::Match Router::match(const Request& request) const {
    Match match;
    match.route = find(request.method, request.path);
    if (match.route != nullptr) return match;
    for (const auto& route : routes_) {
        if (!fits(route.pattern, request.path, nullptr)) continue;
        match.allowed += (match.allowed.empty() ? "" : ", ") + route.method;
        if (route.method == "GET") match.allowed += ", HEAD";
    }
    return match;
}

Reply Router::answer(Request& request, const Route& route) const {
    request.parameters.clear();
    fits(route.pattern, request.path, &request.parameters);
    if (!route.roles.empty()) {
        if (!guard_) return problemReply(401, "unauthorized", "log in first");
        if (auto refused = guard_(request, route)) return std::move(*refused);
        if (std::find(route.roles.begin(), route.roles.end(), request.principal.role) == route.roles.end())
            return problemReply(403, "forbidden", "the role " + request.principal.role + " may not do this");
    }
    if (route.body != Body::kStream)
        request.body = readBody(request.source, route.body == Body::kNone ? 0 : route.bodyLimit);
    return route.handler(request);
}

Reply Router::dispatch(Request& request) const {
    const auto found = match(request);
    if (found.route != nullptr) return answer(request, *found.route);
    if (!found.allowed.empty()) {
        Reply reply = problemReply(405, "method-not-allowed",
                                   request.method + " is not possible here, but " + found.allowed + " is");
        return reply.header("Allow", found.allowed);
    }
    const bool reserved = std::any_of(reserved_.begin(), reserved_.end(), [&](const std::string& prefix) {
        return request.path.starts_with(prefix);
    });
    if (fallback_ && !reserved) return fallback_(request);
    return problemReply(404, "not-found", "there is nothing at " + validUtf8(request.path));
}

Reply Router::handle(Request& request) const {
    try {
        return dispatch(request);
    } catch (const Refusal& refusal) {
        return refusal.reply;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::kInternal || error.code() == ErrorCode::kIo)
            logError("http.failed",
                     {{"method", request.method}, {"path", request.path}, {"why", error.what()}});
        return problemReply(error);
    } catch (const std::exception& error) {
        logError("http.failed", {{"method", request.method}, {"path", request.path}, {"why", error.what()}});
        return problemReply(Error(ErrorCode::kInternal, error.what()));
    }
}

std::string Router::table() const {
    std::ostringstream out;
    for (const auto& route : routes_) {
        std::string roles;
        for (const auto& role : route.roles) roles += (roles.empty() ? "" : " ") + role;
        out << route.method << std::string(8 - std::min<std::size_t>(7, route.method.size()), ' ')
            << route.pattern << std::string(44 - std::min<std::size_t>(43, route.pattern.size()), ' ')
            << (roles.empty() ? "open" : roles) << '\n';
    }
    return out.str();
}

std::string readBody(BodySource* source, std::size_t limit) {
    if (source == nullptr) return {};
    const auto tooLarge = [limit] {
        return Refusal{problemReply(413, "limit",
                                    limit == 0 ? "no body is expected here"
                                               : "the body is over " + std::to_string(limit) + " bytes")};
    };
    if (source->declaredLength().value_or(0) > limit) throw tooLarge();
    std::string body;
    char buffer[16384];
    for (;;) {
        const auto count = source->read(buffer, sizeof buffer);
        if (count == 0) return body;
        if (body.size() + count > limit) throw tooLarge();
        body.append(buffer, count);
    }
}

}  // namespace weir::http
