// HTML element names and what a text reader must know of them (HTML Living Standard, section 13).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir {

// Known elements have an id below kUnknownElements; all others share the ids from there on by a hash of the
// name.
using HtmlElement = std::uint8_t;
inline constexpr HtmlElement kUnknownElements = 128;

enum HtmlTrait : std::uint16_t {
    kBreaksLine = 1,  // its text stands on lines of its own
    kVoid = 2,        // has no content and no end tag
    kDropped = 4,     // content is raw text that no reader sees
    kSpecial = 8,     // an end tag of an inline element does not reach past it
    kBarrier = 16,    // ends the scope in which end tags look for their element
    kSeparates = 32,  // its text is a word of its own
    kClosesParagraph = 64,
    kHidden = 128,  // content is not rendered
    kPreformatted = 256,
    kTablePart = 512,  // ignored outside a table
    kActive = 1024,    // it runs, loads or sends something: more than its attributes counts
};

struct HtmlElementTraits {
    std::string_view name;
    std::uint16_t traits;
    bool has(HtmlTrait trait) const { return (traits & trait) != 0; }
};

// `name` in lower case.
HtmlElement htmlElement(std::string_view name);
const HtmlElementTraits& traitsOf(HtmlElement element);

// Ids that the reader names itself.
struct HtmlNames {
    HtmlElement body, br, dd, dl, dt, html, li, ol, option, p, pre, select, table, tbody, td, tfoot, th,
        thead, tr, ul;
};
const HtmlNames& htmlNames();

}  // namespace weir
