// Days of the week and times of day in a time zone, over the system's time zone database.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/policy/policy_problems.h"
#include "common/policy/rule.h"

namespace weir {

// {"days": ["mon", …], "from": "08:00", "to": "18:00", "zone": "Europe/Paris"}; each may be left out. False
// when it has problems.
bool parseTimeFrame(const Json& value, const std::string& where, ProblemList& problems, TimeFrame& frame);

// Local time decides, with its summer time as far as the zone file lists it (to 2037). Past midnight, the day
// is the one on which the frame began. A zone that this system does not know (it has another database than
// where the policy was made) counts as UTC. Thread-safe.
bool isWithin(const TimeFrame& frame, TimePoint time);

std::string toText(const TimeFrame& frame);

}  // namespace weir
