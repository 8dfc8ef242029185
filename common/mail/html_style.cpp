#include "common/mail/html_style.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "common/mail/ascii.h"

namespace weir {
namespace {

// Lower case, comments removed.
std::string plainStyle(std::string_view style) {
    std::string plain;
    style = style.substr(0, kLongestHtmlStyle);
    while (!style.empty()) {
        const std::size_t comment = std::min(style.find("/*"), style.size());
        plain += lowered(style.substr(0, comment));
        const std::size_t end = style.find("*/", comment + 2 <= style.size() ? comment + 2 : style.size());
        if (comment == style.size() || end == std::string_view::npos) break;
        style.remove_prefix(end + 2);
    }
    return plain;
}

// A length nobody can read: zero, or at most one pixel or point.
bool isTiny(std::string_view value) {
    double number = 1e9;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc()) return false;
    const std::string_view unit(end, static_cast<std::size_t>(value.data() + value.size() - end));
    if (number < 0) return false;  // not a valid size: the declaration is ignored
    return number == 0 || ((unit.starts_with("px") || unit.starts_with("pt")) && number <= 1);
}

void apply(std::string_view name, std::string_view value, HtmlVisibility& visibility) {
    using Own = HtmlVisibility::Own;
    if (name == "display") {
        visibility.displayNone = value.starts_with("none");
    } else if (name == "visibility") {
        visibility.visibility =
            value.starts_with("hidden") || value.starts_with("collapse") ? Own::kUnseen : Own::kSeen;
    } else if (name == "font-size") {
        visibility.fontSize = isTiny(value) ? Own::kUnseen : Own::kSeen;
    }
}

}  // namespace

HtmlVisibility htmlVisibility(std::string_view style, bool hiddenAttribute) {
    HtmlVisibility visibility;
    visibility.displayNone = hiddenAttribute;
    if (style.empty()) return visibility;
    const std::string plain = plainStyle(style);
    bool transparent = false;
    std::string_view rest = plain;
    while (!rest.empty()) {
        const std::string_view declaration = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(declaration.size() + 1, rest.size()));
        const std::size_t colon = declaration.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view name = trimmed(declaration.substr(0, colon));
        const std::string_view value = trimmed(declaration.substr(colon + 1));
        if (name == "opacity") {
            transparent = isTiny(value);
        } else {
            apply(name, value, visibility);
        }
    }
    visibility.displayNone = visibility.displayNone || transparent;
    return visibility;
}

}  // namespace weir
