// The sections of a policy: JSON → checked values.
#pragma once

#include <string>

#include "common/policy/policy_problems.h"
#include "common/policy/policy_sections.h"

namespace weir {

// Sets what `object` (may be nullptr) gives; what it does not name keeps its value in `sections`, but a named
// entry is always made anew from the defaults.
void parseSections(const Json* object, const std::string& where, ProblemList& problems,
                   PolicySections& sections);

}  // namespace weir
