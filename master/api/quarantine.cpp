// What is held, and what to do with it:
//   GET    /api/v1/quarantine                 ?q= &sender= &recipient= &subject= &rule= &queue= &node=
//   &state= &from=
//                                             &to= &sort= &cursor= &limit=
//   GET    /api/v1/quarantine/queues
//   GET    /api/v1/quarantine/{id}
//   GET    /api/v1/quarantine/{id}/preview    from the node's disk
//   GET    /api/v1/quarantine/{id}/raw        the same bytes, audited
//   POST   /api/v1/quarantine/{id}/release
//   DELETE /api/v1/quarantine/{id}
//   POST   /api/v1/quarantine/bulk
#include <map>
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kBodyLimit = 256u << 10;
constexpr std::size_t kBulkItems = 500;
constexpr int kRetentionDays = 30;  // of a policy that does not say

// The queues and how long they keep items, as the published policy says for the whole cluster.
class QueuePolicy {
  public:
    explicit QueuePolicy(const ApiServices& services) : policy_(services.policies.published()) {}

    int days(const std::string& queue) const {
        const int own = number({"queues", queue, "retention_days"}, 0);
        return own > 0 ? own : number({"retention", "quarantine_days"}, kRetentionDays);
    }
    std::string label(const std::string& queue) const {
        const Json* const found = setting({"queues", queue, "label"});
        return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
    }
    std::vector<std::string> declared() const {
        std::vector<std::string> names;
        if (const Json* const queues = setting({"queues"}))
            for (const auto& [name, queue] : queues->items())
                if (queue.is_object()) names.push_back(name);
        return names;
    }

  private:
    const Json* setting(const std::vector<std::string>& path) const {
        if (!policy_) return nullptr;
        const auto sections = policy_->document->find("sections");
        const Json* at = sections == policy_->document->end() ? nullptr : &*sections;
        for (const std::string& name : path) {
            if (at == nullptr || !at->is_object()) return nullptr;
            const auto found = at->find(name);
            at = found == at->end() ? nullptr : &*found;
        }
        return at;
    }
    int number(const std::vector<std::string>& path, int otherwise) const {
        const Json* const found = setting(path);
        return found != nullptr && found->is_number_integer() ? found->get<int>() : otherwise;
    }
    const PublishedPtr policy_;
};

Json view(const QuarantinedItem& item, const NodeNames& names, const QueuePolicy& policy) {
    return {{"id", item.id.value},
            {"mail", item.mail.value},
            {"received", timeJson(item.received)},
            {"node", names.name(item.node)},
            {"node_id", item.node.value},
            {"queue_id", item.queueId},
            {"sender", item.sender},
            {"recipients", item.recipients},
            {"subject", item.subject},
            {"size", item.size},
            {"rule", item.rule},
            {"reason", item.reason},
            {"queue", item.queue},
            {"state", item.state},
            {"copy", item.copy},
            {"client_address", item.clientAddress},
            {"expires", timeJson(item.received + std::chrono::hours(24 * policy.days(item.queue)))}};
}

ItemId idOf(const Request& request) {
    return ItemId{request.pathParameter("id")};
}

Reply list(ApiServices& services, Request& request) {
    const NodeNames names(services.nodes);
    QuarantineQuery query;
    query.text = textOf(request, "q");
    query.sender = textOf(request, "sender");
    query.recipient = textOf(request, "recipient");
    query.subject = textOf(request, "subject");
    query.rule = textOf(request, "rule");
    query.queue = textOf(request, "queue");
    query.node = names.find(textOf(request, "node"));
    query.state = textOf(request, "state");
    query.from = timeOf(request, "from");
    query.to = timeOf(request, "to");
    query.cursor = textOf(request, "cursor");
    query.limit = limitOf(request);
    const auto sort = textOf(request, "sort");
    if (!sort.empty() && sort != "received" && sort != "-received")
        refuse({{"sort", "is not received or -received"}}, 400);
    query.oldestFirst = sort == "received";
    const auto found = services.quarantine.find(query);
    const QueuePolicy policy(services);
    Json items = Json::array();
    for (const auto& item : found.items) items.push_back(view(item, names, policy));
    Json answer = page(std::move(items), found.next);
    answer["total"] = found.total;
    return http::jsonReply(200, answer);
}

// Those that the policy declares, also when nothing is in them, and those that still hold something.
Reply queues(ApiServices& services, Request&) {
    const QueuePolicy policy(services);
    std::map<std::string, Json> all;
    for (const auto& name : policy.declared())
        all[name] = {{"queue", name}, {"items", 0}, {"bytes", 0}, {"declared", true}};
    for (const auto& queue : services.quarantine.queues()) {
        const bool declared = all.contains(queue.queue);
        all[queue.queue] = {
            {"queue", queue.queue}, {"items", queue.items}, {"bytes", queue.bytes}, {"declared", declared}};
    }
    Json items = Json::array();
    for (auto& [name, queue] : all) {
        queue["label"] = policy.label(name);
        queue["days"] = policy.days(name);
        items.push_back(std::move(queue));
    }
    return http::jsonReply(200, page(std::move(items), ""));
}

