// The reading half of messages.h.
#include <charconv>

#include "common/wire/messages.h"
#include "common/wire/wire_reader.h"

namespace weir {
namespace {

using Limits = WireLimits;

ProtocolVersion readProtocol(WireReader& in) {
    const std::string text = in.text("protocol", 16);
    if (in.failed()) return {};
    const auto version = protocolVersionFromText(text);
    if (!version) in.fail("protocol", version.error().what);
    return version ? *version : ProtocolVersion{};
}

// Text of a member that is a JSON object, "{}" when it is missing.
std::string objectText(WireReader& in, const char* name, std::size_t limit) {
    const Json* value = in.object(name);
    std::string text = value ? toText(*value) : "{}";
    if (text.size() > limit) in.fail(name, "larger than " + std::to_string(limit) + " bytes");
    return text;
}

void keep(WireReader& outer, const WireReader& inner) {
    if (inner.problem()) outer.fail(*inner.problem());
}

PolicyState readPolicyState(WireReader& in) {
    PolicyState state;
    const Json* body = in.object("policy");
    if (!body) {
        in.fail("policy", "missing; expected an object");
        return state;
    }
    WireReader policy(body, "/policy");
    state.revision = policy.natural("revision");
    state.digest = policy.textOr("digest", 64);
    keep(in, policy);
    return state;
}

std::optional<RefusedPolicy> readRefused(WireReader& in) {
    const Json* body = in.object("refused");
    if (!body) return std::nullopt;
    WireReader refused(body, "/refused");
    RefusedPolicy state;
    state.revision = refused.natural("revision");
    state.digest = refused.text("digest", 64);
    state.reason = refused.text("reason", 4 * Limits::kTextBytes);
    keep(in, refused);
    return state;
}

SpoolState readSpool(WireReader& in) {
    SpoolState state;
    const Json* body = in.object("spool");
    if (!body) return state;
    WireReader spool(body, "/spool");
    state.epoch.value = spool.uuidOr("epoch");
    state.events = spool.naturalOr("events");
    state.bytes = spool.naturalOr("bytes");
    state.oldest = spool.timeOr("oldest");
    state.gaps = spool.naturalOr("gaps");
    state.notRecorded = spool.naturalOr("not_recorded");
    state.folded = spool.naturalOr("folded");
    keep(in, spool);
    return state;
}

DiskState readDisk(WireReader& in) {
    DiskState state;
    const Json* body = in.object("disk");
    if (!body) return state;
    WireReader disk(body, "/disk");
    state.free = disk.naturalOr("free");
    state.total = disk.naturalOr("total");
    state.quarantineBytes = disk.naturalOr("quarantine_bytes");
    state.quarantineItems = disk.naturalOr("quarantine_items");
    keep(in, disk);
    return state;
}

std::vector<HealthLine> readHealth(WireReader& in) {
    std::vector<HealthLine> health;
    const Json* lines = in.array("health", Limits::kHealthLines);
    if (!lines) return health;
    for (const Json& body : *lines) {
        WireReader line(&body, "/health");
        HealthLine state;
        state.what = line.text("what", Limits::kNameBytes);
        state.ok = line.flagOr("ok", true);
        state.detail = line.textOr("detail", Limits::kTextBytes);
        keep(in, line);
        health.push_back(std::move(state));
    }
    return health;
}

std::vector<Command> readCommands(WireReader& in) {
    std::vector<Command> commands;
    const Json* bodies = in.array("commands", Limits::kCommands);
    if (!bodies) return commands;
    for (const Json& body : *bodies) {
        WireReader one(&body, "/commands");
        Command command;
        command.id.value = one.uuid("id");
        command.kind = one.text("kind", Limits::kNameBytes);
        command.arguments = objectText(one, "arguments", Limits::kResultBytes);
        keep(in, one);
        commands.push_back(std::move(command));
    }
    return commands;
}

std::vector<CatalogDigest> readCatalogs(WireReader& in) {
    std::vector<CatalogDigest> catalogs;
    const Json* bodies = in.array("catalogs", Limits::kCatalogs);
    if (!bodies) return catalogs;
    for (const Json& body : *bodies) {
        WireReader one(&body, "/catalogs");
        catalogs.push_back({one.text("name", Limits::kNameBytes), one.text("digest", 64)});
        keep(in, one);
    }
    return catalogs;
}

std::vector<CatalogOffer> readCatalogOffers(WireReader& in) {
    std::vector<CatalogOffer> offers;
    const Json* bodies = in.array("catalogs", Limits::kCatalogs);
    if (!bodies) return offers;
    for (const Json& body : *bodies) {
        WireReader one(&body, "/catalogs");
        CatalogOffer offer;
        offer.name = one.text("name", Limits::kNameBytes);
        offer.digest = one.text("digest", 64);
        offer.size = one.natural("size");
        keep(in, one);
        offers.push_back(std::move(offer));
    }
    return offers;
}

std::optional<OfferedPolicy> readOffered(WireReader& in) {
    const Json* body = in.object("policy");
    if (!body) return std::nullopt;
    WireReader policy(body, "/policy");
    OfferedPolicy offered;
    offered.revision = policy.natural("revision");
    offered.digest = policy.text("digest", 64);
    if (!policy.has("document")) policy.fail("document", "missing; expected an object");
    offered.document = objectText(policy, "document", Limits::kAnswerBytes);
    keep(in, policy);
    return offered;
}

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

// {"sequence":N,"event":…}
bool readEventLine(std::string_view line, WireEvent& event) {
    if (!take(line, "{\"sequence\":")) return false;
    const auto number = std::from_chars(line.data(), line.data() + line.size(), event.sequence);
    if (number.ec != std::errc{}) return false;
    line.remove_prefix(static_cast<std::size_t>(number.ptr - line.data()));
    if (!take(line, ",\"event\":") || line.empty() || line.back() != '}') return false;
    line.remove_suffix(1);
    event.body = line;
    return true;
}

std::string_view nextLine(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

}  // namespace

Expected<EnrollRequest> enrollRequestFromJson(const Json& body) {
    WireReader in(&body);
    EnrollRequest message;
    message.protocol = readProtocol(in);
    message.secret = in.text("secret", 128);
    message.cluster.value = in.uuid("cluster");
    message.csr = in.text("csr", Limits::kCsrBytes);
    message.name = in.textOr("name", Limits::kNameBytes * 4);
    message.node.value = in.uuidOr("node");
    message.version = in.textOr("version", Limits::kNameBytes);
    return in.finish(std::move(message));
}

Expected<EnrollAnswer> enrollAnswerFromJson(const Json& body) {
    WireReader in(&body);
    EnrollAnswer message;
    message.protocol = readProtocol(in);
    message.node.value = in.uuid("node");
    message.cluster.value = in.uuid("cluster");
    message.name = in.text("name", Limits::kNameBytes);
    message.masterEpoch = in.natural("epoch");
    message.certificate = in.text("certificate", Limits::kCsrBytes);
    message.ca = in.text("ca", Limits::kCsrBytes);
    return in.finish(std::move(message));
}

Expected<RenewRequest> renewRequestFromJson(const Json& body) {
    WireReader in(&body);
    RenewRequest message;
    message.protocol = readProtocol(in);
    message.csr = in.text("csr", Limits::kCsrBytes);
    return in.finish(std::move(message));
}

Expected<RenewAnswer> renewAnswerFromJson(const Json& body) {
    WireReader in(&body);
    RenewAnswer message;
    message.protocol = readProtocol(in);
    message.certificate = in.text("certificate", Limits::kCsrBytes);
    return in.finish(std::move(message));
}

Expected<SyncRequest> syncRequestFromJson(const Json& body) {
    WireReader in(&body);
    SyncRequest message;
    message.protocol = readProtocol(in);
    message.masterEpoch = in.natural("epoch");
    message.version = in.text("version", Limits::kNameBytes);
    message.name = in.textOr("name", Limits::kNameBytes);
    message.capabilities = in.texts("capabilities", Limits::kCapabilities, Limits::kNameBytes);
    message.time = in.time("time");
    message.applied = readPolicyState(in);
    message.refused = readRefused(in);
    message.paused = in.flagOr("paused");
    message.spool = readSpool(in);
    message.disk = readDisk(in);
    message.mailsMinute = in.naturalOr("mails_minute");
    message.certificateExpires = in.timeOr("certificate_expires");
    message.health = readHealth(in);
    message.catalogs = readCatalogs(in);
    for (std::string& id : in.texts("in_hand", Limits::kCommands, 36))
        message.inHand.push_back(CommandId{std::move(id)});
    message.urgent = in.flagOr("urgent");
    return in.finish(std::move(message));
}

Expected<SyncAnswer> syncAnswerFromJson(const Json& body) {
    WireReader in(&body);
    SyncAnswer message;
    message.protocol = readProtocol(in);
    message.masterEpoch = in.natural("epoch");
    message.cluster.value = in.uuid("cluster");
    message.time = in.time("time");
    message.name = in.text("name", Limits::kNameBytes);
    message.groups = in.texts("groups", Limits::kGroups, Limits::kNameBytes);
    message.paused = in.flagOr("paused");
    message.releaseKey = in.textOr("release_key", 64);
    message.policy = readOffered(in);
    message.commands = readCommands(in);
    message.catalogs = readCatalogOffers(in);
    return in.finish(std::move(message));
}

Expected<EventsRequest> eventsRequestFromText(std::string_view text) {
    if (text.size() > Limits::kBatchBytes) return problem("", "a batch larger than 8 MiB");
    const auto head = parseJson(nextLine(text), {.bytes = 4096, .depth = 8, .values = 100});
    if (!head) return problem("line 1", head.error().text());
    WireReader in(&*head);
    EventsRequest message;
    message.protocol = readProtocol(in);
    message.masterEpoch = in.natural("epoch");
    message.spool.value = in.uuid("spool");
    const std::uint64_t count = in.natural("count");
    if (count > Limits::kBatchEvents) in.fail("count", "more than 2000 events");
    if (in.failed()) return problem("line 1", in.problem()->text());
    Sequence last = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::string where = "line " + std::to_string(i + 2);
        const std::string_view line = nextLine(text);
        WireEvent event;
        if (!readEventLine(line, event))
            return problem(where, R"(expected {"sequence":N,"event":{…}} without spaces between)");
        if (event.body.size() > Limits::kEventBytes) return problem(where, "an event larger than 4 MiB");
        if (event.sequence <= last) return problem(where, "sequences must rise");
        last = event.sequence;
        message.events.push_back(std::move(event));
    }
    if (!text.empty()) return problem("line " + std::to_string(count + 2), "more lines than count says");
    return message;
}

Expected<EventsAnswer> eventsAnswerFromJson(const Json& body) {
    WireReader in(&body);
    EventsAnswer message;
    message.protocol = readProtocol(in);
    message.masterEpoch = in.natural("epoch");
    message.acked = in.natural("acked");
    return in.finish(std::move(message));
}

Expected<CommandResult> commandResultFromJson(const Json& body) {
    WireReader in(&body);
    CommandResult message;
    message.protocol = readProtocol(in);
    if (!in.has("ok")) in.fail("ok", "missing; expected true or false");
    message.ok = in.flagOr("ok");
    message.detail = in.textOr("detail", 4 * Limits::kTextBytes);
    message.code = in.textOr("code", Limits::kNameBytes);
    message.result = objectText(in, "result", Limits::kResultBytes);
    return in.finish(std::move(message));
}

}  // namespace weir
