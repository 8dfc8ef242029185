// The writing half of event.h: on the mail path, so straight to text.
#include <algorithm>

#include "common/wire/dmarc_fields.h"
#include "common/wire/event.h"
#include "common/wire/event_limits.h"
#include "common/wire/json_writer.h"

namespace weir {
namespace {

using namespace event_limits;

constexpr std::size_t kUsualMailEvent = 1024;

// At most `limit` bytes, not ending within a UTF-8 sequence.
std::string_view cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    return text.substr(0, limit);
}

void writeTexts(JsonWriter& out, const char* name, const std::vector<std::string>& texts, std::size_t limit) {
    if (texts.empty()) return;
    out.key(name).beginArray();
    for (const std::string& text : texts) out.value(cut(text, limit));
    out.endArray();
}

template <class Ids>
void writeIds(JsonWriter& out, const char* name, const Ids& ids) {
    if (ids.empty()) return;
    out.key(name).beginArray();
    for (const auto& id : ids) out.value(id.value);
    out.endArray();
}

template <class Event>
void writeHead(JsonWriter& out, const char* kind, const Event& event) {
    out.beginObject().member("kind", kind).member("id", event.id.value).member("time", toMillis(event.time));
}

void writeEnvelope(JsonWriter& out, const Envelope& envelope) {
    out.member("direction", toString(envelope.direction))
        .memberIfAny("client_address", cut(envelope.clientAddress, kShort))
        .memberIfAny("client_name", cut(envelope.clientName, kShort))
        .memberIfAny("helo", cut(envelope.helo, kAddress))
        .memberIfAny("auth_user", cut(envelope.authUser, kAddress))
        .memberIfAny("tls_version", cut(envelope.tlsVersion, kShort))
        .memberIfAny("tls_cipher", cut(envelope.tlsCipher, kShort))
        .member("sender", cut(envelope.sender, kAddress))
        .memberIfAny("queue_id", cut(envelope.queueId, kShort));
}

void writeVerdict(JsonWriter& out, const Verdict& verdict) {
    out.member("verdict", toString(verdict.kind))
        .memberIfAny("rule", cut(verdict.rule, kShort))
        .memberIfAny("reason", cut(verdict.reason, kText))
        .memberIfAny("queue", cut(verdict.queue, kShort));
    if (verdict.code != 0) out.member("code", verdict.code);
    out.memberIfAny("status", cut(verdict.status, kShort)).memberIfAny("text", cut(verdict.text, kText));
}

void writeOutcome(JsonWriter& out, const EventOutcome& outcome) {
    out.beginObject();
    writeTexts(out, "recipients", outcome.recipients, kAddress);
    writeVerdict(out, outcome.verdict);
    out.memberIfAny("item", outcome.item.value);
    writeTexts(out, "rules", outcome.rules, kShort);
    writeTexts(out, "changes", outcome.changes, kText);
    out.endObject();
}

void writeItem(JsonWriter& out, const ItemEvent& event) {
    writeHead(out, "item", event);
    out.member("item", event.item.value)
        .member("version", event.version)
        .member("state", cut(event.state, kShort))
        .memberIfAny("detail", cut(event.detail, kText))
        .memberIfAny("mail", event.mail.value)
        .member("received", toMillis(event.received))
        .memberIfAny("queue_id", cut(event.queueId, kShort))
        .member("sender", cut(event.sender, kAddress));
    writeTexts(out, "recipients", event.recipients, kAddress);
    out.memberIfAny("subject", cut(event.subject, kText))
        .memberIfAny("rule", cut(event.rule, kShort))
        .memberIfAny("reason", cut(event.reason, kText))
        .memberIfAny("queue", cut(event.queue, kShort))
        .memberIfAny("client_address", cut(event.clientAddress, kShort))
        .member("direction", toString(event.direction))
        .member("size", event.size)
        .memberIfAny("sha256", event.sha256);
    if (event.copy) out.member("copy", true);
    out.memberIfAny("command", event.command.value).endObject();
}

void writeAlert(JsonWriter& out, const RaisedAlert& alert) {
    out.member("rule", cut(alert.rule, kShort)).memberIfAny("text", cut(alert.text, kAlertText));
}

void writeCounter(JsonWriter& out, const FoldEvent::Counter& counter) {
    out.beginObject()
        .member("hour", counter.hour)
        .member("direction", toString(counter.direction))
        .member("verdict", cut(counter.verdict, kShort))
        .memberIfAny("rule", cut(counter.rule, kShort))
        .memberIfAny("queue", cut(counter.queue, kShort))
        .member("mails", counter.mails)
        .member("recipients", counter.recipients)
        .member("bytes", counter.bytes)
        .endObject();
}

}  // namespace

