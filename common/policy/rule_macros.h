// Values for the macros of texts that actions write (common/mail/macro_text.h).
#pragma once

#include <string>
#include <string_view>

#include "common/mail/macro_text.h"
#include "common/policy/facts.h"
#include "common/policy/rule.h"

namespace weir {

struct MacroSource {
    Facts& facts;
    const std::string& recipient;
    const std::string& ruleId;
    const std::string& ruleName;
    const std::string& queue;
    Score score;
};

// Nothing of it is kept: the source must outlive the function returned.
MacroValues macroValues(const MacroSource& source);

// Texts that MacroText::parse() accepted for that place; another comes out as it is.
std::string expandMacros(std::string_view text, MacroPlace place, const MacroSource& source);

// The same for the notice of a stripped attachment: what is known of the mail is filled in, macros of a file
// stay.
std::string expandMailMacros(std::string_view text, const MacroSource& source);

}  // namespace weir
