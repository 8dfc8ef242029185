// The policy from draft to revision:
//   GET    /api/v1/policy-schema      what the console's form is drawn from
//   GET    /api/v1/policy             published
//   GET    /api/v1/policy/draft       with ETag
//   PUT    /api/v1/policy/draft       If-Match
//   DELETE /api/v1/policy/draft
//   POST   /api/v1/policy/check
//   GET    /api/v1/policy/diff        ?from= &to=   draft, published or a number
//   POST   /api/v1/policy/publish     If-Match
//   GET    /api/v1/policy/progress    which node runs what
#include <nlohmann/json.hpp>

#include "common/policy/policy_diff.h"
#include "master/api/answers.h"
#include "master/api/policy_view.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kDocumentLimit = 16u << 20;
constexpr std::size_t kSmallLimit = 16u << 10;

Json draftView(const PolicyDraft& draft) {
    return {{"document", *draft.document},
            {"base_revision", draft.base},
            {"changed", draft.changed},
            {"changed_by", textOrNull(draft.changedBy)},
            {"changed_at", timeJson(draft.changedAt)}};
}

Reply draftReply(const PolicyDraft& draft) {
    Reply reply = http::jsonReply(200, draftView(draft));
    return reply.header("ETag", draft.etag);
}

std::string ifMatchOf(const Request& request) {
    const auto value = request.header("If-Match");
    if (value.empty())
        throw http::Refusal{http::problemReply(428, "precondition-required",
                                               "send If-Match with the ETag of GET /policy/draft")};
    return std::string(value);
}

Reply stale(const StaleEtag& error) {
    return http::problemReply(412, "stale", error.what());
}

Json problemsJson(const PolicyProblems& problems) {
    Json list = Json::array();
    for (const auto& problem : problems) list.push_back({{"where", problem.where}, {"what", problem.what}});
    return list;
}

// The member "document" of a body.
Json documentIn(Json& body) {
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    if (reader.object("document") == nullptr) reader.fail("document", "is missing");
    finish(reader);
    return std::move(body["document"]);
}

Reply schema(ApiServices&, Request&) {
    return http::jsonReply(200, policySchema());
}

Reply published(ApiServices& services, Request&) {
    const auto policy = publishedNow(services);
    Json answer = publishedView(*policy);
    answer["document"] = *policy->document;
    return http::jsonReply(200, answer);
}

Reply draft(ApiServices& services, Request&) {
    return draftReply(services.policies.draft());
}

Reply putDraft(ApiServices& services, Request& request) {
    const auto ifMatch = ifMatchOf(request);
    Json body = bodyOf(request);
    const Json document = documentIn(body);
    try {
        const auto draft = services.policies.putDraft(document, ifMatch, actorOf(request));
        if (!draft) refuse(draft.error());
        return draftReply(*draft);
    } catch (const StaleEtag& error) {
        return stale(error);
    }
}

Reply discard(ApiServices& services, Request& request) {
    services.policies.discardDraft(actorOf(request));
    return http::emptyReply();
}

Reply check(ApiServices&, Request& request) {
    Json body = bodyOf(request);
    const auto parsed = checkDraft(documentIn(body));
    if (!parsed) refuse(parsed.error());
    return http::jsonReply(200, {{"ok", true}, {"warnings", problemsJson(policyWarnings(**parsed))}});
}

Reply diff(ApiServices& services, Request& request) {
    const auto to = textOf(request, "to");
    const auto before = documentOf(services, textOf(request, "from"));
    const auto after = documentOf(services, to.empty() ? "draft" : to);
    return http::jsonReply(200, {{"from", before.name},
                                 {"to", after.name},
                                 {"changes", policyDiff(*before.document, *after.document)}});
}

Reply publish(ApiServices& services, Request& request) {
    const auto ifMatch = ifMatchOf(request);
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto comment = reader.text("comment", "");
    finish(reader);
    try {
        const auto policy = services.policies.publish(ifMatch, comment, actorOf(request));
        services.nodes.wake();
        return http::jsonReply(201, publishedView(*policy));
    } catch (const StaleEtag& error) {
        return stale(error);
    }
}

// What one node does with the published revision.
Json progressOf(const NodeView& node, Revision revision) {
    const auto& refused = node.last.refused;
    const bool refuses = refused && refused->revision == revision;
    const bool away = node.state == NodeState::kDown || node.state == NodeState::kNever;
    const char* state = node.last.applied.revision == revision ? "applied"
                        : refuses                              ? "refused"
                        : away                                 ? "away"
                                                               : "waiting";
    return {{"node", node.name},
            {"node_id", node.id.value},
            {"state", state},
            {"applied", node.last.applied.revision},
            {"reason", refuses ? Json(refused->reason) : Json(nullptr)},
            {"since", timeJson(away ? node.lastSeen : node.since)}};
}

Reply progress(ApiServices& services, Request&) {
    const auto policy = publishedNow(services);
    Json nodes = Json::array();
    for (const auto& node : services.nodes.nodes()) nodes.push_back(progressOf(node, policy->revision));
    return http::jsonReply(200, {{"revision", policy->revision}, {"nodes", std::move(nodes)}});
}

}  // namespace

PublishedPtr publishedNow(const ApiServices& services) {
    auto policy = services.policies.published();
    if (!policy) throw Error(ErrorCode::kUnavailable, "the policy has not been read from the database yet");
    return policy;
}

Json publishedView(const PublishedPolicy& policy) {
    return {{"revision", policy.revision},
            {"digest", policy.digest},
            {"published", timeJson(policy.published)},
            {"published_by", policy.publishedBy},
            {"comment", policy.comment}};
}

NamedDocument documentOf(const ApiServices& services, const std::string& word) {
    if (word == "draft") return {services.policies.draft().document, "draft"};
    if (word.empty() || word == "published") {
        const auto policy = publishedNow(services);
        return {policy->document, policy->revision};
    }
    const auto number = numberOf(word, "revision (\"draft\", \"published\" or a number)");
    return {services.policies.revision(number)->document, number};
}

Routes policyRoutes(ApiServices& services) {
    using http::Body;
    return {
        {"GET", "/api/v1/policy-schema", kOperatorReaders, with(services, schema)},
        {"GET", "/api/v1/policy", kOperatorReaders, with(services, published)},
        {"GET", "/api/v1/policy/draft", kOperatorReaders, with(services, draft)},
        {"PUT", "/api/v1/policy/draft", kOperators, with(services, putDraft), Body::kWhole, kDocumentLimit},
        {"DELETE", "/api/v1/policy/draft", kOperators, with(services, discard)},
        {"POST", "/api/v1/policy/check", kOperatorReaders, with(services, check), Body::kWhole,
         kDocumentLimit},
        {"GET", "/api/v1/policy/diff", kOperatorReaders, with(services, diff)},
        {"POST", "/api/v1/policy/publish", kOperators, with(services, publish), Body::kWhole, kSmallLimit},
        {"GET", "/api/v1/policy/progress", kOperatorReaders, with(services, progress)},
    };
}

}  // namespace weir::api
