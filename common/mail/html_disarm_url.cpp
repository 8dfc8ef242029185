#include "common/mail/html_disarm_url.h"

#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <array>
#include <vector>

#include "common/mail/ascii.h"
#include "common/mail/charset.h"

namespace weir {
namespace {

constexpr std::size_t kLongestHost = 255;
constexpr std::size_t kLongestShown = 2048;
constexpr std::size_t kLongestToken = 512;

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
    const std::size_t colon = url.find_first_of(":/?#\\");
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

std::string percentDecoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hexValue(text[i + 1]) >= 0 &&
            hexValue(text[i + 2]) >= 0) {
            out += static_cast<char>(hexValue(text[i + 1]) * 16 + hexValue(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

// What is no name and cannot be shown as it is.
std::string printable(std::string_view host) {
    std::string out;
    for (const char c : host.substr(0, kLongestHost)) out += c > ' ' && c <= '~' && c != ']' ? c : '?';
    return lowered(out);
}

std::string asciiHost(std::string_view host) {
    if (host.starts_with('[')) return lowered(host.substr(0, std::min(host.find(']') + 1, kLongestHost)));
    std::string name(host.substr(0, 4 * kLongestHost));
    if (name.find('\0') != std::string::npos) return printable(name);
    char* ascii = nullptr;
    std::string result;
    if (idn2_to_ascii_8z(name.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK) {
        result = printable(ascii);
        idn2_free(ascii);
    } else {
        result = printable(name);
    }
    while (result.ends_with('.')) result.pop_back();
    return result;
}

// "user:password@host:port" → host.
std::string_view hostOfAuthority(std::string_view authority) {
    authority.remove_prefix(authority.rfind('@') + 1);  // npos + 1 is 0
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
    if (bracket == std::string_view::npos) return authority;
    return authority.substr(0, authority.find(':', bracket));
}

struct Character {
    char32_t code;
    std::size_t length;
};

// The text is valid UTF-8.
Character characterAt(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x80 || text.size() < 2) return {byte(0), 1};
    const std::size_t length = std::min<std::size_t>(byte(0) >= 0xF0   ? 4
                                                     : byte(0) >= 0xE0 ? 3
                                                                       : 2,
                                                     text.size());
    char32_t code = byte(0) & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3Fu);
    return {code, length};
}

// What looks like ASCII becomes it: full-width letters and dots; what has no width goes; other spaces and
// quotation marks become spaces.
std::string asRead(std::string_view text) {
    std::string valid, out;
    appendUtf8(valid, text.substr(0, kLongestShown), "utf-8");
    std::string_view rest = valid;
    while (!rest.empty()) {
        const auto [code, length] = characterAt(rest);
        if (code >= 0xFF01 && code <= 0xFF5E) {
            out += lowerAscii(static_cast<char>(code - 0xFF01 + '!'));
        } else if (code == 0x3002 || code == 0xFF61) {
            out += '.';
        } else if (code == 0xAD || code == 0xFEFF || (code >= 0x200B && code <= 0x200F) || code == 0x2060) {
        } else if (code == 0xA0 || code == 0x3000 || (code >= 0x2000 && code <= 0x206F) || code == 0xAB ||
                   code == 0xBB ||
                   (code < 0x80 && std::string_view("<>\"'()[]{}|,;").find(static_cast<char>(code)) !=
                                       std::string_view::npos)) {
            out += ' ';
        } else if (code < 0x80) {
            out += code <= ' ' ? ' ' : lowerAscii(static_cast<char>(code));
        } else {
            out += rest.substr(0, length);
        }
        rest.remove_prefix(length);
    }
    return out;
}

bool isLabel(std::string_view label) {
    return !label.empty() && label.size() <= 63 && std::all_of(label.begin(), label.end(), [](char c) {
        return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_' ||
               static_cast<unsigned char>(c) >= 0x80;
    });
}

bool isQuad(const std::vector<std::string_view>& labels) {
    return labels.size() == 4 && std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
               return label.size() <= 3 && std::all_of(label.begin(), label.end(), isAsciiDigit);
           });
}

bool isTopLevel(std::string_view label) {
    const std::string name = asciiHost(label);
    return name.size() >= 2 &&
           psl_is_public_suffix2(psl_builtin(), name.c_str(), PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1;
}

// `certain`: something before it says that it is an address.
bool looksLikeHost(std::string_view host, bool certain) {
    std::vector<std::string_view> labels;
    while (true) {
        const std::size_t dot = host.find('.');
        labels.push_back(host.substr(0, dot));
        if (!isLabel(labels.back()) || labels.size() > 20) return false;
        if (dot == std::string_view::npos) break;
        host.remove_prefix(dot + 1);
    }
    return labels.size() > 1 && (certain || isQuad(labels) || isTopLevel(labels.back()));
}

std::string hostOfToken(std::string_view token) {
    while (!token.empty() && std::string_view(".:!?-*_/").find(token.back()) != std::string_view::npos) {
        token.remove_suffix(1);
    }
    while (!token.empty() && std::string_view(".:!?-*").find(token.front()) != std::string_view::npos) {
        token.remove_prefix(1);
    }
    bool certain = token.starts_with("www.");
    for (const std::string_view scheme : {"mailto:", "http:", "https:", "ftp:"}) {
        if (!token.starts_with(scheme)) continue;
        certain = true;
        token.remove_prefix(scheme.size());
        token.remove_prefix(std::min(token.find_first_not_of("/\\"), token.size()));
        break;
    }
    token = hostOfAuthority(token.substr(0, token.find_first_of("/\\?#")));
    while (token.ends_with('.')) token.remove_suffix(1);
    return looksLikeHost(token, certain) ? asciiHost(token) : std::string();
}

std::string registeredDomain(const std::string& host) {
    const char* domain = psl_registrable_domain(psl_builtin(), host.c_str());
    return domain ? domain : "";
}

bool liesBelow(std::string_view host, std::string_view domain) {
    return host == domain || (host.size() > domain.size() && host.ends_with(domain) &&
                              host[host.size() - domain.size() - 1] == '.');
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

std::string htmlUrlHost(std::string_view value) {
    const std::string text = withoutNoise(value);
    std::string_view rest = text;
    const std::optional<std::string> scheme = schemeOf(rest);
    if (scheme) rest.remove_prefix(scheme->size() + 1);
    if (scheme == "mailto") {
        rest = rest.substr(0, rest.find('?'));
        const std::string address = percentDecoded(rest.substr(0, rest.find(',')));
        const std::size_t at = address.rfind('@');
        return at == std::string::npos ? std::string() : asciiHost(std::string_view(address).substr(at + 1));
    }
    if (scheme ? !among(kWebSchemes, *scheme) : readHtmlUrl(text).kind != HtmlUrlKind::kWeb) return {};
    rest.remove_prefix(std::min(rest.find_first_not_of("/\\"), rest.size()));
    rest = rest.substr(0, rest.find_first_of("/\\?#"));
    return asciiHost(percentDecoded(hostOfAuthority(rest)));
}

std::string shownHost(std::string_view text) {
    const std::string read = asRead(text);
    std::string_view rest = read;
    while (!rest.empty()) {
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        const std::string_view token = rest.substr(0, rest.find(' '));
        rest.remove_prefix(token.size());
        if (token.size() < 4 || token.size() > kLongestToken) continue;
        std::string host = hostOfToken(token);
        if (!host.empty()) return host;
    }
    return {};
}

bool sameSite(const std::string& host, const std::string& other) {
    if (liesBelow(host, other) || liesBelow(other, host)) return true;
    const std::string domain = registeredDomain(host);
    return !domain.empty() && domain == registeredDomain(other);
}

}  // namespace weir
