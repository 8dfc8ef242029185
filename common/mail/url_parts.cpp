#include "common/mail/url_parts.h"

#include <algorithm>
#include <vector>

#include "common/mail/ascii.h"
#include "common/mail/url_text.h"

namespace weir {
namespace {

std::uint16_t defaultPort(std::string_view scheme) {
    if (scheme == "http" || scheme == "ws") return 80;
    if (scheme == "https" || scheme == "wss") return 443;
    return scheme == "ftp" ? 21 : 0;
}

// "user@host:port"; false when that is no place.
bool authority(std::string_view text, UrlParts& parts) {
    if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
        parts.user = text.substr(0, at);
        text.remove_prefix(at + 1);
    }
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    parts.host = urlHost(text.substr(0, colon));
    if (parts.host.kind == UrlHost::Kind::kNone) return false;
    if (colon == std::string_view::npos) return true;
    unsigned port = 0;
    const std::string_view digits = text.substr(colon + 1);
    for (const char c : digits) {
        if (!isAsciiDigit(c)) return false;
        port = port * 10 + static_cast<unsigned>(c - '0');
        if (port > 65535) return false;
    }
    if (!digits.empty()) parts.port = static_cast<std::uint16_t>(port);
    return true;
}

// "." and ".." of a path that begins with "/" (RFC 3986, section 5.2.4).
std::string withoutDotSegments(std::string_view path) {
    std::vector<std::string_view> kept;
    bool folder = false;  // the path ends with a "/"
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, end);
        path.remove_prefix(end);
        folder = segment == "." || segment == "..";
        if (segment == ".." && !kept.empty()) kept.pop_back();
        if (!folder) kept.push_back(segment);
    }
    std::string out;
    for (const std::string_view segment : kept) out.append("/").append(segment);
    if (folder || out.empty()) out += '/';
    return out;
}

void tail(std::string_view rest, bool special, UrlParts& parts) {
    if (const std::size_t hash = rest.find('#'); hash != std::string_view::npos) {
        parts.fragment = percentNormal(rest.substr(hash + 1));
        rest = rest.substr(0, hash);
    }
    if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
        parts.query = percentNormal(rest.substr(mark + 1));
        rest = rest.substr(0, mark);
    }
    std::string path = percentNormal(rest);
    if (special) {
        std::replace(path.begin(), path.end(), '\\', '/');
        path = withoutDotSegments(path);
    }
    parts.path = std::move(path);
}

std::optional<UrlParts> mailto(UrlParts parts, std::string_view rest) {
    tail(rest, false, parts);
    const std::string decoded = percentDecoded(parts.path);
    const std::string_view first = std::string_view(decoded).substr(0, decoded.find(','));
    if (const std::size_t at = first.rfind('@'); at != std::string_view::npos) {
        parts.host = urlHost(trimmed(first.substr(at + 1)));
    }
    return parts;
}

std::optional<UrlParts> split(std::string_view url) {
    UrlParts parts;
    parts.scheme = urlScheme(url);
    if (parts.scheme.empty()) {
        if (url.size() < 2 || !isUrlSlash(url[0]) || !isUrlSlash(url[1])) return std::nullopt;
        parts.scheme = "http";
    } else {
        url.remove_prefix(parts.scheme.size() + 1);
    }
    if (parts.scheme == "mailto") return mailto(std::move(parts), url);
    parts.port = defaultPort(parts.scheme);
    const bool special = parts.port != 0;
    if (!special && !url.starts_with("//")) {
        tail(url, false, parts);
        return parts;
    }
    std::size_t slashes = 0;
    while (slashes < url.size() && (special ? isUrlSlash(url[slashes]) : slashes < 2)) ++slashes;
    url.remove_prefix(slashes);
    const std::size_t end = std::min(url.find_first_of(special ? "/\\?#" : "/?#"), url.size());
    if (!authority(url.substr(0, end), parts) && (special || end > 0)) return std::nullopt;
    tail(url.substr(end), special, parts);
    return parts;
}

}  // namespace

std::string UrlParts::text() const {
    std::string out = scheme + ':';
    if (scheme != "mailto" && host.kind != UrlHost::Kind::kNone) {
        out += "//";
        out += host.kind == UrlHost::Kind::kIpv6 ? '[' + host.name + ']' : host.name;
        if (port != 0 && port != defaultPort(scheme)) out += ':' + std::to_string(port);
    } else if (scheme != "mailto" && path.starts_with("//")) {
        out += "//";  // an empty authority
    }
    out += path;
    if (!query.empty()) out += '?' + query;
    return out;
}

std::optional<UrlParts> parseUrl(std::string_view url, const UrlLimits& limits) {
    const bool cut = url.size() > limits.bytes;
    if (cut) url = url.substr(0, limits.bytes);
    std::optional<UrlParts> parts = split(withoutUrlSpace(url));
    if (!parts) return parts;
    parts->cut = cut;
    if (parts->host.kind == UrlHost::Kind::kName) {
        parts->domain = registeredDomain(parts->host.name);
        parts->topLevel = topLevel(parts->host.name);
    }
    return parts;
}

}  // namespace weir
