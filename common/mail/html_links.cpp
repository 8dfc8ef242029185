#include "common/mail/html_links.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/html_style.h"
#include "common/mail/url_finder.h"
#include "common/mail/url_text.h"

namespace weir {
namespace {

using Kind = HtmlLink::Kind;

constexpr std::size_t kDataUrlBytes = 64;
constexpr std::size_t kAlternativeBytes = 512;

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool isRemoteScheme(std::string_view scheme) {
    return isOneOf(scheme, {"http", "https", "ftp"});
}

// "//host/…": the scheme of the page, another host.
bool namesHost(std::string_view relative) {
    return relative.size() > 1 && isUrlSlash(relative[0]) && isUrlSlash(relative[1]);
}

// Reference resolution (RFC 3986, section 5.2) as far as it decides the host; dot segments stay.
std::string resolved(std::string_view base, std::string_view relative) {
    const std::size_t colon = base.find(':');
    if (namesHost(relative)) return std::string(base.substr(0, colon + 1)).append(relative);
    std::size_t path = colon + 1;
    while (path < base.size() && isUrlSlash(base[path])) ++path;
    path = std::min(base.find_first_of("/\\?#", path), base.size());
    if (!relative.empty() && isUrlSlash(relative[0]))
        return std::string(base.substr(0, path)).append(relative);
    const std::size_t pathEnd = std::min(base.find_first_of("?#", path), base.size());
    if (!relative.empty() && relative[0] == '?') return std::string(base.substr(0, pathEnd)).append(relative);
    const std::size_t slash = base.substr(0, pathEnd).find_last_of("/\\");
    if (slash == std::string_view::npos || slash < path) {
        return std::string(base.substr(0, path)).append("/").append(relative);
    }
    return std::string(base.substr(0, slash + 1)).append(relative);
}

// CSS escapes (CSS Syntax 3, section 4.3.7) decoded.
std::string withoutEscapes(std::string_view css) {
    std::string plain;
    while (!css.empty()) {
        const std::size_t slash = std::min(css.find('\\'), css.size());
        plain += css.substr(0, slash);
        css.remove_prefix(slash);
        if (css.empty()) break;
        css.remove_prefix(1);
        char32_t code = 0;
        std::size_t digits = 0;
        while (digits < 6 && digits < css.size() && hexValue(css[digits]) >= 0) {
            code = code * 16 + static_cast<char32_t>(hexValue(css[digits++]));
        }
        css.remove_prefix(digits);
        if (digits == 0) {
            if (!css.empty()) plain += css.front();
            css.remove_prefix(std::min<std::size_t>(1, css.size()));
            continue;
        }
        appendCodePoint(plain, code == 0 ? 0xFFFD : code);
        if (!css.empty() && isHtmlSpace(css.front())) css.remove_prefix(1);
    }
    return plain;
}

// What an attribute or declaration gives as length: at most one pixel.
bool isAtMostOne(std::string_view value) {
    value = trimmed(value);
    double number = 1e9;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    const std::string_view unit(end, static_cast<std::size_t>(value.data() + value.size() - end));
    return error == std::errc() && number >= 0 && (number == 0 || (number <= 1 && !unit.starts_with('%')));
}

// Value of a declaration of a style attribute in lower case; "" when it has none.
std::string_view declared(std::string_view style, std::string_view name) {
    while (!style.empty()) {
        const std::string_view declaration = style.substr(0, style.find(';'));
        style.remove_prefix(std::min(declaration.size() + 1, style.size()));
        const std::size_t colon = declaration.find(':');
        if (colon != std::string_view::npos && trimmed(declaration.substr(0, colon)) == name) {
            return trimmed(declaration.substr(colon + 1));
        }
    }
    return {};
}

Kind kindOfSource(std::string_view element) {
    if (isOneOf(element, {"iframe", "frame"})) return Kind::kFrame;
    if (element == "embed") return Kind::kObject;
    if (element == "script") return Kind::kScript;
    if (isOneOf(element, {"audio", "video", "source", "track", "bgsound"})) return Kind::kMedia;
    return Kind::kImage;
}

Kind kindOfReference(std::string_view element) {
    if (element == "area") return Kind::kArea;
    if (isOneOf(element, {"image", "img", "use", "feimage"})) return Kind::kImage;
    if (element == "script") return Kind::kScript;
    return Kind::kAnchor;
}

}  // namespace

// What is known of the tag at hand.
struct HtmlLinks::Tag {
    std::string_view element;
    bool hidden = false, password = false, loadedLink = false;
    std::string_view width, height;  // as written
    std::string source, alternative, style;
};

const char* toString(HtmlLink::Kind kind) {
    static constexpr std::array kNames = {"anchor", "area",  "form",   "refresh", "image",
                                          "style",  "frame", "object", "script",  "media"};
    return kNames[static_cast<std::size_t>(kind)];
}

bool HtmlLinks::startTag(const HtmlTokens& tokens, bool hidden) {
    frameContent_.clear();
    const HtmlElement element = tokens.token().element;
    const bool active = element >= kUnknownElements || traitsOf(element).has(kActive);
    if (!active && tokens.attributes().empty()) return false;  // most tags
    const std::string& name = tokens.name();
    Tag tag;
    tag.element = name;
    tag.hidden = hidden;
    if (active) count(tokens, tag);
    const bool opened = !open_.url.empty();
    for (const HtmlAttribute& one : tokens.attributes()) attribute(one, tag);
    if (tag.password && name == "input") ++reading_.passwordInputs;
    if (name == "img") image(tag);
    if (!tag.alternative.empty() && !open_.url.empty() && alternative_.empty())
        alternative_ = tag.alternative;
    return !opened && !open_.url.empty();
}

// What the name of the tag alone says.
void HtmlLinks::count(const HtmlTokens& tokens, Tag& tag) {
    const std::string& name = tokens.name();
    if (name == "script") ++reading_.scripts;
    if (name == "form") ++reading_.forms;
    if (isOneOf(name, {"iframe", "frame"})) ++reading_.frames;
    if (isOneOf(name, {"object", "embed", "applet"})) ++reading_.objects;
    if (name == "meta") refresh(tokens);
    if (name == "link") {
        for (const HtmlAttribute& one : tokens.attributes()) {
            if (!equalIgnoringCase(one.name, "rel")) continue;
            const std::string relation = lowered(htmlAttributeText(one.value, 256));
            for (const std::string_view word : {"stylesheet", "icon", "preload", "prefetch", "import"}) {
                if (relation.find(word) != std::string::npos) tag.loadedLink = true;
            }
        }
    }
}

void HtmlLinks::closeAnchor(const std::string& shown) {
    if (open_.url.empty()) return;
    add(open_.kind, std::move(open_.url), shown.empty() ? alternative_ : shown);
    open_ = {};
    alternative_.clear();
}

void HtmlLinks::attribute(const HtmlAttribute& one, Tag& tag) {
    const auto is = [&](std::string_view name) { return equalIgnoringCase(one.name, name); };
    if (one.name.size() > 2 && equalIgnoringCase(one.name.substr(0, 2), "on") && isAsciiLetter(one.name[2])) {
        ++reading_.eventHandlers;
    } else if (is("style")) {
        const std::string style = htmlAttributeText(one.value, kLongestHtmlStyle);
        if (tag.element == "img") tag.style = lowered(style);
        styleUrls(style);
    } else if (is("width")) {
        tag.width = one.value;
    } else if (is("height")) {
        tag.height = one.value;
    } else if (is("alt")) {
        tag.alternative = htmlAttributeText(trimmed(one.value), kAlternativeBytes);
    } else if (is("hidden")) {
        tag.hidden = true;
    } else if (is("type")) {
        tag.password =
            tag.password || equalIgnoringCase(trimmed(htmlAttributeText(one.value, 64)), "password");
    } else if (is("srcdoc")) {
        if (tag.element == "iframe" && frameContent_.empty()) frameContent_ = htmlAttributeText(one.value);
    } else {
        if (is("src") && tag.element == "img" && tag.source.empty()) tag.source = cleanUrl(one.value);
        address(one, tag);
    }
}

// Attributes that hold URLs.
void HtmlLinks::address(const HtmlAttribute& one, const Tag& tag) {
    const auto is = [&](std::string_view name) { return equalIgnoringCase(one.name, name); };
    if (is("href") || is("xlink:href")) {
        if (tag.element == "base") {
            if (reading_.base.empty()) reading_.base = cleanUrl(one.value);
        } else if (tag.element == "link") {
            if (tag.loadedLink) link(Kind::kStyle, one.value);
        } else if (kindOfReference(tag.element) == Kind::kAnchor && open_.url.empty()) {
            open_.url = cleanUrl(one.value);
        } else {
            link(kindOfReference(tag.element), one.value);
        }
    } else if (is("src")) {
        link(kindOfSource(tag.element), one.value);
    } else if (is("background") || is("poster") || is("lowsrc") || is("dynsrc") || is("o:href")) {
        link(Kind::kImage, one.value);
    } else if (is("srcset") || is("imagesrcset")) {
        sourceSet(one.value);
    } else if ((is("action") && tag.element == "form") || is("formaction")) {
        link(Kind::kForm, one.value);
    } else if ((is("data") || is("codebase")) && isOneOf(tag.element, {"object", "applet"})) {
        link(Kind::kObject, one.value);
    }
}

// Whether an <img> is there to be fetched rather than to be seen.
void HtmlLinks::image(const Tag& tag) {
    const std::string scheme = urlScheme(tag.source);
    const bool relative = scheme.empty() && !tag.source.empty() && !namesHost(tag.source);
    if (tag.source.empty() || (!relative && !scheme.empty() && !isRemoteScheme(scheme))) return;
    const std::string_view styleWidth = declared(tag.style, "width");
    const std::string_view styleHeight = declared(tag.style, "height");
    const bool small = isAtMostOne(styleWidth.empty() ? tag.width : styleWidth) &&
                       isAtMostOne(styleHeight.empty() ? tag.height : styleHeight);
    const HtmlVisibility own = htmlVisibility(tag.style, tag.hidden);
    if (!small && !own.displayNone && own.visibility != HtmlVisibility::Own::kUnseen) return;
    ++(relative ? relativePixels_ : reading_.trackingPixels);
}

// "5; url=https://…" (HTML Living Standard, section 4.2.5.3, "shared declarative refresh steps").
void HtmlLinks::refresh(const HtmlTokens& tokens) {
    bool wanted = false;
    std::string content;
    for (const HtmlAttribute& one : tokens.attributes()) {
        if (equalIgnoringCase(one.name, "http-equiv")) {
            wanted = wanted || equalIgnoringCase(trimmed(htmlAttributeText(one.value, 64)), "refresh");
        } else if (equalIgnoringCase(one.name, "content") && content.empty()) {
            content = htmlAttributeText(one.value, limits_.linkBytes + 64);
        }
    }
    if (!wanted) return;
    std::string_view rest = trimmed(content);
    while (!rest.empty() && (isAsciiDigit(rest.front()) || rest.front() == '.')) rest.remove_prefix(1);
    rest = trimmed(rest);
    if (!rest.empty() && (rest.front() == ';' || rest.front() == ',')) rest = trimmed(rest.substr(1));
    if (equalIgnoringCase(rest.substr(0, 3), "url")) {
        const std::string_view value = trimmed(rest.substr(3));
        if (value.starts_with('=')) rest = trimmed(value.substr(1));
    }
    if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'')) {
        rest = rest.substr(1, rest.find(rest.front(), 1) - 1);
    }
    if (rest.empty()) return;
    ++reading_.refreshes;
    std::string escaped;  // it is decoded already, and link() decodes
    for (const char c : rest) (c == '&') ? escaped += "&amp;" : escaped += c;
    link(Kind::kRefresh, escaped);
}

