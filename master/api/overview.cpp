// Is mail flowing, and is anything wrong:
//   GET /api/v1/overview
#include <array>
#include <nlohmann/json.hpp>

#include "common/policy/policy_diff.h"
#include "master/api/answers.h"
#include "master/api/cluster_problems.h"
#include "master/api/mail_view.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::array<const char*, 5> kVerdicts = {"deliver", "quarantine", "reject", "tempfail", "discard"};
constexpr auto kMinutes = std::chrono::minutes(60);
constexpr int kRecent = 10;

TimePoint startOfDay(TimePoint time) {
    return std::chrono::floor<std::chrono::days>(time);
}

// One object a bucket, with every verdict in it.
Json countsOf(const StatisticsTable& table, std::size_t bucket) {
    Json counts;
    for (const char* verdict : kVerdicts) counts[verdict] = 0;
    for (const auto& series : table.series)
        if (counts.contains(series.name)) counts[series.name] = series.counts[bucket];
    return counts;
}

Json minuteRates(ApiServices& services, TimePoint time) {
    const auto from = std::chrono::floor<std::chrono::minutes>(time) - kMinutes + std::chrono::minutes(1);
    const auto table = services.statistics.table(from, time, Bucket::kMinute, StatisticKey::kVerdict);
    Json list = Json::array();
    for (std::size_t i = 0; i < table.buckets.size(); ++i) {
        Json minute = countsOf(table, i);
        minute["minute"] = toText(table.buckets[i]);
        list.push_back(std::move(minute));
    }
    return {{"per_minute", std::move(list)}};
}

Json today(ApiServices& services, TimePoint time) {
    const auto table =
        services.statistics.table(startOfDay(time), time, Bucket::kDay, StatisticKey::kVerdict);
    Json counts = table.buckets.empty() ? Json::object() : countsOf(table, table.buckets.size() - 1);
    std::int64_t mails = 0;
    for (const auto& count : counts) mails += count.get<std::int64_t>();
    counts["mails"] = mails;
    return counts;
}

Json recent(ApiServices& services) {
    MailQuery query;
    query.limit = kRecent;
    const NodeNames names(services.nodes);
    Json list = Json::array();
    for (const auto& mail : services.mails.find(query).mails) list.push_back(mailView(mail, names));
    return list;
}

Json nodeCounts(const std::vector<NodeView>& nodes) {
    Json counts = {{"total", nodes.size()}, {"up", 0}, {"late", 0}, {"down", 0}, {"paused", 0}};
    for (const auto& node : nodes) {
        const char* state = node.state == NodeState::kNever ? "down" : toString(node.state);
        counts[state] = counts[state].get<int>() + 1;
    }
    return counts;
}

Json policyState(ApiServices& services, const std::vector<NodeView>& nodes) {
    const auto published = services.policies.published();
    const Revision revision = published ? published->revision : 0;
    int applied = 0;
    Json refused = Json::array();
    for (const auto& node : nodes) {
        if (revision != 0 && node.last.applied.revision == revision) ++applied;
        if (node.last.refused && node.last.refused->revision == revision)
            refused.push_back({{"node", node.name}, {"reason", node.last.refused->reason}});
    }
    const auto draft = services.policies.draft();
    const std::size_t changes =
        draft.changed && published ? policyDiff(*published->document, *draft.document).size() : 0;
    return {{"revision", revision},
            {"published", published ? timeJson(published->published) : Json(nullptr)},
            {"applied", applied},
            {"of", nodes.size()},
            {"refused", std::move(refused)},
            {"draft_changes", changes}};
}

Json problems(const std::vector<ClusterProblem>& found) {
    Json list = Json::array();
    for (const auto& one : found)
        list.push_back({{"severity", one.severity},
                        {"code", one.code},
                        {"text", one.text},
                        {"link", one.link},
                        {"since", timeJson(one.since)}});
    return list;
}

Reply overview(ApiServices& services, Request&) {
    const auto time = now();
    const auto nodes = services.nodes.nodes();
    const auto published = services.policies.published();
    const auto held = services.quarantine.held(startOfDay(time));
    const auto found =
        clusterProblems(nodes, services.events.completeness(), published ? published->revision : 0, time);
    const bool mysql = services.database.dialect() == db::Dialect::kMysql;
    return http::jsonReply(
        200,
        {{"time", toText(time)},
         {"rates", minuteRates(services, time)},
         {"today", today(services, time)},
         {"recent", recent(services)},
         {"nodes", nodeCounts(nodes)},
         {"policy", policyState(services, nodes)},
         {"quarantine", {{"items", held.items}, {"bytes", held.bytes}, {"held_today", held.since}}},
         {"alerts", {{"open", services.alerts.open()}}},
         {"problems", problems(found)},
         {"database", {{"kind", mysql ? "mysql" : "sqlite"}, {"available", services.database.available()}}}});
}

}  // namespace

Routes overviewRoutes(ApiServices& services) {
    return {{"GET", "/api/v1/overview", kEveryone, with(services, overview)}};
}

}  // namespace weir::api
