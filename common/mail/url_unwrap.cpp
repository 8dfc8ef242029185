#include "common/mail/url_unwrap.h"

#include <algorithm>
#include <array>
#include <optional>

#include "common/mail/ascii.h"
#include "common/mail/url_text.h"

namespace weir {
namespace {

// Parameters that hold where a redirect goes.
constexpr std::array<std::string_view, 26> kParameters = {
    "url",          "u",     "q",   "target", "to",   "dest",  "destination", "redirect", "redirect_url",
    "redirect_uri", "redir", "r",   "link",   "goto", "go",    "next",        "continue", "return",
    "returnurl",    "rurl",  "uri", "out",    "href", "adurl", "l",           "a"};

struct Wrapper {
    std::string_view domain, path;  // the host or below it; what the path begins with
};
constexpr std::array kWrappers = std::to_array<Wrapper>({
    {"safelinks.protection.outlook.com", "/"},
    {"urldefense.proofpoint.com", "/"},
    {"urldefense.com", "/"},
    {"urldefense.us", "/"},
    {"linkprotect.cudasvc.com", "/"},
    {"secure-web.cisco.com", "/"},
    {"clicktime.symantec.com", "/"},
    {"protection.sophos.com", "/"},
    {"bing.com", "/ck/"},
    {"l.facebook.com", "/l.php"},
});

bool isWebUrl(std::string_view text) {
    const std::string scheme = urlScheme(text);
    return (scheme == "http" || scheme == "https" || scheme == "ftp") && text.size() > scheme.size() + 3;
}

// A parameter's value as URL: plain, percent-encoded once more, or base64 of one.
std::optional<std::string> urlOf(std::string_view value, bool known) {
    std::string text = percentDecoded(value);
    if (isWebUrl(text)) return text;
    if (lowered(text.substr(0, 10)).find("%3a") != std::string::npos) {
        std::string again = percentDecoded(text);
        if (isWebUrl(again)) return again;
    }
    if (known && text.starts_with("a1aHR0c")) text.erase(0, 2);  // Bing
    if (text.starts_with("aHR0c")) {
        std::optional<std::string> decoded = base64UrlDecoded(text);
        if (decoded && isWebUrl(*decoded)) return decoded;
    }
    if (known && text.size() > 4 && equalIgnoringCase(std::string_view(text).substr(0, 4), "www."))
        return "http://" + text;
    return std::nullopt;
}

// Proofpoint's second form: "-" for "%", "_" for "/".
std::string secondForm(std::string_view value) {
    std::string text(value);
    std::replace(text.begin(), text.end(), '-', '%');
    std::replace(text.begin(), text.end(), '_', '/');
    return percentDecoded(text);
}

// Proofpoint's third form, "/v3/__URL__;BYTES!…": each "*" of the URL stands for the next of the bytes, "**X"
// for as many as the letter X counts from two on.
std::optional<std::string> thirdForm(std::string_view path) {
    const std::size_t start = path.find("/v3/__");
    if (start != 0) return std::nullopt;
    path.remove_prefix(6);
    const std::size_t end = path.find("__;");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view url = path.substr(0, end);
    const std::string_view rest = path.substr(end + 3);
    const std::string decoded = base64UrlDecoded(rest.substr(0, rest.find('!'))).value_or("");
    constexpr std::string_view kCounts = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    std::string_view bytes = decoded;
    const auto take = [&](std::size_t characters) {
        while (characters-- > 0 && !bytes.empty()) {
            std::size_t length = 1;
            while (length < bytes.size() && (bytes[length] & 0xC0) == 0x80) ++length;
            out += bytes.substr(0, length);
            bytes.remove_prefix(length);
        }
    };
    for (std::size_t i = 0; i < url.size(); ++i) {
        if (url[i] != '*') {
            out += url[i];
        } else if (i + 2 < url.size() && url[i + 1] == '*') {
            const std::size_t count = kCounts.find(url[i + 2]);
            take(count == std::string_view::npos ? 0 : count + 2);
            i += 2;
        } else {
            take(1);
        }
    }
    return isWebUrl(out) ? std::optional(out) : std::nullopt;
}

// "https://archive.example/2020/https://inner.example/": a URL behind the host, plain or encoded.
std::optional<std::string> behindHost(const UrlParts& url) {
    if (url.path.find(':') != std::string::npos) {
        for (const std::string_view scheme : {"/https:/", "/http:/"}) {
            const std::size_t at = url.path.find(scheme);
            if (at == std::string::npos) continue;
            return url.path.substr(at + 1) + (url.query.empty() ? "" : "?" + url.query);
        }
    }
    for (const std::string_view scheme : {"/https%3A%2F", "/http%3A%2F"}) {
        const std::size_t at = url.path.find(scheme);
        if (at != std::string::npos) return percentDecoded(std::string_view(url.path).substr(at + 1));
    }
    return std::nullopt;
}

bool isParameter(std::string_view name, bool known) {
    const std::string lower = lowered(percentDecoded(name));
    if (lower == "a") return known;
    return std::find(kParameters.begin(), kParameters.end(), lower) != kParameters.end();
}

std::vector<std::string> inside(const UrlParts& url, std::size_t most) {
    std::vector<std::string> found;
    const auto keep = [&](std::optional<std::string> one) {
        if (one && found.size() < most && std::find(found.begin(), found.end(), *one) == found.end()) {
            found.push_back(std::move(*one));
        }
    };
    const bool known = isKnownWrapper(url);
    const bool proofpoint = isWithin(url.host.name, "urldefense.com") ||
                            isWithin(url.host.name, "urldefense.us") ||
                            url.host.name == "urldefense.proofpoint.com";
    if (proofpoint) {
        // The path of the third form holds a URL whose slashes and escapes are its own.
        const std::string whole = url.path + (url.query.empty() ? "" : "?" + url.query);
        if (std::optional<std::string> third = thirdForm(whole)) return {*third};
    }
    for (std::string_view rest = url.query; !rest.empty() && found.size() < most;) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) {
            keep(urlOf(pair, false));  // "?https://…"
        } else if (isParameter(pair.substr(0, equals), known)) {
            const std::string_view value = pair.substr(equals + 1);
            if (proofpoint && url.path.starts_with("/v2/")) {
                keep(urlOf(secondForm(value), true));
            } else {
                keep(urlOf(value, known));
            }
        }
    }
    keep(behindHost(url));
    return found;
}

}  // namespace

std::vector<std::string> wrappedUrls(const UrlParts& url, const UnwrapLimits& limits) {
    std::vector<std::string> all = inside(url, limits.urls);
    std::size_t first = 0;
    for (std::size_t depth = 1; depth < limits.depth && first < all.size(); ++depth) {
        const std::size_t last = all.size();
        for (; first < last; ++first) {
            const std::optional<UrlParts> parts = parseUrl(all[first]);
            if (!parts) continue;
            for (std::string& one : inside(*parts, limits.urls)) {
                if (all.size() < limits.urls && std::find(all.begin(), all.end(), one) == all.end()) {
                    all.push_back(std::move(one));
                }
            }
        }
    }
    return all;
}

bool isKnownWrapper(const UrlParts& url) {
    if (url.domain.starts_with("google.")) return url.path == "/url";
    return std::any_of(kWrappers.begin(), kWrappers.end(), [&](const Wrapper& one) {
        return isWithin(url.host.name, one.domain) && url.path.starts_with(one.path);
    });
}

}  // namespace weir
