// Events of mails that never were, for tests of the queue.
#pragma once

#include <cstdio>
#include <string>

#include "common/wire/event.h"

namespace weir::test {

inline MailEvent sampleMail(const std::string& subject, VerdictKind verdict = VerdictKind::kDeliver) {
    MailEvent mail;
    mail.id.value = newTimeUuid();
    mail.time = now();
    mail.envelope.clientAddress = "192.0.2.1";
    mail.envelope.sender = "a@example.org";
    mail.envelope.queueId = "4bXk2";
    mail.subject = subject;
    mail.size = 1000;
    EventOutcome outcome;
    outcome.recipients = {"b@example.net", "c@example.net"};
    outcome.verdict.kind = verdict;
    if (verdict != VerdictKind::kDeliver) outcome.verdict.rule = "rule-1";
    if (verdict == VerdictKind::kQuarantine) outcome.verdict.queue = "spam";
    mail.outcomes = {outcome};
    mail.stageMillis["total"] = 1.5;
    return mail;
}

inline ItemId itemNumber(unsigned number) {
    char id[40];
    std::snprintf(id, sizeof id, "0192f000-0000-7000-8000-%012u", number);
    return ItemId{id};
}

inline ItemEvent sampleItem(unsigned item, std::uint64_t version, const std::string& state = "stored") {
    ItemEvent event;
    event.id.value = newTimeUuid();
    event.time = now();
    event.item = itemNumber(item);
    event.version = version;
    event.state = state;
    event.received = event.time;
    event.sender = "a@example.org";
    event.recipients = {"b@example.net"};
    event.queue = "spam";
    return event;
}

}  // namespace weir::test
