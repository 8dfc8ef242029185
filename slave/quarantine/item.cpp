#include "slave/quarantine/item.h"

#include <array>
#include <nlohmann/json.hpp>

#include "common/base/digest.h"
#include "common/base/utf8.h"

namespace weir {
namespace {

constexpr std::int64_t kFormat = 1;
constexpr std::int64_t kMaxNumber = INT64_MAX;

constexpr std::array<const char*, 6> kStateNames = {"stored",         "releasing", "released",
                                                    "release-failed", "deleted",   "expired"};

Json toJson(const ItemChange& change) {
    Json json{{"version", change.version},
              {"time", toMillis(change.time)},
              {"state", toString(change.state)},
              {"detail", validUtf8(change.detail)}};
    if (!change.command.empty()) json["command"] = change.command.value;
    return json;
}

Json toJson(const Envelope& envelope) {
    Json json{{"client_address", validUtf8(envelope.clientAddress)},
              {"client_name", validUtf8(envelope.clientName)},
              {"helo", validUtf8(envelope.helo)},
              {"auth_user", validUtf8(envelope.authUser)},
              {"tls_version", validUtf8(envelope.tlsVersion)},
              {"tls_cipher", validUtf8(envelope.tlsCipher)},
              {"sender", validUtf8(envelope.sender)},
              {"queue_id", validUtf8(envelope.queueId)},
              {"direction", toString(envelope.direction)}};
    Json& recipients = json["recipients"] = Json::array();
    bool exact = validUtf8(envelope.sender) == envelope.sender;
    for (const std::string& recipient : envelope.recipients) {
        recipients.push_back(validUtf8(recipient));
        exact = exact && recipients.back() == recipient;
    }
    if (exact) return json;
    // JSON cannot hold these addresses, and a release must go to exactly them.
    json["sender_bytes"] = toBase64Url(envelope.sender);
    Json& bytes = json["recipients_bytes"] = Json::array();
    for (const std::string& recipient : envelope.recipients) bytes.push_back(toBase64Url(recipient));
    return json;
}

Envelope envelopeFrom(JsonReader& reader) {
    Envelope envelope;
    envelope.clientAddress = reader.text("client_address", "");
    envelope.clientName = reader.text("client_name", "");
    envelope.helo = reader.text("helo", "");
    envelope.authUser = reader.text("auth_user", "");
    envelope.tlsVersion = reader.text("tls_version", "");
    envelope.tlsCipher = reader.text("tls_cipher", "");
    envelope.sender = reader.text("sender");
    envelope.recipients = reader.texts("recipients");
    envelope.queueId = reader.text("queue_id", "");
    const std::string direction = reader.text("direction", "inbound");
    envelope.direction = direction == "outbound" ? Direction::kOutbound : Direction::kInbound;
    if (reader.has("sender_bytes")) {
        envelope.sender = fromBase64Url(reader.text("sender_bytes"));
        envelope.recipients.clear();
        for (const std::string& bytes : reader.texts("recipients_bytes"))
            envelope.recipients.push_back(fromBase64Url(bytes));
    }
    return envelope;
}

ItemState stateFrom(JsonReader& reader) {
    ItemState state = ItemState::kStored;
    if (!itemStateFromText(reader.text("state"), state)) reader.fail("state", "unknown state");
    return state;
}

ItemChange changeFrom(JsonReader& reader) {
    ItemChange change;
    change.version = static_cast<std::uint64_t>(reader.integer("version", 1, kMaxNumber));
    change.time = fromMillis(reader.integer("time", 0, kMaxNumber));
    change.state = stateFrom(reader);
    change.detail = reader.text("detail", "");
    change.command.value = reader.text("command", "");
    return change;
}

}  // namespace

const char* toString(ItemState state) {
    return kStateNames[static_cast<std::size_t>(state)];
}

bool itemStateFromText(const std::string& text, ItemState& state) {
    for (std::size_t i = 0; i < kStateNames.size(); ++i) {
        if (text != kStateNames[i]) continue;
        state = static_cast<ItemState>(i);
        return true;
    }
    return false;
}

std::string toJsonText(const Item& item) {
    Json json{{"format", kFormat},
              {"id", item.id.value},
              {"mail", item.mail.value},
              {"received", toMillis(item.received)},
              {"envelope", toJson(item.envelope)},
              {"subject", validUtf8(item.subject)},
              {"rule", validUtf8(item.rule)},
              {"reason", validUtf8(item.reason)},
              {"queue", validUtf8(item.queue)},
              {"copy", item.copy},
              {"size", item.size},
              {"sha256", item.sha256},
              {"state", toString(item.state)},
              {"version", item.version}};
    Json& history = json["history"] = Json::array();
    for (const ItemChange& change : item.history) history.push_back(toJson(change));
    return toText(json, 1) + "\n";
}

Expected<Item> itemFromJsonText(const std::string& text) {
    const Expected<Json> json = parseJson(text);
    if (!json) return tl::unexpected<Problem>(json.error());
    if (!json->is_object()) return problem("", "expected an object");
    JsonReader reader(*json, "", JsonReader::Unknown::kIgnore);
    if (reader.integer("format", 1, kMaxNumber) > kFormat)
        reader.fail("format", "a format of the future, this program knows up to 1");
    Item item;
    item.id.value = reader.text("id");
    item.mail.value = reader.text("mail", "");
    item.received = fromMillis(reader.integer("received", 0, kMaxNumber));
    item.subject = reader.text("subject", "");
    item.rule = reader.text("rule", "");
    item.reason = reader.text("reason", "");
    item.queue = reader.text("queue", "");
    item.copy = reader.boolean("copy", false);
    item.size = static_cast<std::uint64_t>(reader.integer("size", 0, kMaxNumber));
    item.sha256 = reader.text("sha256");
    item.state = stateFrom(reader);
    item.version = static_cast<std::uint64_t>(reader.integer("version", 1, kMaxNumber));
    const Json* envelope = reader.object("envelope");
    if (!envelope) reader.fail("envelope", "missing; expected an object");
    if (envelope) {
        JsonReader inner(*envelope, "/envelope", JsonReader::Unknown::kIgnore);
        item.envelope = envelopeFrom(inner);
        if (const auto found = inner.finish()) return tl::unexpected<Problem>(*found);
    }
    if (const Json* history = reader.array("history"))
        for (const Json& entry : *history) {
            if (!entry.is_object()) return problem("/history", "expected objects");
            JsonReader inner(entry, "/history", JsonReader::Unknown::kIgnore);
            item.history.push_back(changeFrom(inner));
            if (const auto found = inner.finish()) return tl::unexpected<Problem>(*found);
        }
    if (const auto found = reader.finish()) return tl::unexpected<Problem>(*found);
    return item;
}

ItemEvent toEvent(const Item& item) {
    ItemEvent event;
    event.id.value = newTimeUuid();
    event.time = item.history.empty() ? item.received : item.history.back().time;
    event.item = item.id;
    event.version = item.version;
    event.state = toString(item.state);
    if (!item.history.empty()) {
        event.detail = item.history.back().detail;
        event.command = item.history.back().command;
    }
    event.mail = item.mail;
    event.received = item.received;
    event.queueId = item.envelope.queueId;
    event.sender = item.envelope.sender;
    event.recipients = item.envelope.recipients;
    event.clientAddress = item.envelope.clientAddress;
    event.direction = item.envelope.direction;
    event.subject = item.subject;
    event.rule = item.rule;
    event.reason = item.reason;
    event.queue = item.queue;
    event.size = item.size;
    event.sha256 = item.sha256;
    event.copy = item.copy;
    return event;
}

}  // namespace weir
