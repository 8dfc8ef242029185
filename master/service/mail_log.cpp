#include "master/service/mail_log.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/base/digest.h"
#include "common/base/json.h"
#include "master/db/mail_search.h"
#include "master/db/quarantine_table.h"
#include "master/db/uuid_key.h"

namespace weir {
namespace {

constexpr auto kPatience = std::chrono::milliseconds(1500);  // of one page

LoggedMail loggedMail(const db::MailRow& row) {
    LoggedMail mail;
    mail.id.value = db::uuidText(row.id);
    mail.time = fromMillis(row.time);
    mail.node.value = row.node;
    mail.queueId = row.queueId;
    mail.direction = row.direction;
    mail.clientAddress = row.clientAddress;
    mail.clientName = row.clientName;
    mail.sender = row.sender;
    mail.recipients = db::splitWords(row.recipients);
    mail.subject = row.subject;
    mail.messageId = row.messageId;
    mail.size = static_cast<std::uint64_t>(row.size);
    mail.verdict = row.verdict;
    mail.rule = row.rule;
    mail.queue = row.queue;
    mail.revision = static_cast<std::uint64_t>(row.revision);
    for (auto& item : db::splitWords(row.items)) mail.items.push_back(ItemId{std::move(item)});
    mail.superseded = (row.state & db::kMailSuperseded) != 0;
    mail.inDoubt = (row.state & db::kMailInDoubt) != 0;
    return mail;
}

db::MailFilter filterOf(const MailQuery& query) {
    db::MailFilter filter{query.text,      query.sender,     query.recipient, query.subject,   query.client,
                          query.verdict,   query.rule,       query.queue,     query.direction, query.queueId,
                          query.messageId, query.node.value, query.alert};
    if (query.from) filter.from = toMillis(*query.from);
    if (query.to) filter.to = toMillis(*query.to);
    return filter;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string received(const LoggedMail& mail) {
    auto text = "received from " + (mail.clientAddress.empty() ? "this host" : mail.clientAddress);
    if (!mail.clientName.empty() && mail.clientName != "unknown") text += " (" + mail.clientName + ")";
    return text + ", sender <" + mail.sender + ">, " + std::to_string(mail.recipients.size()) + " recipient" +
           (mail.recipients.size() == 1 ? "" : "s");
}

// What was done: "quarantined" for "quarantine".
std::string doneWord(const std::string& verdict) {
    if (verdict.empty()) return verdict;
    return verdict + (verdict.back() == 'e' ? "d" : "ed");
}

std::string verdictText(const Json& outcome) {
    const auto word = [&](const char* name) { return outcome.value(name, std::string()); };
    auto text = doneWord(word("verdict"));
    if (const auto queue = word("queue"); !queue.empty()) text += " to " + queue;
    if (const auto code = outcome.value("code", 0); code != 0) {
        text += " " + std::to_string(code) + " " + word("status") + " " + word("text");
    }
    text += " for " + joined(outcome.value("recipients", std::vector<std::string>()));
    if (const auto reason = word("reason"); !reason.empty()) text += ": " + reason;
    return text;
}

void addItemLines(db::Connection& connection, MailStory& story) {
    for (const auto& item : story.mail.items) {
        for (const auto& row : db::itemHistory(connection, item.value)) {
            auto text = "item " + row.state + (row.detail.empty() ? "" : ": " + row.detail);
            // A version counts the node's own changes; what the master did has none.
            story.story.push_back({fromMillis(row.changed), std::move(text),
                                   row.version > 0 ? story.mail.node : NodeId{}, row.actor});
        }
    }
}

}  // namespace

MailPage MailLog::find(const MailQuery& query) {
    std::string before;
    if (!query.cursor.empty()) {
        before = fromBase64Url(query.cursor);
        if (before.size() != 16) throw Error(ErrorCode::kInvalid, "cursor: not one of the mail log");
    }
    db::MailScan scan;
    database_.read([&](db::Connection& connection) {
        scan = db::scanMails(connection, filterOf(query), before, std::clamp(query.limit, 1, 500), kPatience);
    });
    MailPage page;
    for (const auto& row : scan.mails) page.mails.push_back(loggedMail(row));
    if (!scan.finished) page.next = toBase64Url(scan.reached);
    return page;
}

std::optional<MailStory> MailLog::get(const EventId& id) {
    const auto key = db::uuidKey(id.value);
    if (key.empty()) return std::nullopt;
    std::optional<MailStory> found;
    database_.read([&](db::Connection& connection) {
        found.reset();
        const auto row = db::mailById(connection, key);
        if (!row) return;
        found.emplace();
        found->mail = loggedMail(*row);
        auto details = parseJson(row->details).value_or(Json::object());
        const auto& mail = found->mail;
        found->story.push_back({mail.time, received(mail), mail.node, ""});
        for (const auto& outcome : details.value("outcomes", Json::array())) {
            found->story.push_back({mail.time, verdictText(outcome), mail.node, ""});
        }
        if (mail.inDoubt) {
            found->story.push_back({mail.time,
                                    "the node ended before it knew whether the client heard the answer",
                                    mail.node, ""});
        }
        if (mail.superseded) {
            found->story.push_back(
                {mail.time, "superseded: the client tried again, and the mail counts there", {}, ""});
        }
        addItemLines(connection, *found);
        std::stable_sort(found->story.begin(), found->story.end(),
                         [](const StoryLine& a, const StoryLine& b) { return a.time < b.time; });
        details["message_id"] = mail.messageId;
        details["fingerprint"] = row->fingerprint;
        found->details = toText(details);
    });
    return found;
}

}  // namespace weir
