#include "common/mail/html_disarm_tables.h"

#include <algorithm>
#include <array>

#include "common/mail/ascii.h"

namespace weir {
namespace {

using Kind = HtmlFate::Kind;

struct Element {
    std::string_view name;
    HtmlFate fate;
};

constexpr HtmlFate kStays = {Kind::kStays};
constexpr HtmlFate kVoid = {Kind::kStays, Disarm::kCount, true};

constexpr HtmlFate named(Disarm what, bool isVoid = false) {
    return {Kind::kNamed, what, isVoid};
}

// Sorted by name. Elements that are not here lose their tags without a word.
constexpr std::array kElements = std::to_array<Element>({
    {"a", kStays},
    {"abbr", kStays},
    {"acronym", kStays},
    {"address", kStays},
    {"applet", named(Disarm::kObject)},
    {"area", kVoid},
    {"article", kStays},
    {"aside", kStays},
    {"audio", named(Disarm::kObject)},
    {"b", kStays},
    {"base", named(Disarm::kBase, true)},
    {"basefont", kVoid},
    {"bdi", kStays},
    {"bdo", kStays},
    {"bgsound", named(Disarm::kObject, true)},
    {"big", kStays},
    {"blockquote", kStays},
    {"body", kStays},
    {"br", kVoid},
    {"button", named(Disarm::kField)},
    {"caption", kStays},
    {"center", kStays},
    {"cite", kStays},
    {"code", kStays},
    {"col", kVoid},
    {"colgroup", kStays},
    {"datalist", named(Disarm::kField)},
    {"dd", kStays},
    {"del", kStays},
    {"details", kStays},
    {"dfn", kStays},
    {"dir", kStays},
    {"div", kStays},
    {"dl", kStays},
    {"dt", kStays},
    {"em", kStays},
    {"embed", named(Disarm::kObject, true)},
    {"fencedframe", named(Disarm::kFrame)},
    {"fieldset", kStays},
    {"figcaption", kStays},
    {"figure", kStays},
    {"font", kStays},
    {"footer", kStays},
    {"form", named(Disarm::kForm)},
    {"frame", named(Disarm::kFrame, true)},
    {"frameset", named(Disarm::kFrame)},
    {"h1", kStays},
    {"h2", kStays},
    {"h3", kStays},
    {"h4", kStays},
    {"h5", kStays},
    {"h6", kStays},
    {"head", kStays},
    {"header", kStays},
    {"hgroup", kStays},
    {"hr", kVoid},
    {"html", kStays},
    {"i", kStays},
    {"iframe", {Kind::kContentGoes, Disarm::kFrame}},
    {"ilayer", named(Disarm::kFrame)},
    {"image", named(Disarm::kMalformed, true)},  // browsers read <img>
    {"img", kVoid},
    {"input", named(Disarm::kField, true)},
    {"ins", kStays},
    {"isindex", named(Disarm::kField, true)},
    {"kbd", kStays},
    {"keygen", named(Disarm::kField, true)},
    {"label", kStays},
    {"layer", named(Disarm::kFrame)},
    {"legend", kStays},
    {"li", kStays},
    {"link", named(Disarm::kRemoteStyle, true)},
    {"listing", named(Disarm::kMalformed)},
    {"main", kStays},
    {"map", kStays},
    {"mark", kStays},
    {"math", named(Disarm::kObject)},
    {"menu", kStays},
    {"meta", kVoid},
    {"nav", kStays},
    {"nobr", kStays},
    {"noembed", {Kind::kContentGoes, Disarm::kObject}},
    {"noframes", {Kind::kContentGoes, Disarm::kFrame}},
    {"noscript", named(Disarm::kScript)},
    {"object", named(Disarm::kObject)},
    {"ol", kStays},
    {"optgroup", named(Disarm::kField)},
    {"option", named(Disarm::kField)},
    {"p", kStays},
    {"param", named(Disarm::kObject, true)},
    {"plaintext", named(Disarm::kMalformed)},
    {"portal", named(Disarm::kFrame)},
    {"pre", kStays},
    {"q", kStays},
    {"rb", kStays},
    {"rp", kStays},
    {"rt", kStays},
    {"rtc", kStays},
    {"ruby", kStays},
    {"s", kStays},
    {"samp", kStays},
    {"script", {Kind::kContentGoes, Disarm::kScript}},
    {"section", kStays},
    {"select", named(Disarm::kField)},
    {"selectedcontent", named(Disarm::kField)},
    {"small", kStays},
    {"source", named(Disarm::kObject, true)},
    {"span", kStays},
    {"strike", kStays},
    {"strong", kStays},
    {"style", {Kind::kStyle}},
    {"sub", kStays},
    {"summary", kStays},
    {"sup", kStays},
    {"svg", named(Disarm::kObject)},
    {"table", kStays},
    {"tbody", kStays},
    {"td", kStays},
    {"template", named(Disarm::kScript)},
    {"textarea", named(Disarm::kField)},
    {"tfoot", kStays},
    {"th", kStays},
    {"thead", kStays},
    {"time", kStays},
    {"title", {Kind::kTitle}},
    {"tr", kStays},
    {"track", named(Disarm::kObject, true)},
    {"tt", kStays},
    {"u", kStays},
    {"ul", kStays},
    {"var", kStays},
    {"video", named(Disarm::kObject)},
    {"wbr", kVoid},
    {"xml", named(Disarm::kObject)},
    {"xmp", named(Disarm::kMalformed)},
});
static_assert(std::is_sorted(kElements.begin(), kElements.end(),
                             [](const Element& a, const Element& b) { return a.name < b.name; }));

// Sorted. Attributes whose value does nothing but describe, on any element.
constexpr std::array kHarmless = std::to_array<std::string_view>({
    "abbr",        "align",       "alink",  "alt",      "axis",   "bgcolor",    "border", "bordercolor",
    "cellpadding", "cellspacing", "char",   "charoff",  "class",  "clear",      "color",  "cols",
    "colspan",     "compact",     "coords", "datetime", "dir",    "face",       "frame",  "headers",
    "height",      "hidden",      "hspace", "id",       "lang",   "leftmargin", "link",   "marginheight",
    "marginwidth", "media",       "name",   "noshade",  "nowrap", "open",       "rel",    "reversed",
    "role",        "rowspan",     "rules",  "scope",    "shape",  "size",       "span",   "start",
    "summary",     "tabindex",    "target", "text",     "title",  "topmargin",  "type",   "valign",
    "value",       "vlink",       "vspace", "width",
});
static_assert(std::is_sorted(kHarmless.begin(), kHarmless.end()));

}  // namespace

const char* disarmWord(Disarm what) {
    constexpr std::array<const char*, static_cast<std::size_t>(Disarm::kCount)> kWords = {
        "scripts",
        "event handlers",
        "forms",
        "form fields",
        "frames",
        "objects",
        "refreshes",
        "base addresses",
        "unsafe links",
        "remote images",
        "remote styles",
        "links that lie",
        "conditional comments",
        "malformed tags"};
    return kWords[static_cast<std::size_t>(what)];
}

HtmlFate htmlFate(std::string_view name) {
    const auto* found = std::lower_bound(kElements.begin(), kElements.end(), name,
                                         [](const Element& e, std::string_view n) { return e.name < n; });
    return found != kElements.end() && found->name == name ? found->fate : HtmlFate{};
}

HtmlAttributeFate htmlAttributeFate(std::string_view element, std::string_view attribute) {
    if (attribute.size() > 2 && attribute.starts_with("on") && isAsciiLetter(attribute[2])) {
        return HtmlAttributeFate::kHandler;
    }
    if (attribute == "style") return HtmlAttributeFate::kStyle;
    if (attribute == "href" || attribute == "xlink:href") {
        return element == "a" || element == "area" ? HtmlAttributeFate::kLink : HtmlAttributeFate::kGoes;
    }
    constexpr std::array<std::string_view, 9> kLoaded = {
        "attributionsrc", "background", "dynsrc", "lowsrc", "manifest", "ping", "poster", "src", "srcset"};
    if (std::find(kLoaded.begin(), kLoaded.end(), attribute) != kLoaded.end())
        return HtmlAttributeFate::kImage;
    if (attribute == "usemap") return HtmlAttributeFate::kPlace;
    if (attribute == "content" && element == "meta") return HtmlAttributeFate::kStays;
    return std::binary_search(kHarmless.begin(), kHarmless.end(), attribute) || attribute.starts_with("aria-")
               ? HtmlAttributeFate::kStays
               : HtmlAttributeFate::kGoes;
}

}  // namespace weir
