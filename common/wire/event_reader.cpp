// The reading half of event.h: on the master, thousands of times a second.
#include <nlohmann/json.hpp>

#include "common/wire/event.h"
#include "common/wire/event_limits.h"
#include "common/wire/wire_reader.h"

namespace weir {
namespace {

using namespace event_limits;

constexpr std::size_t kGrown = 3;  // see event_limits.h

Direction readDirection(WireReader& in) {
    const std::string text = in.text("direction", 16);
    if (text == toString(Direction::kOutbound)) return Direction::kOutbound;
    if (text != toString(Direction::kInbound) && !in.failed())
        in.fail("direction", "expected \"inbound\" or \"outbound\"");
    return Direction::kInbound;
}

template <class Event>
void readHead(WireReader& in, const char* kind, Event& event) {
    const std::string found = in.text("kind", 32);
    if (!in.failed() && found != kind)
        in.fail("kind", std::string("expected \"") + kind + "\", found \"" + found + "\"");
    event.id.value = in.uuid("id");
    event.time = in.time("time");
}

void readEnvelope(WireReader& in, Envelope& envelope) {
    envelope.direction = readDirection(in);
    envelope.clientAddress = in.textOr("client_address", kShort * kGrown);
    envelope.clientName = in.textOr("client_name", kShort * kGrown);
    envelope.helo = in.textOr("helo", kAddress * kGrown);
    envelope.authUser = in.textOr("auth_user", kAddress * kGrown);
    envelope.tlsVersion = in.textOr("tls_version", kShort * kGrown);
    envelope.tlsCipher = in.textOr("tls_cipher", kShort * kGrown);
    envelope.sender = in.text("sender", kAddress * kGrown);
    envelope.queueId = in.textOr("queue_id", kShort * kGrown);
}

EventOutcome readOutcome(WireReader& all, const Json& body) {
    WireReader in(body, "/outcomes");
    EventOutcome outcome;
    outcome.recipients = in.texts("recipients", kRecipients, kAddress * kGrown);
    const std::string verdict = in.text("verdict", kShort);
    if (!in.failed() && !verdictFromText(verdict, outcome.verdict.kind))
        in.fail("verdict", "unknown verdict \"" + verdict + "\"");
    outcome.verdict.rule = in.textOr("rule", kShort * kGrown);
    outcome.verdict.reason = in.textOr("reason", kText * kGrown);
    outcome.verdict.queue = in.textOr("queue", kShort * kGrown);
    outcome.verdict.code = static_cast<int>(in.integerOr("code", 0, 999, 0));
    outcome.verdict.status = in.textOr("status", kShort * kGrown);
    outcome.verdict.text = in.textOr("text", kText * kGrown);
    outcome.item.value = in.uuidOr("item");
    outcome.rules = in.texts("rules", kRules, kShort * kGrown);
    outcome.changes = in.texts("changes", kRules, kText * kGrown);
    if (in.problem()) all.fail(*in.problem());
    return outcome;
}

ItemEvent readItem(const Json& body, std::optional<Problem>& problem) {
    WireReader in(body);
    ItemEvent event;
    readHead(in, "item", event);
    event.item.value = in.uuid("item");
    event.version = in.natural("version");
    event.state = in.text("state", kShort);
    event.detail = in.textOr("detail", kText * kGrown);
    event.mail.value = in.uuidOr("mail");
    event.received = in.time("received");
    event.queueId = in.textOr("queue_id", kShort * kGrown);
    event.sender = in.text("sender", kAddress * kGrown);
    event.recipients = in.texts("recipients", kRecipients, kAddress * kGrown);
    event.subject = in.textOr("subject", kText * kGrown);
    event.rule = in.textOr("rule", kShort * kGrown);
    event.reason = in.textOr("reason", kText * kGrown);
    event.queue = in.textOr("queue", kShort * kGrown);
    event.clientAddress = in.textOr("client_address", kShort * kGrown);
    event.direction = readDirection(in);
    event.size = in.natural("size");
    event.sha256 = in.textOr("sha256", kShort);
    event.copy = in.flagOr("copy");
    event.command.value = in.uuidOr("command");
    problem = in.problem();
    return event;
}

FoldEvent::Counter readCounter(WireReader& all, const Json& body) {
    WireReader in(body, "/counters");
    FoldEvent::Counter counter;
    counter.hour = toMillis(in.time("hour"));
    counter.direction = readDirection(in);
    counter.verdict = in.text("verdict", kShort);
    counter.rule = in.textOr("rule", kShort * kGrown);
    counter.queue = in.textOr("queue", kShort * kGrown);
    counter.mails = in.natural("mails");
    counter.recipients = in.natural("recipients");
    counter.bytes = in.natural("bytes");
    if (in.problem()) all.fail(*in.problem());
    return counter;
}

}  // namespace

Expected<MailEvent> mailEventFromJson(const Json& body) {
    WireReader in(body);
    MailEvent event;
    readHead(in, "mail", event);
    readEnvelope(in, event.envelope);
    event.subject = in.textOr("subject", kText * kGrown);
    event.messageId = in.textOr("message_id", kText * kGrown);
    event.size = in.natural("size");
    event.attachments = static_cast<std::uint32_t>(in.integerOr("attachments", 0, UINT32_MAX, 0));
    event.viruses = in.texts("viruses", kRules, kText * kGrown);
    event.revision = in.natural("revision");
    event.fingerprint = in.text("fingerprint", kShort);
    if (!in.has("outcomes")) in.fail("outcomes", "missing; expected an array");
    if (const Json* outcomes = in.array("outcomes", kOutcomes))
        for (const Json& outcome : *outcomes) event.outcomes.push_back(readOutcome(in, outcome));
    for (std::string& id : in.texts("copies", kOutcomes, 36)) event.copies.push_back(ItemId{std::move(id)});
    if (const Json* stages = in.object("stages")) {
        if (stages->size() > kStages) in.fail("stages", "at most 64 stages");
        for (auto stage = stages->begin(); stage != stages->end() && !in.failed(); ++stage)
            event.stageMillis[stage.key()] = in.real(*stage, "stages");
    }
    return in.finish(std::move(event));
}

Expected<ItemEvent> itemEventFromJson(const Json& body) {
    std::optional<Problem> found;
    ItemEvent event = readItem(body, found);
    if (found) return tl::unexpected<Problem>(*found);
    return event;
}

Expected<InDoubtEvent> inDoubtEventFromJson(const Json& body) {
    WireReader in(body);
    InDoubtEvent event;
    readHead(in, "in-doubt", event);
    if (!in.has("sequences")) in.fail("sequences", "missing; expected an array");
    if (const Json* sequences = in.array("sequences", kSequences))
        for (const Json& sequence : *sequences) {
            if (!sequence.is_number_unsigned()) in.fail("sequences", "expected whole numbers");
            event.sequences.push_back(sequence.is_number_unsigned() ? sequence.get<Sequence>() : 0);
        }
    return in.finish(std::move(event));
}

Expected<GapEvent> gapEventFromJson(const Json& body) {
    WireReader in(body);
    GapEvent event;
    readHead(in, "gap", event);
    event.from = in.natural("from");
    event.to = in.natural("to");
    event.count = in.natural("count");
    event.reason = in.text("reason", kText * kGrown);
    return in.finish(std::move(event));
}

Expected<FoldEvent> foldEventFromJson(const Json& body) {
    WireReader in(body);
    FoldEvent event;
    readHead(in, "fold", event);
    event.from = in.natural("from");
    event.to = in.natural("to");
    if (const Json* counters = in.array("counters", kCounters))
        for (const Json& counter : *counters) event.counters.push_back(readCounter(in, counter));
    if (const Json* items = in.array("items", kCounters))
        for (const Json& item : *items) {
            std::optional<Problem> found;
            event.items.push_back(readItem(item, found));
            if (found) in.fail(Problem{"/items" + found->where, found->what});
        }
    return in.finish(std::move(event));
}

}  // namespace weir
