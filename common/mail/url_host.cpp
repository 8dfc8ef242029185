#include "common/mail/url_host.h"

#include <arpa/inet.h>
#include <glib.h>
#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/url_text.h"

namespace weir {
namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestInput = 3000;  // 253 bytes of A-labels, percent-encoded Unicode

struct Free {
    void operator()(char* text) const { idn2_free(text); }
};
using IdnText = std::unique_ptr<char, Free>;

struct GlibFree {
    void operator()(char* text) const { g_free(text); }
};
using GlibText = std::unique_ptr<char, GlibFree>;

// WHATWG URL, section 3.5, "forbidden domain code point", without what cannot be in a host by then.
bool isForbidden(char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7F ||
           std::string_view("#/:<>?@[\\]^|%").find(c) != std::string_view::npos;
}

// Punycode (RFC 3492, section 6.3) of a label of at most 63 characters; "" when there is none.
std::string punycode(const std::vector<char32_t>& label) {
    constexpr std::uint32_t kBase = 36, kMin = 1, kMax = 26, kSkew = 38, kDamp = 700;
    std::string out = "xn--";
    for (const char32_t c : label) {
        if (c < 0x80) out.push_back(static_cast<char>(c));
    }
    const auto basic = static_cast<std::uint32_t>(out.size() - 4);
    if (basic > 0) out.push_back('-');
    std::uint32_t next = 0x80, delta = 0, bias = 72, handled = basic;
    while (handled < label.size()) {
        std::uint32_t least = 0x110000;
        for (const char32_t c : label) {
            if (c >= next) least = std::min<std::uint32_t>(least, c);
        }
        delta += (least - next) * (handled + 1);  // at most 0x110000 * 64
        next = least;
        for (const char32_t c : label) {
            if (c < next) ++delta;
            if (c != next) continue;
            std::uint32_t q = delta;
            for (std::uint32_t k = kBase;; k += kBase) {
                const std::uint32_t t = k <= bias ? kMin : std::min(k - bias, kMax);
                const std::uint32_t digit = q < t ? q : t + (q - t) % (kBase - t);
                out.push_back(static_cast<char>(digit < 26 ? 'a' + digit : '0' + digit - 26));
                if (q < t) break;
                q = (q - t) / (kBase - t);
            }
            delta /= handled == basic ? kDamp : 2;
            delta += delta / (handled + 1);
            std::uint32_t k = 0;
            for (; delta > ((kBase - kMin) * kMax) / 2; k += kBase) delta /= kBase - kMin;
            bias = k + (kBase - kMin + 1) * delta / (delta + kSkew);
            delta = 0;
            ++handled;
        }
        ++delta;
        ++next;
    }
    return out;
}

// What browsers look up and IDNA 2008 refuses: symbols, odd hyphens. Compatibility forms and case are folded.
std::string lenientLabel(const std::string& label) {
    const GlibText plain(g_utf8_normalize(label.c_str(), -1, G_NORMALIZE_NFKC));
    if (!plain) return {};
    const GlibText lower(g_utf8_strdown(plain.get(), -1));
    std::vector<char32_t> characters;
    for (const char* at = lower.get(); *at != '\0'; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        if (c != 0xFE0F) characters.push_back(c);  // variation selector of emoji
        if (characters.size() > kLongestLabel) return {};
    }
    if (std::all_of(characters.begin(), characters.end(), [](char32_t c) { return c < 0x80; })) {
        return std::string(characters.begin(), characters.end());
    }
    return punycode(characters);
}

// A-labels of a name that is not all ASCII; "" when there are none.
std::string asciiName(const std::string& name) {
    char* found = nullptr;
    const int flags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL;
    if (idn2_to_ascii_8z(name.c_str(), &found, flags) == IDN2_OK) return IdnText(found).get();
    std::string dotted;
    for (std::size_t at = 0; at < name.size();) {  // U+3002, U+FF0E, U+FF61
        const std::string_view three = std::string_view(name).substr(at, 3);
        const bool dot = three == "\xE3\x80\x82" || three == "\xEF\xBC\x8E" || three == "\xEF\xBD\xA1";
        dotted += dot ? '.' : name[at];
        at += dot ? 3 : 1;
    }
    std::string out;
    for (std::size_t at = 0; at <= dotted.size();) {
        const std::size_t end = std::min(dotted.find('.', at), dotted.size());
        const std::string label = dotted.substr(at, end - at);
        if (at > 0) out += '.';
        char* one = nullptr;
        if (isAscii(label)) {
            out += lowered(label);
        } else if (idn2_to_ascii_8z(label.c_str(), &one, flags) == IDN2_OK) {
            out += IdnText(one).get();
        } else {
            const std::string lenient = lenientLabel(label);
            if (lenient.empty()) return {};
            out += lenient;
        }
        at = end + 1;
    }
    return out;
}

// A number of an IPv4 address: decimal, octal ("0…") or hexadecimal ("0x…"); -1 when it is none.
std::int64_t ipv4Number(std::string_view part) {
    int base = 10;
    if (part.size() >= 2 && part[0] == '0' && lowerAscii(part[1]) == 'x') {
        part.remove_prefix(2);
        base = 16;
    } else if (part.size() >= 2 && part[0] == '0') {
        part.remove_prefix(1);
        base = 8;
    }
    std::int64_t value = 0;
    for (const char c : part) {
        const int digit = hexValue(c);
        if (digit < 0 || digit >= base) return -1;
        value = std::min<std::int64_t>(value * base + digit, std::int64_t{1} << 33);
    }
    return value;
}

// WHATWG URL, "ends in a number checker": only an address can be meant.
bool endsInNumber(std::string_view name) {
    const std::string_view last = name.substr(name.rfind('.') + 1);
    if (last.empty()) return false;
    return std::all_of(last.begin(), last.end(), isAsciiDigit) ||
           (last.size() >= 2 && last[0] == '0' && last[1] == 'x' && ipv4Number(last) >= 0);
}

UrlHost ipv4(std::string_view name) {
    std::array<std::int64_t, 4> numbers{};
    std::size_t count = 0;
    while (true) {
        const std::size_t dot = name.find('.');
        const std::string_view part = name.substr(0, dot);
        if (count == 4 || part.empty()) return {};
        numbers[count] = ipv4Number(part);
        if (numbers[count++] < 0) return {};
        if (dot == std::string_view::npos) break;
        name.remove_prefix(dot + 1);
    }
    std::int64_t address = 0;
    for (std::size_t i = 0; i + 1 < count; ++i) {
        if (numbers[i] > 255) return {};
        address |= numbers[i] << (24 - 8 * i);
    }
    if (numbers[count - 1] >= std::int64_t{1} << (8 * (5 - count))) return {};
    address |= numbers[count - 1];
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) {
        if (!text.empty()) text += '.';
        text += std::to_string((address >> shift) & 255);
    }
    return {UrlHost::Kind::kIpv4, text};
}

