#include "common/mail/html_elements.h"

namespace weir {
namespace {

constexpr std::uint16_t kBlock = kBreaksLine | kSpecial | kClosesParagraph;
constexpr std::uint16_t kRow = kBreaksLine | kSpecial | kTablePart;
constexpr std::uint16_t kCell = kSeparates | kSpecial | kBarrier | kTablePart;

constexpr std::array kElements = std::to_array<HtmlElementTraits>({
    {"a", 0},
    {"address", kBlock},
    {"applet", kSpecial | kBarrier | kActive},
    {"area", kVoid},
    {"article", kBlock},
    {"aside", kBlock},
    {"b", 0},
    {"base", kVoid},
    {"blockquote", kBlock},
    {"body", kBreaksLine | kSpecial},
    {"br", kBreaksLine | kVoid},
    {"button", kSeparates | kSpecial},
    {"caption", kBreaksLine | kSpecial | kBarrier | kTablePart},
    {"center", kBlock},
    {"col", kVoid},
    {"dd", kBlock},
    {"details", kBlock},
    {"dir", kBlock},
    {"div", kBlock},
    {"dl", kBlock},
    {"dt", kBlock},
    {"em", 0},
    {"embed", kVoid | kActive},
    {"fieldset", kBlock},
    {"figcaption", kBlock},
    {"figure", kBlock},
    {"font", 0},
    {"footer", kBlock},
    {"form", kBlock | kActive},
    {"h1", kBlock},
    {"h2", kBlock},
    {"h3", kBlock},
    {"h4", kBlock},
    {"h5", kBlock},
    {"h6", kBlock},
    {"head", kSpecial},
    {"header", kBlock},
    {"hr", kBreaksLine | kVoid | kClosesParagraph},
    {"html", kSpecial | kBarrier},
    {"i", 0},
    {"iframe", kDropped | kActive},
    {"img", kVoid},
    {"input", kVoid},
    {"legend", kBreaksLine},
    {"li", kBlock},
    {"link", kVoid | kActive},
    {"main", kBlock},
    {"map", 0},
    {"marquee", kSeparates | kSpecial | kBarrier},
    {"menu", kBlock},
    {"meta", kVoid | kActive},
    {"nav", kBlock},
    {"noembed", kDropped},
    {"noframes", kDropped},
    {"noscript", 0},
    {"object", kSpecial | kBarrier | kActive},
    {"ol", kBlock},
    {"optgroup", kBreaksLine},
    {"option", kBreaksLine},
    {"p", kBlock},
    {"param", kVoid},
    {"pre", kBlock | kPreformatted},
    {"script", kDropped | kActive},
    {"section", kBlock},
    {"select", kSeparates | kSpecial},
    {"small", 0},
    {"source", kVoid},
    {"span", 0},
    {"strong", 0},
    {"style", kDropped},
    {"summary", kBlock},
    {"table", kBlock | kBarrier},
    {"tbody", kRow},
    {"td", kCell},
    {"template", kSpecial | kBarrier | kHidden},
    {"textarea", kSeparates | kSpecial},
    {"tfoot", kRow},
    {"th", kCell},
    {"thead", kRow},
    {"title", kDropped},
    {"tr", kRow},
    {"track", kVoid},
    {"u", 0},
    {"ul", kBlock},
    {"wbr", kVoid},
});
static_assert(kElements.size() < kUnknownElements);

// A name of up to eight letters as a number; longer ones by their first eight.
constexpr std::uint64_t packed(std::string_view name) {
    std::uint64_t letters = 0;
    for (const char c : name.substr(0, 8)) letters = letters << 8 | static_cast<unsigned char>(c);
    return letters;
}

// Ids by a hash of their packed names, or at the next free place.
constexpr unsigned kPlaceBits = 9;
constexpr std::size_t placeOf(std::uint64_t letters) {
    return static_cast<std::size_t>(letters * 0x9E3779B97F4A7C15ull >> (64 - kPlaceBits));
}
struct Place {
    std::uint64_t letters = 0;  // 0: free
    HtmlElement element = 0;
};
constexpr auto kPlaces = [] {
    std::array<Place, 1u << kPlaceBits> places{};
    for (std::size_t i = 0; i < kElements.size(); ++i) {
        const std::uint64_t letters = packed(kElements[i].name);
        std::size_t at = placeOf(letters);
        while (places[at].letters != 0) at = (at + 1) % places.size();
        places[at] = {letters, static_cast<HtmlElement>(i)};
    }
    return places;
}();

constexpr HtmlElementTraits kUnknown = {"", 0};

}  // namespace

HtmlElement htmlElement(std::string_view name) {
    const std::uint64_t letters = packed(name);
    for (std::size_t at = placeOf(letters); kPlaces[at].letters != 0; at = (at + 1) % kPlaces.size()) {
        const HtmlElement element = kPlaces[at].element;
        if (kPlaces[at].letters == letters && kElements[element].name.size() == name.size() &&
            (name.size() <= 8 || kElements[element].name == name))
            return element;
    }
    unsigned hash = 5381;
    for (const char c : name) hash = hash * 33 + static_cast<unsigned char>(c);
    return static_cast<HtmlElement>(kUnknownElements + hash % kUnknownElements);
}

const HtmlElementTraits& traitsOf(HtmlElement element) {
    return element < kElements.size() ? kElements[element] : kUnknown;
}

const HtmlNames& htmlNames() {
    static const HtmlNames names = {
        htmlElement("body"),   htmlElement("br"),    htmlElement("dd"),  htmlElement("dl"),
        htmlElement("dt"),     htmlElement("html"),  htmlElement("li"),  htmlElement("ol"),
        htmlElement("option"), htmlElement("p"),     htmlElement("pre"), htmlElement("select"),
        htmlElement("table"),  htmlElement("tbody"), htmlElement("td"),  htmlElement("tfoot"),
        htmlElement("th"),     htmlElement("thead"), htmlElement("tr"),  htmlElement("ul")};
    return names;
}

}  // namespace weir
