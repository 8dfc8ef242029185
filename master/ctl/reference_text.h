// The reference of the policy as Markdown, from the answer of GET /api/v1/policy-schema.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/base/json.h"

namespace weir::ctl {

// Fields, operators, list kinds, identifiers, actions, macros and settings: a heading each, in the order of
// the tables that the master works from. Throws Error kInvalid when `schema` is none.
std::string referenceText(const Json& schema);

}  // namespace weir::ctl
