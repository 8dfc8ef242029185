#include "common/mail/html_disarm_url.h"

#include <algorithm>
#include <array>
#include <optional>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, 3> kWebSchemes = {"ftp", "http", "https"};
constexpr std::array<std::string_view, 13> kOtherSchemes = {"callto", "geo",  "mailto",  "maps", "news",
                                                            "nntp",   "sip",  "sips",    "sms",  "tel",
                                                            "webcal", "xmpp", "facetime"};
constexpr std::array<std::string_view, 7> kImageTypes = {
    "bmp", "gif", "jpeg", "jpg", "png", "vnd.microsoft.icon", "webp"};

template <class Names>
bool among(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Browsers pass over tabs and line ends anywhere, and over other controls and spaces at both ends.
std::string withoutNoise(std::string_view value) {
    std::string text;
    text.reserve(value.size());
    for (const char c : value) {
        if (c != '\t' && c != '\n' && c != '\r' && c != '\0') text += c;
    }
    const auto outer = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; };
    while (!text.empty() && outer(text.back())) text.pop_back();
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), outer));
    return text;
}

// In lower case; nothing without one. Anything before a ":" that no "/", "?" or "#" precedes counts, so that
// what some reader could take for a scheme is not called relative.
std::optional<std::string> schemeOf(std::string_view url) {
    const std::size_t colon = url.find_first_of(":/?#");
    if (colon == std::string_view::npos || url[colon] != ':') return std::nullopt;
    return lowered(url.substr(0, std::min<std::size_t>(colon, 64)));
}

bool isImageData(std::string_view url) {
    const std::string start = lowered(url.substr(0, 64));
    constexpr std::string_view kImage = "data:image/";
    if (!start.starts_with(kImage)) return false;
    const std::string_view rest = std::string_view(start).substr(kImage.size());
    return among(kImageTypes, rest.substr(0, rest.find_first_of(";,")));
}

}  // namespace

HtmlUrl readHtmlUrl(std::string_view value) {
    HtmlUrl url;
    url.text = withoutNoise(value);
    const std::optional<std::string> scheme = schemeOf(url.text);
    if (!scheme) {
        const bool inside = url.text.empty() || url.text.starts_with('#');
        const bool network = url.text.size() > 1 && (url.text[0] == '/' || url.text[0] == '\\') &&
                             (url.text[1] == '/' || url.text[1] == '\\');
        url.kind = inside ? HtmlUrlKind::kInside : network ? HtmlUrlKind::kWeb : HtmlUrlKind::kRelative;
    } else if (*scheme == "cid" || *scheme == "mid" || isImageData(url.text)) {
        url.kind = HtmlUrlKind::kInside;
    } else if (among(kWebSchemes, *scheme)) {
        url.kind = HtmlUrlKind::kWeb;
    } else {
        url.kind = among(kOtherSchemes, *scheme) ? HtmlUrlKind::kOther : HtmlUrlKind::kDangerous;
    }
    return url;
}

}  // namespace weir
