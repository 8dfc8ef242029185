// What recipients want allowed or blocked:
//   GET  /api/v1/user-lists          ?owner= &sender= &kind= &q= &cursor= &limit=
//   POST /api/v1/user-lists          {"entries": [{"owner", "kind", "sender"}]}
//   POST /api/v1/user-lists/remove   {"entries": [{"owner", "sender"}]}
//   POST /api/v1/user-lists/import   {"text"}: an entry a line
#include <algorithm>
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kTogether = 500;
constexpr std::size_t kBodyLimit = 1u << 20;
constexpr std::size_t kImportLimit = 8u << 20;

// Every answer says how full the lists are.
Json withCounts(Json answer, const UserListCounts& counts, const UserListLimits& limits) {
    answer["entries"] = counts.entries;
    answer["owners"] = counts.owners;
    answer["limits"] = {{"entries", limits.entries}, {"entries_of_owner", limits.ownerEntries}};
    return answer;
}

bool mentionsField(const Json& condition) {
    std::vector<const Json*> left = {&condition};
    while (!left.empty()) {
        const Json& one = *left.back();
        left.pop_back();
        if (one.is_object() && one.contains("user-list")) return true;
        for (const Json& each : one)
            if (each.is_structured()) left.push_back(&each);
    }
    return false;
}

// Whether a rule of the published policy asks for the lists at all; without one entries do nothing.
bool actedOn(const PolicyDesk& policies) {
    const auto published = policies.published();
    if (!published || !published->document->contains("rules")) return false;
    const Json& rules = published->document->at("rules");
    return std::any_of(rules.begin(), rules.end(), [](const Json& rule) {
        return rule.value("enabled", true) && rule.contains("when") && mentionsField(rule.at("when"));
    });
}

Reply list(ApiServices& services, Request& request) {
    UserListQuery query;
    query.owner = textOf(request, "owner");
    query.sender = textOf(request, "sender");
    query.kind = textOf(request, "kind");
    query.text = textOf(request, "q");
    query.cursor = textOf(request, "cursor");
    query.limit = limitOf(request);
    const auto found = services.userLists.find(query);
    Json items = Json::array();
    for (const auto& one : found.items)
        items.push_back({{"owner", one.owner},
                         {"kind", one.kind},
                         {"sender", one.sender},
                         {"added", timeJson(one.added)},
                         {"added_by", one.addedBy}});
    Json answer = withCounts(page(std::move(items), found.next), found.counts, services.userLists.limits());
    answer["acted_on"] = actedOn(services.policies);
    return http::jsonReply(200, answer);
}

Reply answered(ApiServices& services, const UserListAnswer& answer) {
    Json results = Json::array();
    for (const auto& one : answer.results)
        results.push_back({{"line", one.line},
                           {"owner", one.owner},
                           {"kind", one.kind},
                           {"sender", one.sender},
                           {"ok", one.outcome != UserListOutcome::kRefused},
                           {"outcome", toString(one.outcome)},
                           {"detail", one.detail}});
    return http::jsonReply(
        200, withCounts({{"results", std::move(results)}}, answer.counts, services.userLists.limits()));
}

std::vector<UserListLine> entriesOf(const Request& request, bool withKind) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const Json* const entries = reader.array("entries");
    if (entries == nullptr || entries->empty() || entries->size() > kTogether)
        reader.fail("entries", "has not 1 to 500 entries");
    finish(reader);
    std::vector<UserListLine> lines;
    for (const Json& each : *entries) {
        const std::string where = "/entries/" + std::to_string(lines.size());
        if (!each.is_object()) refuse({{where, "is no object"}});
        JsonReader one(each, where, JsonReader::Unknown::kRefuse);
        UserListLine line{lines.size() + 1, one.text("owner"), {}, one.text("sender"), {}};
        if (withKind) line.kind = one.text("kind");
        finish(one);
        lines.push_back(std::move(line));
    }
    return lines;
}

Reply add(ApiServices& services, Request& request) {
    return answered(services, services.userLists.add(actorOf(request), entriesOf(request, true)));
}

Reply remove(ApiServices& services, Request& request) {
    return answered(services, services.userLists.remove(actorOf(request), entriesOf(request, false)));
}

Reply import(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto text = reader.text("text");
    finish(reader);
    return answered(services, accepted(services.userLists.import(actorOf(request), text)));
}

}  // namespace

Routes userListRoutes(ApiServices& services) {
    using http::Body;
    return {
        {"GET", "/api/v1/user-lists", kEveryone, with(services, list)},
        {"POST", "/api/v1/user-lists", kReleasers, with(services, add), Body::kWhole, kBodyLimit},
        {"POST", "/api/v1/user-lists/remove", kReleasers, with(services, remove), Body::kWhole, kBodyLimit},
        {"POST", "/api/v1/user-lists/import", kReleasers, with(services, import), Body::kWhole, kImportLimit},
    };
}

}  // namespace weir::api
