#include "master/http/static_files.h"

#include <algorithm>
#include <array>

#include "common/base/durable_file.h"
#include "common/base/ids.h"

namespace weir::http {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kFileLimit = 32u << 20;
constexpr std::string_view kAssets = "/assets/";
constexpr std::string_view kNonceMark = "<meta name=\"csp-nonce\" content=\"";

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".wasm", "application/wasm"},
}};

std::string_view typeOf(const fs::path& path) {
    const auto extension = path.extension().string();
    for (const auto& [end, type] : kTypes)
        if (extension == end) return type;
    return "application/octet-stream";
}

bool inside(const fs::path& folder, const fs::path& path) {
    const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return end == folder.end() && rest != path.end();
}

std::string policy(const std::string& nonce) {
    return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce +
           "'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src "
           "'self'; "
           "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

// The nonce takes the place of whatever the content attribute holds.
void putNonce(std::string& html, const std::string& nonce) {
    const auto mark = html.find(kNonceMark);
    if (mark == std::string::npos) return;
    const auto begin = mark + kNonceMark.size();
    const auto end = html.find('"', begin);
    if (end != std::string::npos) html.replace(begin, end - begin, nonce);
}

}  // namespace

StaticFiles::StaticFiles(fs::path folder) : folder_(std::move(folder)) {}

Reply StaticFiles::serve(const Request& request) const {
    if (request.method != "GET" && request.method != "HEAD") {
        Reply reply = problemReply(405, "method-not-allowed", "only GET and HEAD are possible here");
        return reply.header("Allow", "GET, HEAD");
    }
    std::error_code missing;
    const auto root = fs::canonical(folder_, missing);
    if (missing || !fs::is_regular_file(root / "index.html", missing))
        return textReply(503,
                         "The console is not installed here: the folder of the setting console.folder has no "
                         "index.html. The API under /api/v1 works without it.\n");
    const bool asset = request.path.starts_with(kAssets);
    const auto wanted = fs::canonical(root / request.path.substr(1), missing);
    const bool found = !missing && inside(root, wanted) && fs::is_regular_file(wanted, missing);
    if (found && wanted != root / "index.html") return file(wanted, asset);
    if (asset) return problemReply(404, "not-found", "there is no such file");
    return index();
}

Reply StaticFiles::index() const {
    std::string html = readFile(folder_ / "index.html", kFileLimit);
    const std::string nonce = randomHex(16);
    putNonce(html, nonce);
    Reply reply = textReply(200, std::move(html), "text/html; charset=utf-8");
    reply.header("Content-Security-Policy", policy(nonce));
    return reply.header("Cache-Control", "no-store");
}

Reply StaticFiles::file(const fs::path& path, bool asset) const {
    Reply reply = textReply(200, readFile(path, kFileLimit), typeOf(path));
    return reply.header("Cache-Control", asset ? "public, max-age=31536000, immutable" : "no-cache");
}

std::vector<std::pair<std::string, std::string>> securityHeaders() {
    return {{"Cache-Control", "no-store"},
            {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
            {"X-Content-Type-Options", "nosniff"},
            {"X-Frame-Options", "DENY"},
            {"Referrer-Policy", "no-referrer"},
            {"Cross-Origin-Opener-Policy", "same-origin"},
            {"Cross-Origin-Resource-Policy", "same-origin"},
            {"Strict-Transport-Security", "max-age=31536000"}};
}

}  // namespace weir::http
