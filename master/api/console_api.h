// /api/v1, /healthz and /metrics: all routes of the console port but the console's own files.
#pragma once

#include "master/api/services.h"
#include "master/http/router.h"

namespace weir {

// Adds the routes and sets the guard. `services` and the router live together.
void addConsoleApi(http::Router& router, ApiServices& services);

// The guard's look-ups in the accounts.
http::SessionAuth sessionAuth(Accounts& accounts);

}  // namespace weir
