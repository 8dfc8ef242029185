// The outcome of one recipient as JSON, for "test with a mail" on master and node alike.
//
// {"recipient", "verdict", "rule", "reason", "queue", "code", "status", "text", "rules": […], "changes":
// ["…"],
//  "copies": [queue…], "score"}
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/base/json.h"
#include "common/mail/verdict.h"

namespace weir {

Json outcomeJson(const std::string& recipient, const Outcome& outcome);

}  // namespace weir
