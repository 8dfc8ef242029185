// Tests a policy with one mail: the real evaluator, on the master, with its trace.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/json.h"
#include "common/mail/envelope.h"
#include "common/policy/policy.h"

namespace weir {

struct SimulatedNode {
    std::string name;
    std::vector<std::string> groups;
};

// {"outcomes": [one a recipient], "trace": …, "notes": […]} as POST /policy/simulate answers. Problems when
// the document does not parse or compile. `mail` is the raw message. Facts that only a node knows are unknown
// here, and the notes say so.
tl::expected<Json, PolicyProblems> simulatePolicy(const Json& document, const SimulatedNode& node,
                                                  const Envelope& envelope, std::string_view mail);

}  // namespace weir
