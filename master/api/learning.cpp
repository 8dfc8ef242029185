// What the cluster was told of mails: spam or ham.
//   GET    /api/v1/learning                 counts, limits, the model that the nodes get
//   POST   /api/v1/learning                 ?class=spam|ham   the mail as the body
//   POST   /api/v1/learning/items/{id}      {"class"}         a quarantined mail, from its node
//   GET    /api/v1/learning/mails           ?class= &q= &sha256= &cursor= &limit=
//   DELETE /api/v1/learning/mails/{sha256}
#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/learn/learned_model.h"
#include "common/mail/ascii.h"
#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kMailLimit = 32u << 20;
constexpr std::size_t kSmallLimit = 16u << 10;

Json mailJson(const LearnedMail& mail) {
    return {{"sha256", mail.sha256}, {"class", toString(mail.kind)}, {"learned", timeJson(mail.time)},
            {"by", mail.by},         {"subject", mail.subject},      {"item", textOrNull(mail.item.value)},
            {"tokens", mail.tokens}};
}

Json resultJson(const LearnResult& result) {
    return {{"outcome", toString(result.outcome)},
            {"mail", mailJson(result.mail)},
            {"before", result.before ? mailJson(*result.before) : Json(nullptr)}};
}

std::int64_t missing(std::int64_t mails) {
    return std::max<std::int64_t>(0, static_cast<std::int64_t>(kLeastLearnedMails) - mails);
}

// Which of the nodes that are there have this model.
Json nodesJson(const ApiServices& services, const std::string& digest) {
    std::size_t have = 0;
    Json without = Json::array();
    for (const NodeView& node : services.nodes.nodes()) {
        if (node.state == NodeState::kNever || node.state == NodeState::kDown) continue;
        const auto& all = node.last.catalogs;
        if (std::find(all.begin(), all.end(), CatalogDigest{kLearnedCatalog, digest}) != all.end())
            ++have;
        else
            without.push_back(node.name);
    }
    return {{"have", have}, {"without", std::move(without)}};
}

Json modelJson(const ApiServices& services, const db::LearnedState& state) {
    const auto model = services.learnedPublisher.last();
    if (!model) return nullptr;
    return {{"written", timeJson(model->time)},
            {"bytes", model->bytes},
            {"digest", model->digest},
            {"current", model->change == state.change},
            {"nodes", nodesJson(services, model->digest)}};
}

Reply status(ApiServices& services, Request&) {
    const auto state = services.learning.state();
    const auto& limits = services.learning.limits();
    const auto spam = missing(state.spam), ham = missing(state.ham);
    return http::jsonReply(200, {{"spam", state.spam},
                                 {"ham", state.ham},
                                 {"needed", kLeastLearnedMails},
                                 {"missing", {{"spam", spam}, {"ham", ham}}},
                                 {"scores", spam == 0 && ham == 0},
                                 {"tokens", state.tokens},
                                 {"digests", state.digests},
                                 {"limits",
                                  {{"mail_bytes", limits.mailBytes},
                                   {"mails", limits.mails},
                                   {"tokens", limits.tokens},
                                   {"digests", limits.digests}}},
                                 {"changed", timeJson(fromMillis(state.changed))},
                                 {"model", modelJson(services, state)}});
}

Reply learned(const LearnResult& result) {
    return http::jsonReply(result.outcome == LearnOutcome::kLearned ? 201 : 200, resultJson(result));
}

Reply learn(ApiServices& services, Request& request) {
    const std::string_view header = request.header("Content-Type");
    const std::string type = lowered(header.substr(0, header.find(';')));
    if (type != "message/rfc822" && type != "application/octet-stream")
        throw http::Refusal{http::problemReply(
            415, "malformed", "send the mail as message/rfc822 or application/octet-stream")};
    const auto kind = learnedClass(textOf(request, "class"));
    if (!kind) refuse({{"class", "is not spam or ham"}}, 400);
    return learned(accepted(services.learning.learn(actorOf(request), *kind, request.body)));
}

Reply learnItem(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto kind = learnedClass(reader.text("class"));
    if (!kind) reader.fail("class", "is not spam or ham");
    finish(reader);
    return learned(
        accepted(services.learning.learnItem(actorOf(request), *kind, ItemId{request.pathParameter("id")})));
}

Reply list(ApiServices& services, Request& request) {
    LearnedQuery query;
    const auto word = textOf(request, "class");
    query.kind = learnedClass(word);
    if (!word.empty() && !query.kind) refuse({{"class", "is not spam or ham"}}, 400);
    query.text = textOf(request, "q");
    query.sha256 = lowered(textOf(request, "sha256"));
    query.cursor = textOf(request, "cursor");
    query.limit = limitOf(request);
    const auto found = services.learning.find(query);
    Json items = Json::array();
    for (const auto& mail : found.mails) items.push_back(mailJson(mail));
    return http::jsonReply(200, page(std::move(items), found.next));
}

Reply forget(ApiServices& services, Request& request) {
    if (!services.learning.forget(actorOf(request), lowered(request.pathParameter("sha256"))))
        refuseMissing("such learned mail");
    return http::emptyReply();
}

}  // namespace

Routes learningRoutes(ApiServices& services) {
    using http::Body;
    return {
        {"GET", "/api/v1/learning", kEveryone, with(services, status)},
        {"POST", "/api/v1/learning", kReleasers, with(services, learn), Body::kWhole, kMailLimit},
        {"POST", "/api/v1/learning/items/{id}", kReleasers, with(services, learnItem), Body::kWhole,
         kSmallLimit},
        {"GET", "/api/v1/learning/mails", kEveryone, with(services, list)},
        {"DELETE", "/api/v1/learning/mails/{sha256}", kReleasers, with(services, forget)},
    };
}

}  // namespace weir::api
