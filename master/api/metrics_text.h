// What Prometheus reads of the master. Base units, no unbounded labels.
#pragma once

#include <string>

#include "master/api/services.h"

namespace weir::api {

// The text format 0.0.4. What the database would have to tell is left out while it is away.
std::string metricsText(ApiServices& services);

}  // namespace weir::api
