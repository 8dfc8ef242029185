// The routes of each resource, one file each.
#pragma once

#include <vector>

#include "master/api/services.h"
#include "master/http/router.h"

namespace weir::api {

using Routes = std::vector<http::Route>;

Routes sessionRoutes(ApiServices& services);
Routes userRoutes(ApiServices& services);
Routes tokenRoutes(ApiServices& services);
Routes auditRoutes(ApiServices& services);
Routes overviewRoutes(ApiServices& services);
Routes mailRoutes(ApiServices& services);
Routes statisticsRoutes(ApiServices& services);
Routes dmarcRoutes(ApiServices& services);
Routes quarantineRoutes(ApiServices& services);
Routes alertRoutes(ApiServices& services);
Routes userListRoutes(ApiServices& services);
Routes learningRoutes(ApiServices& services);
Routes policyRoutes(ApiServices& services);
Routes revisionRoutes(ApiServices& services);
Routes simulationRoutes(ApiServices& services);
Routes nodeRoutes(ApiServices& services);
Routes enrollmentTokenRoutes(ApiServices& services);
Routes healthRoutes(ApiServices& services);

}  // namespace weir::api
