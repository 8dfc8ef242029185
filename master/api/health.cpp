// For machines that watch the master:
//   GET /healthz                      200 {"status":"ok"}, or 503 and why
//   GET /metrics                      Prometheus; from this host, or with an API token
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/metrics_text.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

Reply healthz(ApiServices& services, Request&) {
    if (!services.database.available())
        return http::jsonReply(503, {{"status", "unavailable"}, {"why", "the database is away"}});
    if (!services.policies.published())
        return http::jsonReply(503, {{"status", "starting"}, {"why", "the policy has not been read yet"}});
    return http::jsonReply(200, {{"status", "ok"}});
}

bool isLoopback(const std::string& address) {
    return address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127.");
}

Reply metrics(ApiServices& services, Request& request) {
    if (!isLoopback(request.peerAddress) && !services.auth.identify(request)) {
        Reply reply =
            http::problemReply(401, "unauthorized", "send an API token; from this host none is needed");
        return reply.header("WWW-Authenticate", "Bearer realm=\"weir\"");
    }
    return http::textReply(200, metricsText(services), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace

Routes healthRoutes(ApiServices& services) {
    return {
        {"GET", "/healthz", {}, with(services, healthz)},
        {"GET", "/metrics", {}, with(services, metrics)},
    };
}

}  // namespace weir::api
