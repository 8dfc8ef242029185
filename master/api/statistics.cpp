// How it is changing:
//   GET /api/v1/statistics            ?from= &to= &bucket=minute|hour|day
//   &by=verdict|node|direction|rule|queue GET /api/v1/statistics/top        ?by=sender|recipient|client
//   &from= &to= &limit=
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr auto kDefaultSpan = std::chrono::hours(24);

struct Span {
    TimePoint from, to;
};

Span spanOf(const Request& request) {
    const auto to = timeOf(request, "to").value_or(now());
    const auto from = timeOf(request, "from").value_or(to - kDefaultSpan);
    if (from >= to) refuse({{"from", "is not before to"}}, 400);
    return {from, to};
}

std::string wordOf(const Request& request, const char* name, const char* fallback) {
    const auto text = textOf(request, name);
    return text.empty() ? fallback : text;
}

Reply table(ApiServices& services, Request& request) {
    Bucket bucket{};
    StatisticKey by{};
    if (!bucketFromText(wordOf(request, "bucket", "hour"), bucket))
        refuse({{"bucket", "is not minute, hour or day"}}, 400);
    if (!statisticKeyFromText(wordOf(request, "by", "verdict"), by))
        refuse({{"by", "is not verdict, node, direction, rule or queue"}}, 400);
    const auto span = spanOf(request);
    const auto found = services.statistics.table(span.from, span.to, bucket, by);
    const NodeNames names(services.nodes);
    Json buckets = Json::array(), series = Json::array();
    for (const auto start : found.buckets) buckets.push_back(toText(start));
    for (const auto& one : found.series)
        series.push_back({{"name", by == StatisticKey::kNode ? names.name(NodeId{one.name}) : one.name},
                          {"counts", one.counts},
                          {"bytes", one.bytes}});
    return http::jsonReply(200, {{"buckets", std::move(buckets)}, {"series", std::move(series)}});
}

Reply top(ApiServices& services, Request& request) {
    TopKey by{};
    if (!topKeyFromText(wordOf(request, "by", "sender"), by))
        refuse({{"by", "is not sender, recipient or client"}}, 400);
    const auto span = spanOf(request);
    Json items = Json::array();
    for (const auto& one : services.statistics.top(by, span.from, span.to, limitOf(request)))
        items.push_back({{"name", one.name}, {"mails", one.mails}, {"bytes", one.bytes}});
    return http::jsonReply(200, page(std::move(items), ""));
}

}  // namespace

Routes statisticsRoutes(ApiServices& services) {
    return {
        {"GET", "/api/v1/statistics", kEveryone, with(services, table)},
        {"GET", "/api/v1/statistics/top", kEveryone, with(services, top)},
    };
}

}  // namespace weir::api
