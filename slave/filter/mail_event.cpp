#include "slave/filter/mail_event.h"

#include <algorithm>

#include "common/base/log.h"
#include "common/base/utf8.h"
#include "slave/filter/fingerprint.h"

namespace weir {
namespace {

constexpr std::size_t kMaxSubject = 512;
constexpr std::size_t kMaxMessageId = 256;
constexpr std::size_t kMaxChange = 200;

}  // namespace

MailEvent beginMailEvent(const Mail& mail, const Message& message) {
    MailEvent event;
    event.id = EventId{newTimeUuid()};
    event.time = now();
    event.envelope = mail.envelope;
    event.subject = cutUtf8(message.subject(), kMaxSubject);
    event.messageId = cutUtf8(message.messageId(), kMaxMessageId);
    event.size = mail.size;
    event.attachments = static_cast<std::uint32_t>(message.attachments().size());
    event.fingerprint = mailFingerprint(mail.envelope.sender, mail.envelope.recipients, mail.bytes);
    return event;
}

void addOutcomes(MailEvent& event, const Split& split, const std::vector<ItemId>& items) {
    event.outcomes.clear();
    for (const RecipientGroup& group : split.groups) {
        EventOutcome outcome;
        outcome.recipients = group.recipients;
        outcome.verdict = group.outcome.verdict;
        outcome.rules = group.outcome.matchedRules;
        for (std::string& change : changeTexts(group.outcome))
            outcome.changes.push_back(std::string(cutUtf8(change, kMaxChange)));
        if (group.store >= 0 && static_cast<std::size_t>(group.store) < items.size()) {
            outcome.item = items[static_cast<std::size_t>(group.store)];
        }
        event.outcomes.push_back(std::move(outcome));
    }
    event.alerts = split.alerts;
    event.copies.clear();
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (split.stores[i].copy) event.copies.push_back(items[i]);
    }
}

const Verdict& leadingVerdict(const Split& split) {
    return std::max_element(split.groups.begin(), split.groups.end(),
                            [](const RecipientGroup& a, const RecipientGroup& b) {
                                return a.outcome.verdict.kind < b.outcome.verdict.kind;
                            })
        ->outcome.verdict;
}

void logMailVerdict(const MailEvent& event, const Verdict& verdict, double millis) {
    const Envelope& envelope = event.envelope;
    logInfo("mail.verdict", {{"qid", std::string_view(envelope.queueId)},
                             {"from", std::string_view(envelope.sender)},
                             {"to", std::string_view(envelope.recipients.front())},
                             {"recipients", envelope.recipients.size()},
                             {"client", std::string_view(envelope.clientAddress)},
                             {"size", event.size},
                             {"verdict", toString(verdict.kind)},
                             {"rule", std::string_view(verdict.rule)},
                             {"reason", std::string_view(verdict.reason)},
                             {"revision", event.revision},
                             {"mail", std::string_view(event.id.value)},
                             {"ms", millis}});
}

}  // namespace weir
