#include "master/api/console_api.h"

#include "master/api/resources.h"

namespace weir {

void addConsoleApi(http::Router& router, ApiServices& services) {
    for (const auto routes :
         {api::sessionRoutes, api::userRoutes, api::tokenRoutes, api::auditRoutes, api::overviewRoutes,
          api::mailRoutes, api::statisticsRoutes, api::dmarcRoutes, api::quarantineRoutes, api::alertRoutes,
          api::userListRoutes, api::learningRoutes, api::policyRoutes, api::revisionRoutes,
          api::simulationRoutes, api::nodeRoutes, api::enrollmentTokenRoutes, api::healthRoutes})
        router.add(routes(services));
    router.setGuard([&auth = services.auth](http::Request& request, const http::Route& route) {
        return auth(request, route);
    });
}

http::SessionAuth sessionAuth(Accounts& accounts) {
    return http::SessionAuth(
        [&accounts](std::string_view secret) -> std::optional<http::Principal> {
            const auto session = accounts.findSession(secret);
            if (!session) return std::nullopt;
            return http::Principal{session->user, session->role, "session", session->csrf, session->id};
        },
        [&accounts](std::string_view secret) -> std::optional<http::Principal> {
            const auto token = accounts.findToken(secret);
            if (!token) return std::nullopt;
            return http::Principal{token->name, token->role, "token", "", token->id};
        });
}

}  // namespace weir
