// Events as a node makes them, for tests of intake.
#pragma once

#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/wire/event.h"
#include "common/wire/messages.h"

namespace weir::test {

inline MailEvent sampleMail(const std::string& sender, const std::vector<std::string>& recipients,
                            VerdictKind verdict = VerdictKind::kDeliver) {
    MailEvent mail;
    mail.id.value = newTimeUuid();
    mail.time = now();
    mail.envelope.clientAddress = "192.0.2.25";
    mail.envelope.clientName = "mail.sender.example";
    mail.envelope.helo = "mail.sender.example";
    mail.envelope.sender = sender;
    mail.envelope.queueId = "4bX" + randomHex(5);
    mail.subject = "Quarterly figures for " + sender;
    mail.messageId = "<" + randomHex(8) + "@sender.example>";
    mail.size = 2000;
    mail.revision = 3;
    mail.fingerprint = randomHex(32);
    EventOutcome outcome;
    outcome.recipients = recipients;
    outcome.verdict.kind = verdict;
    if (verdict != VerdictKind::kDeliver) outcome.verdict.rule = "block-risky-files";
    if (verdict == VerdictKind::kQuarantine) {
        outcome.verdict.queue = "attachments";
        outcome.verdict.reason = "Hold risky attachments";
        outcome.item.value = newTimeUuid();
        outcome.rules = {"block-risky-files"};
    }
    mail.outcomes.push_back(outcome);
    mail.stageMillis = {{"parse", 0.1}, {"rules", 0.2}, {"total", 1.5}};
    return mail;
}

// The item event of a quarantined mail's first outcome.
inline ItemEvent sampleItem(const MailEvent& mail, std::uint64_t version = 1,
                            const std::string& state = "stored") {
    ItemEvent item;
    item.id.value = newTimeUuid();
    item.time = now();
    item.item = mail.outcomes.front().item;
    item.version = version;
    item.state = state;
    item.mail = mail.id;
    item.received = mail.time;
    item.queueId = mail.envelope.queueId;
    item.sender = mail.envelope.sender;
    item.subject = mail.subject;
    item.rule = mail.outcomes.front().verdict.rule;
    item.reason = mail.outcomes.front().verdict.reason;
    item.queue = mail.outcomes.front().verdict.queue;
    item.recipients = mail.outcomes.front().recipients;
    item.clientAddress = mail.envelope.clientAddress;
    item.size = mail.size;
    item.sha256 = std::string(64, 'a');
    return item;
}

template <class Event>
WireEvent wireEvent(Sequence sequence, const Event& event) {
    return {sequence, toJsonText(event)};
}

}  // namespace weir::test