Reply get(ApiServices& services, Request& request) {
    const auto item = services.quarantine.get(idOf(request));
    if (!item) refuseMissing("such quarantine item");
    const NodeNames names(services.nodes);
    Json answer = view(*item, names, QueuePolicy(services));
    Json history = Json::array();
    for (const auto& line : services.quarantine.history(item->id))
        history.push_back({{"time", timeJson(line.time)},
                           {"state", line.state},
                           {"detail", line.detail},
                           {"actor", textOrNull(line.actor)}});
    const auto node = services.nodes.node(item->node);
    answer.update(Json{{"sha256", item->sha256},
                       {"version", item->version},
                       {"detail", item->detail},
                       {"direction", item->direction},
                       {"history", std::move(history)},
                       {"node_state", node ? toString(node->state) : "down"}});
    return http::jsonReply(200, answer);
}

Reply preview(ApiServices& services, Request& request) {
    const auto found = services.quarantine.preview(idOf(request));
    Json headers = Json::array(), attachments = Json::array();
    for (const auto& [name, value] : found.headers) headers.push_back({{"name", name}, {"value", value}});
    for (const auto& file : found.attachments)
        attachments.push_back({{"name", file.name},
                               {"type", file.declaredType},
                               {"real_type", file.realType},
                               {"size", file.size}});
    return http::jsonReply(200, {{"headers", std::move(headers)},
                                 {"text", found.text},
                                 {"html", found.html ? Json(*found.html) : Json(nullptr)},
                                 {"attachments", std::move(attachments)},
                                 {"truncated", found.truncated}});
}

Reply raw(ApiServices& services, Request& request) {
    const auto item = services.quarantine.get(idOf(request));
    if (!item) refuseMissing("such quarantine item");
    Reply reply;
    reply.header("Content-Type", "message/rfc822");
    // Item ids are UUIDs: nothing of the mail gets into a header.
    reply.header("Content-Disposition",
                 "attachment; filename=\"" + (isUuid(item->id.value) ? item->id.value : "mail") + ".eml\"");
    reply.stream = [&services, id = item->id, actor = actorOf(request)](const http::BodySink& sink) {
        services.quarantine.raw(actor, id, [&sink](std::string_view piece) {
            sink(piece);
            return true;
        });
    };
    return reply;
}

std::vector<std::string> recipientsOf(const Request& request) {
    if (request.body.empty()) return {};
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    auto recipients = reader.texts("recipients");
    finish(reader);
    return recipients;
}

Reply release(ApiServices& services, Request& request) {
    const auto command = services.quarantine.release(actorOf(request), idOf(request), recipientsOf(request));
    return http::jsonReply(202, {{"command", command.value}, {"state", "releasing"}});
}

Reply remove(ApiServices& services, Request& request) {
    const auto command = services.quarantine.remove(actorOf(request), idOf(request));
    return http::jsonReply(202, {{"command", command.value}});
}

Reply bulk(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto action = reader.text("action");
    const auto texts = reader.texts("ids"), recipients = reader.texts("recipients");
    if (action != "release" && action != "delete") reader.fail("action", "is not release or delete");
    if (texts.empty() || texts.size() > kBulkItems) reader.fail("ids", "has not 1 to 500 items");
    finish(reader);
    std::vector<ItemId> ids;
    for (const auto& text : texts) ids.push_back(ItemId{text});
    Json results = Json::array();
    for (const auto& one : services.quarantine.bulk(actorOf(request), action, ids, recipients))
        results.push_back({{"id", one.id.value}, {"ok", one.ok}, {"detail", one.detail}});
    return http::jsonReply(200, {{"results", std::move(results)}});
}

}  // namespace

Routes quarantineRoutes(ApiServices& services) {
    using http::Body;
    return {
        {"GET", "/api/v1/quarantine", kEveryone, with(services, list)},
        {"GET", "/api/v1/quarantine/queues", kEveryone, with(services, queues)},
        {"POST", "/api/v1/quarantine/bulk", kReleasers, with(services, bulk), Body::kWhole, kBodyLimit},
        {"GET", "/api/v1/quarantine/{id}", kEveryone, with(services, get)},
        {"DELETE", "/api/v1/quarantine/{id}", kReleasers, with(services, remove)},
        {"GET", "/api/v1/quarantine/{id}/preview", kEveryone, with(services, preview)},
        {"GET", "/api/v1/quarantine/{id}/raw", kEveryone, with(services, raw)},
        {"POST", "/api/v1/quarantine/{id}/release", kReleasers, with(services, release), Body::kWhole,
         kBodyLimit},
    };
}

}  // namespace weir::api
