// One action of a rule: JSON → checked value.
#pragma once

#include <optional>
#include <string>

#include "common/policy/policy_problems.h"
#include "common/policy/rule.h"

namespace weir {

// Nothing when it has problems. `sections`: what actions may refer to.
std::optional<Action> parseAction(const Json& value, const std::string& where, const PolicySections& sections,
                                  ProblemList& problems);

}  // namespace weir