std::string toJsonText(const MailEvent& event) {
    JsonWriter out(kUsualMailEvent);
    writeHead(out, "mail", event);
    writeEnvelope(out, event.envelope);
    out.memberIfAny("subject", cut(event.subject, kText))
        .memberIfAny("message_id", cut(event.messageId, kText))
        .member("size", event.size);
    if (event.attachments != 0) out.member("attachments", event.attachments);
    writeTexts(out, "viruses", event.viruses, kText);
    out.member("revision", event.revision).member("fingerprint", event.fingerprint);
    out.key("outcomes").beginArray();
    for (const EventOutcome& outcome : event.outcomes) writeOutcome(out, outcome);
    out.endArray();
    writeIds(out, "copies", event.copies);
    if (!event.alerts.empty()) {
        out.key("alerts").beginArray();
        for (std::size_t i = 0; i < std::min(event.alerts.size(), kAlerts); ++i) {
            out.beginObject();
            writeAlert(out, event.alerts[i]);
            out.endObject();
        }
        out.endArray();
    }
    out.key("stages").beginObject();
    for (const auto& [stage, millis] : event.stageMillis) {
        // Names of stages are ours, but a map key may be anything: value() escapes, key() does not.
        out.value(stage).colon().value(millis);
    }
    out.endObject();
    if (event.dmarc) {
        out.key("dmarc");
        writeDmarcSighting(out, *event.dmarc);
    }
    if (!event.receivedReports.empty()) {
        out.key("received_reports").beginArray();
        for (std::size_t i = 0; i < std::min(kReceivedReports, event.receivedReports.size()); ++i)
            writeReceivedReport(out, event.receivedReports[i]);
        out.endArray();
    }
    out.endObject();
    return out.take();
}

std::string toJsonText(const ItemEvent& event) {
    JsonWriter out(kUsualMailEvent);
    writeItem(out, event);
    return out.take();
}

std::string toJsonText(const InDoubtEvent& event) {
    JsonWriter out;
    writeHead(out, "in-doubt", event);
    out.key("sequences").beginArray();
    for (const Sequence sequence : event.sequences) out.value(sequence);
    out.endArray().endObject();
    return out.take();
}

std::string toJsonText(const GapEvent& event) {
    JsonWriter out;
    writeHead(out, "gap", event);
    out.member("from", event.from)
        .member("to", event.to)
        .member("count", event.count)
        .member("reason", cut(event.reason, kText))
        .endObject();
    return out.take();
}

std::string toJsonText(const FoldEvent& event) {
    JsonWriter out(256 * event.counters.size() + 512 * event.items.size() + 256);
    writeHead(out, "fold", event);
    out.member("from", event.from).member("to", event.to);
    out.key("counters").beginArray();
    for (const auto& counter : event.counters) writeCounter(out, counter);
    out.endArray();
    out.key("items").beginArray();
    for (const auto& item : event.items) writeItem(out, item);
    out.endArray();
    if (!event.alerts.empty()) {
        out.key("alerts").beginArray();
        for (const auto& alert : event.alerts) {
            out.beginObject();
            writeAlert(out, alert.raised);
            out.member("count", alert.count)
                .member("first", toMillis(alert.first))
                .member("last", toMillis(alert.last))
                .endObject();
        }
        out.endArray();
    }
    out.endObject();
    return out.take();
}

}  // namespace weir
