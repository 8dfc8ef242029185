#include "master/http/request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace weir::http {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool equalIgnoringCase(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (equalIgnoringCase(key, name)) return value;
    return {};
}

std::optional<std::string> Request::parameter(std::string_view name) const {
    for (const auto& [key, value] : query)
        if (key == name) return value;
    return std::nullopt;
}

const std::string& Request::pathParameter(std::string_view name) const {
    const auto found = parameters.find(name);
    if (found == parameters.end())
        throw Error(ErrorCode::kInternal, "the route has no parameter {" + std::string(name) + "}");
    return found->second;
}

std::string Request::cookie(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (!equalIgnoringCase(key, "Cookie")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto end = rest.find(';');
            const auto pair = trimmed(rest.substr(0, end));
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
            const auto equals = pair.find('=');
            if (equals != std::string_view::npos && pair.substr(0, equals) == name)
                return std::string(pair.substr(equals + 1));
        }
    }
    return {};
}

Expected<Json> Request::json(const JsonLimits& limits) const {
    const auto type = header("Content-Type");
    if (!equalIgnoringCase(trimmed(type.substr(0, type.find(';'))), "application/json"))
        return problem("", "Content-Type must be application/json");
    if (body.empty()) return problem("", "the body is empty, expected a JSON object");
    return parseJson(body, limits);
}

}  // namespace weir::http
