// The reading half of event.h: on the master, thousands of times a second.
#include <simdjson.h>

#include <nlohmann/json.hpp>

#include "common/base/json.h"
#include "common/wire/dmarc_fields.h"
#include "common/wire/event.h"
#include "common/wire/event_limits.h"
#include "common/wire/field_reader.h"

namespace weir {
namespace {

using namespace event_limits;

constexpr std::size_t kGrown = 3;  // see event_limits.h
constexpr std::size_t kDepth = 64;

struct EventSource {
    struct Value {
        simdjson::dom::element element;
        bool there = false;
        explicit operator bool() const { return there; }
    };
    static Value member(const Value& object, const char* name) {
        Value found;
        found.there = object.element.at_key(name).get(found.element) == simdjson::SUCCESS;
        return found;
    }
    static bool isObject(const Value& value) { return value.element.is_object(); }
    static bool isArray(const Value& value) { return value.element.is_array(); }
    static const char* typeName(const Value& value) {
        using Type = simdjson::dom::element_type;
        switch (value.element.type()) {
            case Type::ARRAY:
                return "array";
            case Type::OBJECT:
                return "object";
            case Type::STRING:
                return "string";
            case Type::BOOL:
                return "boolean";
            case Type::NULL_VALUE:
                return "null";
            default:
                return "number";
        }
    }
    template <class T>
    static std::optional<T> as(const Value& value) {
        T found;
        return value.element.get(found) == simdjson::SUCCESS ? std::optional<T>(found) : std::nullopt;
    }
    static std::optional<std::string_view> text(const Value& value) { return as<std::string_view>(value); }
    static std::optional<std::int64_t> integer(const Value& value) { return as<std::int64_t>(value); }
    static std::optional<double> real(const Value& value) { return as<double>(value); }
    static std::optional<bool> flag(const Value& value) { return as<bool>(value); }
    static std::size_t size(const Value& value) {
        simdjson::dom::array array;
        simdjson::dom::object object;
        if (value.element.get(array) == simdjson::SUCCESS) return array.size();
        return value.element.get(object) == simdjson::SUCCESS ? object.size() : 0;
    }
    template <class Callback>
    static void each(const Value& value, Callback callback) {
        simdjson::dom::array array;
        if (value.element.get(array) != simdjson::SUCCESS) return;
        for (const auto element : array) callback(Value{element, true});
    }
    template <class Callback>
    static void eachMember(const Value& value, Callback callback) {
        simdjson::dom::object object;
        if (value.element.get(object) != simdjson::SUCCESS) return;
        for (const auto& [key, element] : object) callback(key, Value{element, true});
    }
};

using Body = EventSource::Value;
using BodyReader = FieldReader<EventSource>;

Direction readDirection(BodyReader& in) {
    const std::string text = in.text("direction", 16);
    if (text == toString(Direction::kOutbound)) return Direction::kOutbound;
    if (text != toString(Direction::kInbound) && !in.failed())
        in.fail("direction", "expected \"inbound\" or \"outbound\"");
    return Direction::kInbound;
}

template <class Event>
void readHead(BodyReader& in, Event& event) {
    event.id.value = in.uuid("id");
    event.time = in.time("time");
}

void readEnvelope(BodyReader& in, Envelope& envelope) {
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

EventOutcome readOutcome(BodyReader& all, Body body) {
    BodyReader in(body, "/outcomes");
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

RaisedAlert readAlert(BodyReader& in) {
    return {in.text("rule", kShort * kGrown), in.textOr("text", kAlertText * kGrown)};
}

MailEvent readMail(BodyReader& in) {
    MailEvent event;
    readHead(in, event);
    readEnvelope(in, event.envelope);
    event.subject = in.textOr("subject", kText * kGrown);
    event.messageId = in.textOr("message_id", kText * kGrown);
    event.size = in.natural("size");
    event.attachments = static_cast<std::uint32_t>(in.integerOr("attachments", 0, UINT32_MAX, 0));
    event.viruses = in.texts("viruses", kRules, kText * kGrown);
    event.revision = in.natural("revision");
    event.fingerprint = in.text("fingerprint", kShort);
    if (!in.has("outcomes")) in.fail("outcomes", "missing; expected an array");
    if (const Body outcomes = in.array("outcomes", kOutcomes)) {
        EventSource::each(outcomes, [&](Body body) { event.outcomes.push_back(readOutcome(in, body)); });
    }
    for (std::string& id : in.texts("copies", kOutcomes, 36)) event.copies.push_back(ItemId{std::move(id)});
    if (const Body alerts = in.array("alerts", kAlerts)) {
        EventSource::each(alerts, [&](Body body) {
            BodyReader alert(body, "/alerts");
            event.alerts.push_back(readAlert(alert));
            if (alert.problem()) in.fail(*alert.problem());
        });
    }
    if (const Body stages = in.object("stages")) {
        if (EventSource::size(stages) > kStages) {
            in.fail("stages", "at most 64 stages");
            return event;
        }
        EventSource::eachMember(stages, [&](std::string_view name, Body millis) {
            event.stageMillis[std::string(name)] = in.real(millis, "stages");
        });
    }
    if (const Body dmarc = in.object("dmarc")) {
        BodyReader one(dmarc, "/dmarc");
        event.dmarc = DmarcFields<EventSource>::sighting(one);
        if (one.problem()) in.fail(*one.problem());
    }
    if (const Body reports = in.array("received_reports", kReceivedReports)) {
        EventSource::each(reports, [&](Body body) {
            BodyReader one(body, "/received_reports");
            event.receivedReports.push_back(DmarcFields<EventSource>::received(one));
            if (one.problem()) in.fail(*one.problem());
        });
    }
    return event;
}

ItemEvent readItem(BodyReader& in) {
    ItemEvent event;
    readHead(in, event);
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
    return event;
}

InDoubtEvent readInDoubt(BodyReader& in) {
    InDoubtEvent event;
    readHead(in, event);
    if (!in.has("sequences")) in.fail("sequences", "missing; expected an array");
    if (const Body sequences = in.array("sequences", kSequences)) {
        EventSource::each(sequences, [&](Body body) {
            const auto sequence = EventSource::integer(body);
            if (!sequence || *sequence < 0) in.fail("sequences", "expected whole numbers");
            event.sequences.push_back(static_cast<Sequence>(std::max<std::int64_t>(sequence.value_or(0), 0)));
        });
    }
    return event;
}

GapEvent readGap(BodyReader& in) {
    GapEvent event;
    readHead(in, event);
    event.from = in.natural("from");
    event.to = in.natural("to");
    event.count = in.natural("count");
    event.reason = in.text("reason", kText * kGrown);
    return event;
}

FoldEvent::Counter readCounter(BodyReader& all, Body body) {
    BodyReader in(body, "/counters");
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

FoldEvent readFold(BodyReader& in) {
    FoldEvent event;
    readHead(in, event);
    event.from = in.natural("from");
    event.to = in.natural("to");
    if (const Body counters = in.array("counters", kCounters)) {
        EventSource::each(counters, [&](Body body) { event.counters.push_back(readCounter(in, body)); });
    }
    if (const Body items = in.array("items", kCounters)) {
        EventSource::each(items, [&](Body body) {
            BodyReader item(body, "/items");
            event.items.push_back(readItem(item));
            if (item.problem()) in.fail(*item.problem());
        });
    }
    if (const Body alerts = in.array("alerts", kCounters)) {
        EventSource::each(alerts, [&](Body body) {
            BodyReader alert(body, "/alerts");
            event.alerts.push_back(
                {readAlert(alert), alert.natural("count"), alert.time("first"), alert.time("last")});
            if (alert.problem()) in.fail(*alert.problem());
        });
    }
    return event;
}

Expected<Event> readEvent(Body body) {
    BodyReader in(body);
    const auto finished = [&in](auto event) -> Expected<Event> { return in.finish(Event(std::move(event))); };
    const std::string kind = in.text("kind", 32);
    if (kind == "mail") return finished(readMail(in));
    if (kind == "item") return finished(readItem(in));
    if (kind == "in-doubt") return finished(readInDoubt(in));
    if (kind == "gap") return finished(readGap(in));
    if (kind == "fold") return finished(readFold(in));
    in.fail("kind", "\"" + kind + "\" is no kind of event that this version knows");
    return tl::unexpected<Problem>(*in.problem());
}

}  // namespace

struct EventReader::State {
    simdjson::dom::parser parser;
    std::string padded;
};

EventReader::EventReader() : state_(std::make_unique<State>()) {}

EventReader::~EventReader() = default;

Expected<Event> EventReader::read(std::string_view body) {
    auto& [parser, padded] = *state_;
    padded.assign(body);
    padded.append(simdjson::SIMDJSON_PADDING, '\0');
    if (parser.capacity() < body.size() || parser.max_depth() != kDepth) {
        if (const auto error = parser.allocate(body.size() + 4096, kDepth); error != simdjson::SUCCESS) {
            return problem("", simdjson::error_message(error));
        }
    }
    Body root;
    const auto error = parser.parse(padded.data(), body.size(), false).get(root.element);
    if (error == simdjson::SUCCESS) {
        root.there = true;
        return readEvent(root);
    }
    // The other parser says where.
    const auto why = parseJson(body, {.depth = kDepth});
    return why ? problem("", simdjson::error_message(error)) : tl::unexpected<Problem>(why.error());
}

Expected<Event> eventFromText(std::string_view body) {
    return EventReader().read(body);
}

}  // namespace weir