// url(…) and @import of a style sheet or attribute whose references are decoded.
void HtmlLinks::styleUrls(std::string_view css) {
    std::string plain;
    if (css.find('\\') != std::string_view::npos) css = plain = withoutEscapes(css);
    for (std::size_t at = 0; (at = css.find_first_of("(@", at)) != std::string_view::npos;) {
        const bool import = css[at] == '@';
        if (import ? !equalIgnoringCase(css.substr(at + 1, 6), "import")
                   : at < 3 || !equalIgnoringCase(css.substr(at - 3, 3), "url")) {
            ++at;
            continue;
        }
        at += import ? 7 : 1;
        while (at < css.size() && isHtmlSpace(css[at])) ++at;
        const char quote = at < css.size() ? css[at] : '\0';
        const bool quoted = quote == '"' || quote == '\'';
        if (import && !quoted) continue;  // url(…) comes next
        at += quoted ? 1 : 0;
        const std::size_t end = std::min(css.find(quoted ? quote : ')', at), css.size());
        std::string escaped;
        for (const char c : css.substr(at, std::min(end - at, limits_.linkBytes + 1))) {
            (c == '&') ? escaped += "&amp;" : escaped += c;
        }
        link(import ? Kind::kStyle : Kind::kImage, escaped);
        at = end;
    }
}

