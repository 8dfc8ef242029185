#include "common/mail/html_elements.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::uint16_t kBlock = kBreaksLine | kSpecial | kClosesParagraph;
constexpr std::uint16_t kRow = kBreaksLine | kSpecial | kTablePart;
constexpr std::uint16_t kCell = kSeparates | kSpecial | kBarrier | kTablePart;

// Sorted by name.
constexpr std::array kElements = std::to_array<HtmlElementTraits>({
    {"a", 0},
    {"address", kBlock},
    {"applet", kSpecial | kBarrier | kActive},
    {"area", kVoid},
    {"article", kBlock},
    {"aside", kBlock},
    {"b", 0},
    {"base", kVoid | kActive},
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
    {"img", kVoid | kActive},
    {"input", kVoid | kActive},
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
static_assert(std::is_sorted(kElements.begin(), kElements.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));

// Where the names with each first letter begin.
constexpr auto kFirstOfLetter = [] {
    std::array<std::size_t, 27> first{};
    for (std::size_t letter = 0; letter < 27; ++letter) {
        while (first[letter] < kElements.size() &&
               kElements[first[letter]].name.front() < static_cast<char>('a' + letter)) {
            ++first[letter];
        }
    }
    return first;
}();

constexpr HtmlElementTraits kUnknown = {"", 0};

}  // namespace

HtmlElement htmlElement(std::string_view name) {
    if (!name.empty() && name.front() >= 'a' && name.front() <= 'z') {
        const auto letter = static_cast<std::size_t>(name.front() - 'a');
        for (std::size_t i = kFirstOfLetter[letter]; i < kFirstOfLetter[letter + 1]; ++i) {
            if (kElements[i].name == name) return static_cast<HtmlElement>(i);
        }
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
