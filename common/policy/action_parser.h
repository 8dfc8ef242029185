// One action of a rule: JSON → checked value.
#pragma once

#include <optional>
#include <string>

#include "common/policy/policy_problems.h"
#include "common/policy/rule.h"

namespace weir {

// Nothing when it has problems.
std::optional<Action> parseAction(const Json& value, const std::string& where, ProblemList& problems);

}  // namespace weir