// "a.png 1x, b.png 2x"
void HtmlLinks::sourceSet(std::string_view list) {
    while (!list.empty()) {
        while (!list.empty() && (isHtmlSpace(list.front()) || list.front() == ',')) list.remove_prefix(1);
        const std::size_t end = std::min(list.find_first_of(" \t\n\r\f"), list.size());
        std::string_view url = list.substr(0, end);
        list.remove_prefix(end);
        const bool alone = url.ends_with(',');
        while (url.ends_with(',')) url.remove_suffix(1);
        link(Kind::kImage, url);
        if (!alone) list.remove_prefix(std::min(list.find(','), list.size()));
    }
}

void HtmlLinks::raw(const HtmlTokens& tokens) {
    if (tokens.name() == "style") styleUrls(tokens.bytes());
    if (tokens.name() != "script") return;
    std::string script(tokens.bytes());
    std::replace(script.begin(), script.end(), '\'', '"');
    UrlFinderChoice choice;
    choice.bareDomains = false;
    const FoundUrls found = findUrls(script, choice, {limits_.links, limits_.linkBytes});
    for (const FoundUrl& one : found.urls) {
        if (one.kind == FoundUrl::Kind::kWritten) add(Kind::kScript, one.url);
    }
    if (found.cut) cut("URLs of a script over " + std::to_string(limits_.links));
}

