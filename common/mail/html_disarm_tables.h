// What stays of HTML when it is disarmed: the elements and attributes known to be harmless, and what the
// others are called when they go.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

// What is reported, in this order. disarmWord() says it to people.
enum class Disarm : std::uint8_t {
    kScript,
    kHandler,
    kForm,
    kField,
    kFrame,
    kObject,
    kRefresh,
    kBase,
    kLink,
    kRemoteImage,
    kRemoteStyle,
    kLyingLink,
    kConditional,
    kMalformed,
    kCount
};
const char* disarmWord(Disarm what);  // "scripts", "event handlers", …

struct HtmlFate {
    enum class Kind {
        kStays,
        kTagGoes,      // what is in it stays, unreported: elements that do nothing here
        kNamed,        // the tag goes and is reported
        kContentGoes,  // with its raw text, reported
        kStyle,        // its raw text is a style sheet
        kTitle         // its raw text is a title
    };
    Kind kind = Kind::kTagGoes;
    Disarm what = Disarm::kCount;  // when reported
    bool isVoid = false;           // has no content
};

// `name` in lower case.
HtmlFate htmlFate(std::string_view name);

enum class HtmlAttributeFate {
    kStays,    // its value as it is
    kGoes,     // unreported
    kHandler,  // event handler
    kLink,     // an address that the reader follows
    kImage,    // an address that is loaded
    kStyle,    // CSS
    kPlace     // "#name"
};
HtmlAttributeFate htmlAttributeFate(std::string_view element, std::string_view attribute);

}  // namespace weir
