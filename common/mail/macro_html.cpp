#include "common/mail/macro_html.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/mail/html_disarm_tables.h"
#include "common/mail/html_tokens.h"

namespace weir {
namespace {

bool isAddress(std::string_view element, std::string_view name) {
    const HtmlAttributeFate fate = htmlAttributeFate(element, name);
    return fate == HtmlAttributeFate::kLink || fate == HtmlAttributeFate::kImage ||
           (fate == HtmlAttributeFate::kGoes && !name.starts_with("data-"));
}

// Whether what stands before the macro fixes where the address leads: "mailto:", or "https://host/".
bool isFixed(std::string_view before) {
    const std::string start = lowered(before);
    if (start.starts_with("mailto:") || start.starts_with("cid:") || start.starts_with('#')) return true;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (start.starts_with(scheme) && start.find_first_of("/?#", scheme.size()) != std::string::npos)
            return true;
    }
    return false;
}

// Of a macro at `offset` inside the start tag at hand.
std::string tagProblem(std::string_view html, const HtmlTokens& tokens, std::size_t offset) {
    for (const HtmlAttribute& attribute : tokens.attributes()) {
        if (!attribute.value.data()) continue;
        const auto begin = static_cast<std::size_t>(attribute.value.data() - html.data());
        if (offset < begin || offset >= begin + attribute.value.size()) continue;
        const bool quoted = begin > 0 && (html[begin - 1] == '"' || html[begin - 1] == '\'');
        if (!quoted) return "a macro in an attribute must stand in quotes";
        const std::string name = lowered(attribute.name);
        const HtmlAttributeFate fate = htmlAttributeFate(tokens.name(), name);
        if (fate == HtmlAttributeFate::kHandler || fate == HtmlAttributeFate::kStyle || name == "srcdoc") {
            return "a macro cannot stand in the attribute " + name;
        }
        if (isAddress(tokens.name(), name) && !isFixed(html.substr(begin, offset - begin))) {
            return "a macro can stand in an address only behind its scheme and host";
        }
        return {};
    }
    return "a macro cannot stand in a tag outside of an attribute value";
}

}  // namespace

std::string macroPlaceProblem(std::string_view html, const std::vector<std::size_t>& places) {
    HtmlTokens tokens(html);
    auto place = places.begin();
    while (place != places.end() && tokens.next()) {
        const HtmlToken& token = tokens.token();
        for (; place != places.end() && *place < token.end; ++place) {
            const bool opens = *place > 0 && html[*place - 1] == '<';  // the value would make a tag of it
            if (token.kind == HtmlToken::Kind::kText && !opens) continue;
            if (opens) return "a macro cannot stand behind \"<\"";
            if (token.kind != HtmlToken::Kind::kStart)
                return "a macro cannot stand in a comment, script, style or end tag";
            if (std::string why = tagProblem(html, tokens, *place); !why.empty()) return why;
        }
    }
    return place == places.end() ? std::string() : "a macro stands in a tag that is not closed";
}

}  // namespace weir
