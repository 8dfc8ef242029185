// The writing half of messages.h.
#include "common/wire/json_writer.h"
#include "common/wire/messages.h"

namespace weir {
namespace {

template <class Message>
JsonWriter& begin(JsonWriter& out, const Message& message) {
    return out.beginObject().member("protocol", toText(message.protocol));
}

void writeTexts(JsonWriter& out, const char* name, const std::vector<std::string>& texts) {
    out.key(name).beginArray();
    for (const std::string& text : texts) out.value(text);
    out.endArray();
}

void writePolicyState(JsonWriter& out, const SyncRequest& message) {
    out.key("policy").beginObject();
    out.member("revision", message.applied.revision).member("digest", message.applied.digest).endObject();
    if (!message.refused) return;
    out.key("refused").beginObject();
    out.member("revision", message.refused->revision)
        .member("digest", message.refused->digest)
        .member("reason", message.refused->reason)
        .endObject();
}

void writeSpool(JsonWriter& out, const SpoolState& spool) {
    out.key("spool").beginObject();
    out.member("epoch", spool.epoch.value)
        .member("events", spool.events)
        .member("bytes", spool.bytes)
        .member("oldest", toMillis(spool.oldest))
        .member("gaps", spool.gaps)
        .member("not_recorded", spool.notRecorded)
        .member("folded", spool.folded)
        .endObject();
}

void writeDisk(JsonWriter& out, const DiskState& disk) {
    out.key("disk").beginObject();
    out.member("free", disk.free)
        .member("total", disk.total)
        .member("quarantine_bytes", disk.quarantineBytes)
        .member("quarantine_items", disk.quarantineItems)
        .endObject();
}

void writeHealth(JsonWriter& out, const std::vector<HealthLine>& health) {
    out.key("health").beginArray();
    for (const HealthLine& line : health)
        out.beginObject()
            .member("what", line.what)
            .member("ok", line.ok)
            .member("detail", line.detail)
            .endObject();
    out.endArray();
}

void writeCommand(JsonWriter& out, const Command& command) {
    out.beginObject().member("id", command.id.value).member("kind", command.kind);
    out.key("arguments").raw(command.arguments.empty() ? "{}" : command.arguments).endObject();
}

}  // namespace

std::string toJsonText(const EnrollRequest& message) {
    JsonWriter out;
    begin(out, message)
        .member("secret", message.secret)
        .member("cluster", message.cluster.value)
        .member("csr", message.csr)
        .member("name", message.name)
        .memberIfAny("node", message.node.value)
        .member("version", message.version)
        .endObject();
    return out.take();
}

std::string toJsonText(const EnrollAnswer& message) {
    JsonWriter out;
    begin(out, message)
        .member("node", message.node.value)
        .member("cluster", message.cluster.value)
        .member("name", message.name)
        .member("epoch", message.masterEpoch)
        .member("certificate", message.certificate)
        .member("ca", message.ca)
        .endObject();
    return out.take();
}

std::string toJsonText(const RenewRequest& message) {
    JsonWriter out;
    begin(out, message).member("csr", message.csr).endObject();
    return out.take();
}

std::string toJsonText(const RenewAnswer& message) {
    JsonWriter out;
    begin(out, message).member("certificate", message.certificate).endObject();
    return out.take();
}

std::string toJsonText(const SyncRequest& message) {
    JsonWriter out(2048);
    begin(out, message).member("epoch", message.masterEpoch).member("version", message.version);
    out.memberIfAny("name", message.name);
    writeTexts(out, "capabilities", message.capabilities);
    out.member("time", toMillis(message.time));
    writePolicyState(out, message);
    out.member("paused", message.paused);
    writeSpool(out, message.spool);
    writeDisk(out, message.disk);
    out.member("mails_minute", message.mailsMinute)
        .member("certificate_expires", toMillis(message.certificateExpires));
    writeHealth(out, message.health);
    if (!message.catalogs.empty()) {
        out.key("catalogs").beginArray();
        for (const CatalogDigest& one : message.catalogs)
            out.beginObject().member("name", one.name).member("digest", one.digest).endObject();
        out.endArray();
    }
    out.key("in_hand").beginArray();
    for (const CommandId& id : message.inHand) out.value(id.value);
    out.endArray().member("urgent", message.urgent).endObject();
    return out.take();
}

std::string toJsonText(const SyncAnswer& message) {
    JsonWriter out(message.policy ? message.policy->document.size() + 1024 : 1024);
    begin(out, message)
        .member("epoch", message.masterEpoch)
        .member("cluster", message.cluster.value)
        .member("time", toMillis(message.time))
        .member("name", message.name);
    writeTexts(out, "groups", message.groups);
    out.member("paused", message.paused).member("release_key", message.releaseKey);
    if (message.policy) {
        out.key("policy").beginObject();
        out.member("revision", message.policy->revision).member("digest", message.policy->digest);
        out.key("document").raw(message.policy->document).endObject();
    }
    out.key("commands").beginArray();
    for (const Command& command : message.commands) writeCommand(out, command);
    out.endArray();
    if (!message.catalogs.empty()) {
        out.key("catalogs").beginArray();
        for (const CatalogOffer& one : message.catalogs)
            out.beginObject()
                .member("name", one.name)
                .member("digest", one.digest)
                .member("size", one.size)
                .endObject();
        out.endArray();
    }
    out.endObject();
    return out.take();
}

std::string toLines(const EventsRequest& message) {
    std::size_t size = 256;
    for (const WireEvent& event : message.events) size += event.body.size() + 48;
    JsonWriter head(size);
    begin(head, message)
        .member("epoch", message.masterEpoch)
        .member("spool", message.spool.value)
        .member("count", message.events.size())
        .endObject();
    std::string lines = head.take();
    lines += '\n';
    for (const WireEvent& event : message.events) {
        lines += "{\"sequence\":";
        lines += std::to_string(event.sequence);
        lines += ",\"event\":";
        lines += event.body;
        lines += "}\n";
    }
    return lines;
}

std::string toJsonText(const EventsAnswer& message) {
    JsonWriter out;
    begin(out, message).member("epoch", message.masterEpoch).member("acked", message.acked).endObject();
    return out.take();
}

std::string toJsonText(const CommandResult& message) {
    JsonWriter out(message.result.size() + 256);
    begin(out, message)
        .member("ok", message.ok)
        .member("detail", message.detail)
        .member("code", message.code);
    out.key("result").raw(message.result.empty() ? "{}" : message.result).endObject();
    return out.take();
}

}  // namespace weir
