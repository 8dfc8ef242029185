// What happened to each mail:
//   GET /api/v1/mails                 ?q= &sender= &recipient= &subject= &client= &verdict= &rule= &queue=
//   &node=
//                                     &direction= &queue_id= &message_id= &alert= &from= &to= &cursor=
//                                     &limit=
//   GET /api/v1/mails/{id}            with outcomes and story
#include <nlohmann/json.hpp>

#include "master/api/answers.h"
#include "master/api/mail_view.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

MailQuery queryOf(const Request& request, const NodeNames& names) {
    MailQuery query;
    query.text = textOf(request, "q");
    query.sender = textOf(request, "sender");
    query.recipient = textOf(request, "recipient");
    query.subject = textOf(request, "subject");
    query.client = textOf(request, "client");
    query.verdict = textOf(request, "verdict");
    query.rule = textOf(request, "rule");
    query.queue = textOf(request, "queue");
    query.node = names.find(textOf(request, "node"));
    query.direction = textOf(request, "direction");
    query.queueId = textOf(request, "queue_id");
    query.messageId = textOf(request, "message_id");
    query.alert = textOf(request, "alert");
    query.from = timeOf(request, "from");
    query.to = timeOf(request, "to");
    query.cursor = textOf(request, "cursor");
    query.limit = limitOf(request);
    return query;
}

Reply list(ApiServices& services, Request& request) {
    const NodeNames names(services.nodes);
    const auto found = services.mails.find(queryOf(request, names));
    Json items = Json::array();
    for (const auto& mail : found.mails) items.push_back(mailView(mail, names));
    return http::jsonReply(200, page(std::move(items), found.next));
}

Reply get(ApiServices& services, Request& request) {
    const auto found = services.mails.get(EventId{request.pathParameter("id")});
    if (!found) refuseMissing("such mail in the log");
    const NodeNames names(services.nodes);
    Json answer = Json::parse(found->details);
    answer.update(mailView(found->mail, names));
    answer["message_id"] = found->mail.messageId;
    Json story = Json::array();
    for (const auto& line : found->story)
        story.push_back({{"time", timeJson(line.time)},
                         {"text", line.text},
                         {"node", line.node.empty() ? Json(nullptr) : Json(names.name(line.node))},
                         {"actor", textOrNull(line.actor)}});
    answer["story"] = std::move(story);
    return http::jsonReply(200, answer);
}

}  // namespace

Json mailView(const LoggedMail& mail, const NodeNames& names) {
    Json items = Json::array();
    for (const auto& item : mail.items) items.push_back(item.value);
    return {{"id", mail.id.value},
            {"time", timeJson(mail.time)},
            {"node", names.name(mail.node)},
            {"node_id", mail.node.value},
            {"queue_id", mail.queueId},
            {"direction", mail.direction},
            {"client_address", mail.clientAddress},
            {"client_name", mail.clientName},
            {"sender", mail.sender},
            {"recipients", mail.recipients},
            {"subject", mail.subject},
            {"size", mail.size},
            {"verdict", mail.verdict},
            {"rule", mail.rule},
            {"queue", mail.queue},
            {"revision", mail.revision},
            {"items", std::move(items)},
            {"superseded", mail.superseded},
            {"in_doubt", mail.inDoubt}};
}

Routes mailRoutes(ApiServices& services) {
    return {
        {"GET", "/api/v1/mails", kEveryone, with(services, list)},
        {"GET", "/api/v1/mails/{id}", kEveryone, with(services, get)},
    };
}

}  // namespace weir::api
