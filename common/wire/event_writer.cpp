// The writing half of event.h: on the mail path, so straight to text.
#include <algorithm>

#include "common/base/utf8.h"
#include "common/wire/dmarc_fields.h"
#include "common/wire/event.h"
#include "common/wire/event_limits.h"
#include "common/wire/json_writer.h"

namespace weir {
namespace {

using namespace event_limits;

constexpr std::size_t kUsualMailEvent = 1024;

void writeTexts(JsonWriter& out, const char* name, const std::vector<std::string>& texts, std::size_t limit) {
    if (texts.empty()) return;
    out.key(name).beginArray();
    for (const std::string& text : texts) out.value(cutUtf8(text, limit));
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
        .memberIfAny("client_address", cutUtf8(envelope.clientAddress, kShort))
        .memberIfAny("client_name", cutUtf8(envelope.clientName, kShort))
        .memberIfAny("helo", cutUtf8(envelope.helo, kAddress))
        .memberIfAny("auth_user", cutUtf8(envelope.authUser, kAddress))
        .memberIfAny("tls_version", cutUtf8(envelope.tlsVersion, kShort))
        .memberIfAny("tls_cipher", cutUtf8(envelope.tlsCipher, kShort))
        .member("sender", cutUtf8(envelope.sender, kAddress))
        .memberIfAny("queue_id", cutUtf8(envelope.queueId, kShort));
}

void writeVerdict(JsonWriter& out, const Verdict& verdict) {
    out.member("verdict", toString(verdict.kind))
        .memberIfAny("rule", cutUtf8(verdict.rule, kShort))
        .memberIfAny("reason", cutUtf8(verdict.reason, kText))
        .memberIfAny("queue", cutUtf8(verdict.queue, kShort));
    if (verdict.code != 0) out.member("code", verdict.code);
    out.memberIfAny("status", cutUtf8(verdict.status, kShort))
        .memberIfAny("text", cutUtf8(verdict.text, kText));
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
        .member("state", cutUtf8(event.state, kShort))
        .memberIfAny("detail", cutUtf8(event.detail, kText))
        .memberIfAny("mail", event.mail.value)
        .member("received", toMillis(event.received))
        .memberIfAny("queue_id", cutUtf8(event.queueId, kShort))
        .member("sender", cutUtf8(event.sender, kAddress));
    writeTexts(out, "recipients", event.recipients, kAddress);
    out.memberIfAny("subject", cutUtf8(event.subject, kText))
        .memberIfAny("rule", cutUtf8(event.rule, kShort))
        .memberIfAny("reason", cutUtf8(event.reason, kText))
        .memberIfAny("queue", cutUtf8(event.queue, kShort))
        .memberIfAny("client_address", cutUtf8(event.clientAddress, kShort))
        .member("direction", toString(event.direction))
        .member("size", event.size)
        .memberIfAny("sha256", event.sha256);
    if (event.copy) out.member("copy", true);
    out.memberIfAny("command", event.command.value).endObject();
}

void writeAlert(JsonWriter& out, const RaisedAlert& alert) {
    out.member("rule", cutUtf8(alert.rule, kShort)).memberIfAny("text", cutUtf8(alert.text, kAlertText));
}

void writeCounter(JsonWriter& out, const FoldEvent::Counter& counter) {
    out.beginObject()
        .member("hour", counter.hour)
        .member("direction", toString(counter.direction))
        .member("verdict", cutUtf8(counter.verdict, kShort))
        .memberIfAny("rule", cutUtf8(counter.rule, kShort))
        .memberIfAny("queue", cutUtf8(counter.queue, kShort))
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
    out.memberIfAny("subject", cutUtf8(event.subject, kText))
        .memberIfAny("message_id", cutUtf8(event.messageId, kText))
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
        .member("reason", cutUtf8(event.reason, kText))
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
