#include "common/mail/url_finder.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/url_host.h"
#include "common/mail/url_text.h"

namespace weir {
namespace {

using Kind = FoundUrl::Kind;

// Top levels at the end of a bare domain without path: none that is an English word or the ending of a file.
constexpr std::array<std::string_view, 41> kCommonTopLevels = {
    "com",  "net",   "org",  "info", "biz", "edu", "gov", "mil",  "int",  "online",  "site",
    "shop", "store", "club", "xyz",  "top", "icu", "vip", "live", "tech", "website", "ru",
    "cn",   "eu",    "de",   "fr",   "uk",  "nl",  "es",  "pl",   "br",   "au",      "ch",
    "jp",   "se",    "dk",   "cz",   "hu",  "ro",  "ua",  "kr"};

// Known top levels that are also endings of file names, so that "src/main.rs/x" is no domain.
constexpr std::array<std::string_view, 14> kFileEndings = {"py", "md",  "sh",  "pl", "rs", "zip", "mov",
                                                           "ps", "app", "cab", "cc", "so", "do",  "in"};

// What no URL holds, and every mail client ends one at.
constexpr std::array<bool, 256> kWhite = [] {
    std::array<bool, 256> white{};
    for (unsigned c = 0; c <= ' '; ++c) white[c] = true;
    for (const unsigned char c : {'\x7F', '<', '>', '"', '`'}) white[c] = true;
    return white;
}();

bool isWhite(char c) {
    return kWhite[static_cast<unsigned char>(c)];
}

constexpr bool isHostByte(char c) {
    return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '.' || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

// Code point of a sequence of three bytes at `at`; 0 when it is something else.
char32_t wide(std::string_view text, std::size_t at) {
    if (at + 2 >= text.size()) return 0;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    if ((byte(0) & 0xF0) != 0xE0) return 0;
    return (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
}

// Bytes of a space or punctuation mark of Unicode at `at`, which ends a URL; 0 when there is none. A full
// stop of CJK that has a letter behind it is a dot of the host.
std::size_t wideMark(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first == 0xC2 && at + 1 < text.size()) {
        const auto second = static_cast<unsigned char>(text[at + 1]);
        return second == 0xA0 || second == 0xAB || second == 0xBB ? 2 : 0;
    }
    const char32_t c = wide(text, at);
    if (c == 0x3002 || c == 0xFF0E || c == 0xFF61) {
        return at + 3 < text.size() && (isAsciiLetter(text[at + 3]) || isAsciiDigit(text[at + 3])) ? 0 : 3;
    }
    const bool mark = (c >= 0x2000 && c <= 0x200A) || (c >= 0x2018 && c <= 0x201F) || c == 0x2026 ||
                      (c >= 0x2028 && c <= 0x202F) || c == 0x2039 || c == 0x203A || c == 0x205F ||
                      (c >= 0x3000 && c <= 0x3003) || (c >= 0x3008 && c <= 0x3011) || c == 0xFF01 ||
                      c == 0xFF08 || c == 0xFF09 || c == 0xFF0C || c == 0xFF1A || c == 0xFF1B || c == 0xFF1F;
    return mark ? 3 : 0;
}

// "http://a.example,http://b.example": whether a second URL begins behind the comma or semicolon at `at`.
bool separatesUrls(std::string_view text, std::size_t at) {
    return (text[at] == ',' || text[at] == ';') && (equalIgnoringCase(text.substr(at + 1, 7), "http://") ||
                                                    equalIgnoringCase(text.substr(at + 1, 8), "https://"));
}

// The end of a URL that begins at the front of `text`: before the first mark that no URL holds, without the
// punctuation of the sentence around it.
std::size_t urlEnd(std::string_view text) {
    std::size_t end = 0;
    int round = 0, square = 0, curly = 0;
    for (; end < text.size(); ++end) {
        const char c = text[end];
        if (static_cast<unsigned char>(c) >= 0x80 && wideMark(text, end) > 0) break;
        if (c == '|' || c == '^' || separatesUrls(text, end)) break;
        if (c == '(') ++round;
        if (c == ')') --round;
        if (c == '[') ++square;
        if (c == ']') --square;
        if (c == '{') ++curly;
        if (c == '}') --curly;
    }
    while (end > 0) {
        const char c = text[end - 1];
        if (std::string_view(".,;:!?'*").find(c) != std::string_view::npos) {
            --end;
        } else if (c == ')' && round < 0) {
            --end, ++round;
        } else if (c == ']' && square < 0) {
            --end, ++square;
        } else if (c == '}' && curly < 0) {
            --end, ++curly;
        } else {
            break;
        }
    }
    return end;
}

std::size_t hostEnd(std::string_view piece, std::size_t at) {
    while (at < piece.size() && isHostByte(piece[at]) &&
           (static_cast<unsigned char>(piece[at]) < 0x80 || wideMark(piece, at) == 0)) {
        ++at;
    }
    return at;
}

// Behind the characters of three bytes at `at`, among which are those of all scripts written without spaces.
std::size_t behindWide(std::string_view piece, std::size_t at) {
    while (wide(piece, at) != 0) at += 3;
    return at;
}

// Without the punctuation of the sentence.
std::string_view hostName(std::string_view run) {
    while (run.ends_with('.') || run.ends_with('-')) run.remove_suffix(1);
    return run;
}

// RFC 5322, section 3.2.3, "atext" and the dot.
bool isLocalByte(char c) {
    return isAsciiLetter(c) || isAsciiDigit(c) ||
           std::string_view(".!#$%&'*+-/=?^_{|}~").find(c) != std::string_view::npos;
}

bool isOneOf(std::string_view value, const auto& list) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

class Finder {
  public:
    Finder(const UrlFinderChoice& choice, const UrlFinderLimits& limits) : choice_(choice), limits_(limits) {}

    // No URL or domain is without a dot or a colon, and most words have neither.
    void read(std::string_view text) {
        std::size_t from = 0;  // behind the last word
        std::size_t dot = text.find('.'), colon = text.find(':');
        for (std::size_t mark; (mark = std::min(dot, colon)) != std::string_view::npos;) {
            std::size_t start = mark, end = mark;
            while (start > from && !isWhite(text[start - 1])) --start;
            while (end < text.size() && !isWhite(text[end])) ++end;
            word(text.substr(start, end - start));
            from = end;
            if (dot < from) dot = text.find('.', from);
            if (colon < from) colon = text.find(':', from);
        }
    }

    FoundUrls found;

  private:
    void word(std::string_view word);
    void unwritten(std::string_view piece);
    void written(std::string_view url, std::size_t colon);
    std::size_t host(std::string_view piece, std::size_t at);
    std::size_t domain(std::string_view piece, std::size_t from, std::size_t to);
    std::size_t address(std::string_view piece, std::size_t sign);
    bool isDomain(std::string_view host, bool hasPath) const;
    void add(Kind kind, std::string_view prefix, std::string_view url);

    const UrlFinderChoice& choice_;
    const UrlFinderLimits& limits_;
    std::unordered_set<std::string> known_;
};

// Where the scheme begins that ends at `colon`; npos when it is none of ours.
std::size_t schemeStart(std::string_view word, std::size_t from, std::size_t colon) {
    const bool slashes =
        colon + 2 < word.size() && isUrlSlash(word[colon + 1]) && isUrlSlash(word[colon + 2]);
    for (const std::string_view scheme : {"https", "http", "ftp", "mailto"}) {
        if (colon < from + scheme.size()) continue;
        if (scheme != "mailto" && !slashes) continue;
        if (equalIgnoringCase(word.substr(colon - scheme.size(), scheme.size()), scheme))
            return colon - scheme.size();
    }
    return std::string_view::npos;
}

// A run of bytes without white space.
void Finder::word(std::string_view word) {
    std::size_t done = 0;
    for (std::size_t colon = word.find(':'); colon != std::string_view::npos;
         colon = word.find(':', colon + 1)) {
        const std::size_t start = schemeStart(word, done, colon);
        if (start == std::string_view::npos) continue;
        unwritten(word.substr(done, start - done));
        const std::size_t end = start + urlEnd(word.substr(start));
        if (end > colon + 1) written(word.substr(start, end - start), colon - start);
        done = std::max(end, colon + 1);
        colon = done - 1;
    }
    unwritten(word.substr(done));
}

// Domains and addresses in a piece that holds no scheme.
void Finder::unwritten(std::string_view piece) {
    for (std::size_t at = 0; at < piece.size();) {
        if (isHostByte(piece[at]) && piece[at] != '.' && piece[at] != '-') {
            at = host(piece, at);
        } else {
            ++at;
        }
    }
}

// The run of letters, digits, dots and hyphens at `at`; where to go on.
std::size_t Finder::host(std::string_view piece, std::size_t at) {
    const std::size_t end = hostEnd(piece, at);
    if (end == at) return at + wideMark(piece, at);
    if (end < piece.size() && piece[end] == '@') return address(piece, end);
    if (const std::size_t next = domain(piece, at, end); next > 0) {
        const std::size_t from = behindWide(piece, at);
        if (from > at && from < end) domain(piece, from, end);  // the other reading
        return next;
    }
    // Text without spaces around a domain of ASCII, as Chinese is written.
    for (std::size_t from = at; from < end;) {
        std::size_t to = from;
        while (to < end && static_cast<unsigned char>(piece[to]) < 0x80) ++to;
        if (to > from && (from > at || to < end)) {
            if (const std::size_t next = domain(piece, from, to); next > end) return next;
        }
        from = to;
        while (from < end && static_cast<unsigned char>(piece[from]) >= 0x80) ++from;
    }
    return end;
}

// The bytes from `from` to `to` as a host, with what follows; where to go on, or 0 when it is none that
// counts.
std::size_t Finder::domain(std::string_view piece, std::size_t from, std::size_t to) {
    const std::string_view name = hostName(piece.substr(from, to - from));
    std::size_t rest = to;
    if (rest < piece.size() && piece[rest] == ':') {
        std::size_t digit = rest + 1;
        while (digit < piece.size() && isAsciiDigit(piece[digit])) ++digit;
        if (digit > rest + 1) rest = digit;
    }
    const bool path = rest < piece.size() && (piece[rest] == '/' || piece[rest] == '?' || piece[rest] == '#');
    const bool www = name.size() > 6 && equalIgnoringCase(name.substr(0, 4), "www.") &&
                     name.find('.', 4) != std::string_view::npos;
    if (!www && !(choice_.bareDomains && isDomain(name, path))) return 0;
    const std::size_t stop = path ? from + urlEnd(piece.substr(from)) : from + name.size();
    add(www ? Kind::kWww : Kind::kBare, "http://", piece.substr(from, stop - from));
    return std::max(stop, to);
}

// The address around the "@" at `sign`; where to go on.
std::size_t Finder::address(std::string_view piece, std::size_t sign) {
    const std::size_t end = hostEnd(piece, sign + 1);
    if (!choice_.addresses) return end;
    const std::string_view domain = hostName(piece.substr(sign + 1, end - sign - 1));
    std::size_t start = sign;
    while (start > 0 && sign - start < 64 && isLocalByte(piece[start - 1])) --start;
    if (start < sign && isDomain(domain, true)) {
        add(Kind::kAddress, "mailto:", piece.substr(start, sign + 1 + domain.size() - start));
    }
    return end;
}

// A URL with its scheme, whose colon is at `colon`.
void Finder::written(std::string_view url, std::size_t colon) {
    const std::size_t start = url.find_first_not_of("/\\", colon + 1);
    if (start == std::string_view::npos) return;
    add(Kind::kWritten, "", url);
    // Text that follows the host without a space may be part of it, or not: both are listed.
    const std::size_t end = std::min(url.find_first_of("/\\?#", start), url.size());
    std::size_t ascii = start;
    while (ascii < end && static_cast<unsigned char>(url[ascii]) < 0x80) ++ascii;
    if (ascii < end && isDomain(hostName(url.substr(start, ascii - start)), true)) {
        add(Kind::kWritten, "", url.substr(0, ascii));
    }
}

bool Finder::isDomain(std::string_view host, bool hasPath) const {
    const std::size_t dot = host.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || host.size() > 253) return false;
    const std::string last = urlHost(host.substr(dot + 1)).name;
    if (last.empty() || isAsciiDigit(last.front())) return false;
    if (choice_.anyBareDomain) return isKnownTopLevel(last) && urlHost(host).kind == UrlHost::Kind::kName;
    if (hasPath ? isOneOf(last, kFileEndings) : !isOneOf(last, kCommonTopLevels)) return false;
    // "end.De" is the beginning of a sentence.
    const bool capital = host[dot + 1] >= 'A' && host[dot + 1] <= 'Z' && host.size() > dot + 2 &&
                         host[dot + 2] >= 'a' && host[dot + 2] <= 'z';
    return !capital && isKnownTopLevel(last) && urlHost(host).kind == UrlHost::Kind::kName;
}

void Finder::add(Kind kind, std::string_view prefix, std::string_view url) {
    if (url.size() > limits_.urlBytes) {
        found.cut = true;
        url = cutUtf8(url, limits_.urlBytes);
    }
    std::string whole = std::string(prefix).append(url);
    if (known_.contains(whole)) return;
    if (found.urls.size() >= limits_.urls) {
        found.cut = true;
        return;
    }
    known_.insert(whole);
    found.urls.push_back({kind, std::move(whole)});
}

}  // namespace

FoundUrls findUrls(std::string_view utf8, const UrlFinderChoice& choice, const UrlFinderLimits& limits) {
    Finder finder(choice, limits);
    finder.read(utf8);
    return std::move(finder.found);
}

}  // namespace weir