UrlHost ipv6(std::string_view inside) {
    inside = inside.substr(0, inside.find('%'));  // a zone means nothing elsewhere
    in6_addr address{};
    if (inet_pton(AF_INET6, std::string(inside).c_str(), &address) != 1) return {};
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, &address, text.data(), text.size());
    return {UrlHost::Kind::kIpv6, text.data()};
}

bool labelsFit(std::string_view name) {
    if (name.empty() || name.size() > kLongestName) return false;
    while (true) {
        const std::size_t dot = name.find('.');
        const std::string_view label = name.substr(0, dot);
        if (label.empty() || label.size() > kLongestLabel) return false;
        if (dot == std::string_view::npos) return true;
        name.remove_prefix(dot + 1);
    }
}

bool isAddress(std::string_view name) {
    return name.find(':') != std::string_view::npos || endsInNumber(name);
}

}  // namespace

UrlHost urlHost(std::string_view host) {
    if (host.size() > kLongestInput) return {};
    if (host.starts_with('[')) {
        return host.ends_with(']') ? ipv6(host.substr(1, host.size() - 2)) : UrlHost{};
    }
    std::string name = host.find('%') == std::string_view::npos ? std::string(host) : percentDecoded(host);
    if (isAscii(name)) {
        name = lowered(name);
    } else {
        if (!isValidUtf8(name) || name.find('\0') != std::string::npos) return {};
        name = asciiName(name);
    }
    while (name.ends_with('.')) name.pop_back();
    if (std::any_of(name.begin(), name.end(), isForbidden)) return {};
    if (endsInNumber(name)) return ipv4(name);
    if (!labelsFit(name)) return {};
    return {UrlHost::Kind::kName, name};
}

std::string unicodeHost(std::string_view name) {
    if (name.find("xn--") == std::string_view::npos) return std::string(name);
    std::string out;
    while (true) {
        const std::size_t dot = name.find('.');
        const std::string label(name.substr(0, dot));
        char* found = nullptr;
        if (label.starts_with("xn--") && label.size() <= kLongestLabel &&
            idn2_to_unicode_8z8z(label.c_str(), &found, 0) == IDN2_OK) {
            out += IdnText(found).get();
        } else {
            out += label;
        }
        if (dot == std::string_view::npos) return out;
        out += '.';
        name.remove_prefix(dot + 1);
    }
}

std::string registeredDomain(std::string_view name) {
    if (name.size() > kLongestName || name.starts_with('.') || isAddress(name)) return {};
    // Most links of a mail lead to one host, and the list is slow to ask.
    thread_local std::string asked, domain;
    if (asked != name) {
        const std::string whole(name);
        const char* found = psl_registrable_domain(psl_builtin(), whole.c_str());
        domain = found == nullptr ? "" : found;
        asked = whole;
    }
    return domain;
}

std::string_view topLevel(std::string_view name) {
    return isAddress(name) ? std::string_view() : name.substr(name.rfind('.') + 1);
}

bool isKnownTopLevel(std::string_view topLevel) {
    if (topLevel.empty() || topLevel.size() > kLongestLabel || topLevel.find('.') != std::string_view::npos) {
        return false;
    }
    return psl_is_public_suffix2(psl_builtin(), std::string(topLevel).c_str(),
                                 PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

bool isWithin(std::string_view name, std::string_view domain) {
    return !domain.empty() && name.ends_with(domain) &&
           (name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.');
}

}  // namespace weir
