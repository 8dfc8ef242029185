#include "master/service/read_event.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/base/utf8.h"
#include "common/wire/dmarc_fields.h"
#include "common/wire/json_writer.h"
#include "master/db/uuid_key.h"

namespace weir {
namespace {

constexpr std::size_t kUnreadableKept = 64u << 10;  // bytes of a body that is kept aside

std::string cut(std::string text, std::size_t limit) {
    text.resize(cutUtf8(text, limit).size());
    return text;
}

std::string cutAddress(std::string text) {
    return cut(std::move(text), 320);
}

void writeTexts(JsonWriter& out, const char* name, const std::vector<std::string>& texts) {
    out.key(name).beginArray();
    for (const auto& text : texts) out.value(text);
    out.endArray();
}

void writeOutcome(JsonWriter& out, const EventOutcome& outcome) {
    const auto& verdict = outcome.verdict;
    out.beginObject();
    writeTexts(out, "recipients", outcome.recipients);
    out.member("verdict", toString(verdict.kind))
        .member("rule", verdict.rule)
        .member("reason", verdict.reason);
    out.member("queue", verdict.queue).member("code", verdict.code).member("status", verdict.status);
    out.member("text", verdict.text).member("item", outcome.item.value);
    writeTexts(out, "rules", outcome.rules);
    writeTexts(out, "changes", outcome.changes);
    out.endObject();
}

std::string sightingText(const MailEvent& event) {
    if (!event.dmarc) return {};
    JsonWriter out(512);
    writeDmarcSighting(out, *event.dmarc);
    return out.take();
}

std::vector<std::string> reportTexts(const MailEvent& event) {
    std::vector<std::string> texts;
    for (const ReceivedReport& one : event.receivedReports) {
        JsonWriter out(4096);
        writeReceivedReport(out, one);
        texts.push_back(out.take());
    }
    return texts;
}

std::string detailsOf(const MailEvent& event, const std::string& dmarc) {
    JsonWriter out(1024);
    const auto& envelope = event.envelope;
    out.beginObject().member("helo", envelope.helo).member("auth_user", envelope.authUser);
    out.member("tls_version", envelope.tlsVersion).member("tls_cipher", envelope.tlsCipher);
    out.key("outcomes").beginArray();
    for (const auto& outcome : event.outcomes) writeOutcome(out, outcome);
    out.endArray();
    writeTexts(out, "viruses", event.viruses);
    out.member("attachments", event.attachments);
    out.key("stages").beginObject();
    for (const auto& [stage, millis] : event.stageMillis) out.value(stage).colon().value(millis);
    out.endObject();
    if (!dmarc.empty()) out.key("dmarc").raw(dmarc);
    out.endObject();
    return out.take();
}

const EventOutcome* mostSevere(const MailEvent& event) {
    const auto found =
        std::max_element(event.outcomes.begin(), event.outcomes.end(),
                         [](const auto& a, const auto& b) { return a.verdict.kind < b.verdict.kind; });
    return found == event.outcomes.end() ? nullptr : &*found;
}

std::string itemsOf(const MailEvent& event) {
    std::vector<std::string> items;
    for (const auto& outcome : event.outcomes) {
        if (!outcome.item.empty()) items.push_back(outcome.item.value);
    }
    for (const auto& copy : event.copies) items.push_back(copy.value);
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    return db::joinedWords(items);
}

db::MailRow mailRow(const NodeId& node, std::int64_t place, Sequence sequence, MailEvent event) {
    db::MailRow row;
    row.id = db::uuidKey(event.id.value);
    row.time = toMillis(event.time);
    row.node = node.value;
    row.place = place;
    row.sequence = static_cast<std::int64_t>(sequence);
    row.direction = toString(event.envelope.direction);
    row.verdict = toString(VerdictKind::kDeliver);
    if (const auto* outcome = mostSevere(event)) {
        row.verdict = toString(outcome->verdict.kind);
        row.rule = cut(outcome->verdict.rule, 128);
        row.queue = cut(outcome->verdict.queue, 64);
    }
    row.revision = static_cast<std::int64_t>(event.revision);
    row.size = static_cast<std::int64_t>(event.size);
    row.dmarc = sightingText(event);
    row.receivedReports = reportTexts(event);
    row.details = detailsOf(event, row.dmarc);
    row.items = itemsOf(event);
    std::vector<std::string> recipients;
    for (auto& outcome : event.outcomes) {
        for (auto& recipient : outcome.recipients) recipients.push_back(cutAddress(std::move(recipient)));
    }
    row.recipients = db::joinedWords(recipients);
    row.queueId = cut(std::move(event.envelope.queueId), 64);
    row.clientAddress = cut(std::move(event.envelope.clientAddress), 64);
    row.clientName = cut(std::move(event.envelope.clientName), 255);
    row.sender = cutAddress(std::move(event.envelope.sender));
    row.subject = cut(std::move(event.subject), 512);
    row.messageId = cut(std::move(event.messageId), 256);
    row.fingerprint = cut(std::move(event.fingerprint), 64);
    for (auto& alert : event.alerts) row.alerts.emplace_back(std::move(alert.rule), std::move(alert.text));
    row.terms = db::termsOf(row, recipients);
    return row;
}

template <class... Callbacks>
struct Overloaded : Callbacks... {
    using Callbacks::operator()...;
};
template <class... Callbacks>
Overloaded(Callbacks...) -> Overloaded<Callbacks...>;

// Sums of what a node claims must never overflow.
constexpr std::uint64_t kLargestNumber = std::uint64_t{1} << 45;

void bound(FoldEvent& fold) {
    for (auto& counter : fold.counters) {
        counter.verdict = cut(std::move(counter.verdict), 12);
        counter.rule = cut(std::move(counter.rule), 128);
        counter.queue = cut(std::move(counter.queue), 64);
        counter.mails = std::min(counter.mails, kLargestNumber);
        counter.recipients = std::min(counter.recipients, kLargestNumber);
        counter.bytes = std::min(counter.bytes, kLargestNumber);
    }
    for (auto& alert : fold.alerts) alert.count = std::min(alert.count, kLargestNumber);
    fold.from = std::min<Sequence>(fold.from, INT64_MAX);
    fold.to = std::min<Sequence>(fold.to, INT64_MAX);
}

void bound(GapEvent& gap) {
    gap.reason = cut(std::move(gap.reason), 500);
    gap.count = std::min(gap.count, kLargestNumber);
    gap.from = std::min<Sequence>(gap.from, INT64_MAX);
    gap.to = std::min<Sequence>(gap.to, INT64_MAX);
}

}  // namespace

db::ItemRow itemRow(const NodeId& node, const ItemEvent& event) {
    db::ItemRow row;
    row.id = event.item.value;
    std::transform(row.id.begin(), row.id.end(), row.id.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    row.version = static_cast<std::int64_t>(std::min(event.version, kLargestNumber));
    row.state = cut(event.state, 16);
    row.detail = cut(event.detail, 500);
    row.changed = toMillis(event.time);
    row.node = node.value;
    row.mail = event.mail.value;
    row.received = toMillis(event.received);
    row.queueId = cut(event.queueId, 64);
    row.sender = cutAddress(event.sender);
    std::vector<std::string> recipients;
    for (const auto& recipient : event.recipients) recipients.push_back(cutAddress(recipient));
    row.recipients = db::joinedWords(recipients);
    row.subject = cut(event.subject, 512);
    row.rule = cut(event.rule, 128);
    row.reason = cut(event.reason, 500);
    row.queue = cut(event.queue, 64);
    row.clientAddress = cut(event.clientAddress, 64);
    row.direction = toString(event.direction);
    row.size = static_cast<std::int64_t>(std::min(event.size, kLargestNumber));
    row.sha256 = cut(event.sha256, 64);
    row.copy = event.copy;
    return row;
}

ReadEvent readEvent(EventReader& reader, const NodeId& node, std::int64_t place, const WireEvent& wire) {
    ReadEvent read;
    read.sequence = wire.sequence;
    const auto unreadable = [&](std::string problem) {
        read.what = UnreadableBody{cut(std::move(problem), 500), validUtf8(wire.body, kUnreadableKept)};
    };
    auto event = reader.read(wire.body);
    if (!event) {
        unreadable(event.error().text());
        return read;
    }
    const auto keep = Overloaded{
        [&](MailEvent& mail) {
            if (db::uuidKey(mail.id.value).empty()) return unreadable("/id: expected a UUID of version 7");
            if (mail.size > kLargestNumber || mail.revision > kLargestNumber)
                return unreadable("a number is too large");
            read.what = mailRow(node, place, wire.sequence, std::move(mail));
        },
        [&](ItemEvent& item) { read.what = itemRow(node, item); },
        [&](InDoubtEvent& doubt) { read.what = std::move(doubt); },
        [&](GapEvent& gap) {
            bound(gap);
            read.what = std::move(gap);
        },
        [&](FoldEvent& fold) {
            bound(fold);
            read.what = std::move(fold);
        },
    };
    std::visit([&read](const auto& one) { read.time = one.time; }, *event);
    std::visit(keep, *event);
    return read;
}

}  // namespace weir
