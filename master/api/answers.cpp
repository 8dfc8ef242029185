#include "master/api/answers.h"

#include <charconv>
#include <nlohmann/json.hpp>

namespace weir::api {

namespace {

constexpr int kDefaultLimit = 50, kHighestLimit = 500;

http::Refusal badParameter(std::string_view name, const std::string& what) {
    return {http::problemReply(400, "invalid", "parameter " + std::string(name) + " " + what)};
}

}  // namespace

http::Handler with(ApiServices& services, Resource resource) {
    return [&services, resource](http::Request& request) { return resource(services, request); };
}

Actor actorOf(const http::Request& request) {
    return {request.principal.name, request.principal.via, request.peerAddress, request.principal.role};
}

Json bodyOf(const http::Request& request) {
    auto body = request.json();
    if (!body) {
        const bool type = body.error().what.starts_with("Content-Type");
        throw http::Refusal{
            http::problemReply(type ? 415 : 400, "malformed", body.error().text(), {body.error()})};
    }
    if (!body->is_object())
        throw http::Refusal{http::problemReply(400, "malformed", "the body must be a JSON object")};
    return std::move(*body);
}

void refuse(const std::vector<Problem>& problems, int status) {
    std::string detail = problems.empty() ? "not acceptable" : problems.front().text();
    if (problems.size() > 1) detail += " (and " + std::to_string(problems.size() - 1) + " more)";
    throw http::Refusal{http::problemReply(status, "invalid", detail, problems)};
}

void refuseMissing(const std::string& what) {
    throw http::Refusal{http::problemReply(404, "not-found", "there is no " + what)};
}

void finish(JsonReader& reader) {
    if (const auto& problem = reader.finish()) refuse({*problem});
}

std::string textOf(const http::Request& request, std::string_view name) {
    return request.parameter(name).value_or("");
}

std::uint64_t numberOf(const std::string& text, const char* what) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || number > INT64_MAX)
        throw badParameter(what, "is not a number");
    return number;
}

int limitOf(const http::Request& request) {
    const auto text = textOf(request, "limit");
    if (text.empty()) return kDefaultLimit;
    const auto number = numberOf(text, "limit");
    if (number < 1 || number > kHighestLimit) throw badParameter("limit", "is not 1 to 500");
    return static_cast<int>(number);
}

std::optional<TimePoint> timeOf(const http::Request& request, std::string_view name) {
    const auto text = textOf(request, name);
    if (text.empty()) return std::nullopt;
    const auto time = timeFromText(text);
    if (!time) throw badParameter(name, "is not a time like 2026-11-21T20:42:52Z");
    return time;
}

Json page(Json items, const std::string& next) {
    return {{"items", std::move(items)}, {"next", textOrNull(next)}};
}

Json timeJson(TimePoint time) {
    return toMillis(time) == 0 ? Json(nullptr) : Json(toText(time));
}
Json timeJson(const std::optional<TimePoint>& time) {
    return time ? timeJson(*time) : Json(nullptr);
}
Json textOrNull(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

NodeNames::NodeNames(const NodeRegistry& nodes) : nodes_(nodes) {
    for (auto& node : nodes.nodes()) names_.emplace(node.id, std::move(node.name));
}

std::string NodeNames::name(const NodeId& id) const {
    const auto found = names_.find(id);
    return found == names_.end() ? nodes_.nameOf(id) : found->second;
}

NodeId NodeNames::find(const std::string& nameOrId) const {
    for (const auto& [id, name] : names_)
        if (name == nameOrId) return id;
    return NodeId{nameOrId};
}

}  // namespace weir::api
