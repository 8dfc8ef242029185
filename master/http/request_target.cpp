#include "master/http/request_target.h"

#include <algorithm>

#include "common/base/utf8.h"

namespace weir::http {

namespace {

constexpr std::size_t kQueryLimit = 100;  // parameters

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> decoded(std::string_view text, bool plusIsSpace) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hexDigit(text[i + 1]), low = hexDigit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plusIsSpace) {
            c = ' ';
        }
        if (c == '\0') return std::nullopt;
        out += c;
    }
    if (validUtf8(out) != out) return std::nullopt;
    return out;
}

bool walks(std::string_view path) {
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        const auto part = path.substr(0, end);
        path.remove_prefix(end);
        if (part == "." || part == ".." || (part.empty() && !path.empty())) return true;
    }
    return false;
}

}  // namespace

Expected<void> parseTarget(std::string_view target, Request& request) {
    if (target.empty() || target.front() != '/') return problem("request target", "must begin with /");
    const auto mark = std::min(target.find('?'), target.size());
    auto path = decoded(target.substr(0, mark), false);
    if (!path) return problem("request target", "has a malformed escape or is not UTF-8");
    if (walks(*path) || path->find('\\') != std::string::npos)
        return problem("request target", "has an empty, \".\" or \"..\" segment");
    request.path = std::move(*path);
    std::string_view rest = mark < target.size() ? target.substr(mark + 1) : std::string_view{};
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const auto pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = decoded(pair.substr(0, equals), true);
        auto value = decoded(equals < pair.size() ? pair.substr(equals + 1) : std::string_view{}, true);
        if (!name || !value) return problem("query", "has a malformed escape or is not UTF-8");
        if (request.query.size() >= kQueryLimit) return problem("query", "has over 100 parameters");
        request.query.emplace_back(std::move(*name), std::move(*value));
    }
    return {};
}

}  // namespace weir::http