std::string HtmlLinks::cleanUrl(std::string_view value) {
    // Rare: a long URL whose references shrink below the limit is cut all the same.
    std::string url = withoutUrlSpace(htmlAttributeText(value, limits_.linkBytes + 1));
    std::size_t limit = limits_.linkBytes;
    if (url.size() > 5 && equalIgnoringCase(std::string_view(url).substr(0, 5), "data:")) {
        limit = std::min(limit, kDataUrlBytes);
    } else if (url.size() > limit) {
        cut("a link over " + std::to_string(limit) + " bytes");
    }
    url.resize(cutUtf8(url, limit).size());
    return url;
}

void HtmlLinks::link(Kind kind, std::string_view value) {
    add(kind, cleanUrl(value));
}

void HtmlLinks::add(Kind kind, std::string url, std::string shown) {
    if (url.empty() || url.front() == '#') return;
    const std::string scheme = urlScheme(url);
    if (scheme == "cid" || scheme == "mid" || scheme == "about") return;
    if (isOneOf(scheme, {"javascript", "vbscript", "livescript", "jscript", "mocha"})) ++reading_.scriptUrls;
    if (scheme == "data" && kind != Kind::kImage && kind != Kind::kMedia) ++reading_.dataUrls;
    if (kind == Kind::kImage) {
        if (isRemoteScheme(scheme) || namesHost(url)) ++reading_.remoteImages;
        if (scheme.empty() && !namesHost(url)) ++relativeImages_;
    }
    std::vector<HtmlLink>& links = reading_.links;
    links.push_back({kind, std::move(url), std::move(shown)});
    const auto place = static_cast<std::uint32_t>(links.size() - 1);
    const bool full = place >= limits_.links;
    const bool known = full ? known_.contains(place) : !known_.insert(place).second;
    if (!known && !full) return;
    links.pop_back();
    if (!known) cut("links over " + std::to_string(limits_.links));
}

void HtmlLinks::cut(const std::string& what) {
    if (std::find(reading_.cut.begin(), reading_.cut.end(), what) == reading_.cut.end()) {
        reading_.cut.push_back(what);
    }
}

void HtmlLinks::finish() {
    closeAnchor({});
    if (!isRemoteScheme(urlScheme(reading_.base))) return;
    reading_.remoteImages += relativeImages_;
    reading_.trackingPixels += relativePixels_;
    for (HtmlLink& link : reading_.links) {
        if (urlScheme(link.url).empty()) link.url = resolved(reading_.base, link.url);
    }
}

}  // namespace weir
