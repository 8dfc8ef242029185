// The messages of the node protocol, as structs and as JSON both ways. PROTOCOL.md has the grammar.
//
// Reading: unknown fields are ignored (a newer peer may send them), a missing one is named in the Problem,
// every text, list and number is bounded by WireLimits. Writing never fails: hostile text becomes valid
// UTF-8.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/json.h"

namespace weir {

struct WireLimits {
    static constexpr std::size_t kNameBytes = 64;    // node and group names
    static constexpr std::size_t kTextBytes = 4096;  // reasons, details, one health line
    static constexpr std::size_t kGroups = 32;       // of one node
    static constexpr std::size_t kCapabilities = 256;
    static constexpr std::size_t kHealthLines = 32;
    static constexpr std::size_t kCommands = 200;  // in one sync answer, and in hand on one node
    static constexpr std::size_t kCsrBytes = 16u << 10;
    static constexpr std::size_t kBatchEvents = 2000;     // in one POST events
    static constexpr std::size_t kBatchBytes = 8u << 20;  // of one POST events, decompressed
    static constexpr std::size_t kEventBytes = 4u << 20;  // one event
    static constexpr std::size_t kSyncBytes = 1u << 20;   // a sync request, decompressed
    static constexpr std::size_t kAnswerBytes = 48u
                                                << 20;  // a sync answer (it carries a policy), decompressed
    static constexpr std::size_t kResultBytes = 4u << 20;     // a command's arguments or result
    static constexpr std::size_t kContentBytes = 512u << 20;  // the bytes of a fetched mail
    static constexpr std::size_t kCatalogs = 16;
    static constexpr std::size_t kCatalogBytes = 64u << 20;
};

// "1.0". Peers work together when `major` is the same and `minor` at most two apart.
struct ProtocolVersion {
    int major = 1;
    int minor = 0;
    auto operator<=>(const ProtocolVersion&) const = default;
};
inline constexpr ProtocolVersion kProtocolVersion{1, 0};
std::string toText(const ProtocolVersion& version);
Expected<ProtocolVersion> protocolVersionFromText(std::string_view text);
bool compatible(const ProtocolVersion& ours, const ProtocolVersion& theirs);

// ---- enroll
// ---------------------------------------------------------------------------------------------------

struct EnrollRequest {
    ProtocolVersion protocol = kProtocolVersion;
    std::string secret;   // of the join token
    ClusterId cluster;    // of the join token: a token of another cluster is refused by name
    std::string csr;      // PEM, EC P-256
    std::string name;     // the name the node would like (its host name)
    NodeId node;          // set when it was enrolled before and its old certificate is on this connection
    std::string version;  // of weir-slave
};
struct EnrollAnswer {
    ProtocolVersion protocol = kProtocolVersion;
    NodeId node;
    ClusterId cluster;
    std::string name;  // as registered: made unique when the wish was taken
    std::uint64_t masterEpoch = 0;
    std::string certificate;  // PEM
    std::string ca;           // PEM
};
// POST /node/v1/certificate: a new certificate before the old one ends.
struct RenewRequest {
    ProtocolVersion protocol = kProtocolVersion;
    std::string csr;
};
struct RenewAnswer {
    ProtocolVersion protocol = kProtocolVersion;
    std::string certificate;
};

// ---- sync
// -----------------------------------------------------------------------------------------------------

struct HealthLine {
    std::string what;  // "clamd", "disk", "report log", "clock" …
    bool ok = true;
    std::string detail;
    bool operator==(const HealthLine&) const = default;
};
struct SpoolState {
    SpoolEpoch epoch;
    std::uint64_t events = 0, bytes = 0;  // waiting for the master
    TimePoint oldest;                     // of the waiting ones; the epoch (0) when none
    std::uint64_t gaps = 0;               // gap events ever made
    std::uint64_t notRecorded = 0;        // events that could not be appended
    std::uint64_t folded = 0;             // events whose details went into counters
};
struct DiskState {
    std::uint64_t free = 0, total = 0;  // bytes of the storage folder's file system
    std::uint64_t quarantineBytes = 0, quarantineItems = 0;
};
struct PolicyState {
    Revision revision = 0;  // 0: none yet
    std::string digest;     // of the effective document
};
struct RefusedPolicy {
    Revision revision = 0;
    std::string digest;
    std::string reason;
    bool operator==(const RefusedPolicy&) const = default;
};
// A catalog: a file that the master makes for all nodes beside the policy. Digests are SHA-256, hexadecimal.
struct CatalogDigest {
    std::string name;
    std::string digest;
    bool operator==(const CatalogDigest&) const = default;
};
struct CatalogOffer {
    std::string name;
    std::string digest;
    std::uint64_t size = 0;  // bytes
    bool operator==(const CatalogOffer&) const = default;
};
struct SyncRequest {
    ProtocolVersion protocol = kProtocolVersion;
    std::uint64_t masterEpoch = 0;  // the highest this node has seen
    std::string version;            // of weir-slave
    std::string name;               // the node's, as it knows it; empty: not told
    std::vector<std::string> capabilities;
    TimePoint time;  // the node's clock
    PolicyState applied;
    std::optional<RefusedPolicy> refused;
    bool paused = false;  // as obeyed
    SpoolState spool;
    DiskState disk;
    std::uint64_t mailsMinute = 0;
    TimePoint certificateExpires;
    std::vector<HealthLine> health;
    std::vector<CatalogDigest> catalogs;  // that the node has
    std::vector<CommandId> inHand;        // commands the node has and has not answered: not sent again
    // True: answer at once. The first sync of a connection and one that reports news (applied, refused) is
    // urgent.
    bool urgent = false;
};
struct Command {
    CommandId id;
    std::string kind;       // release, delete, fetch, list-items, simulate
    std::string arguments;  // text of a JSON object
};
struct OfferedPolicy {
    Revision revision = 0;
    std::string digest;
    std::string document;  // text of the effective policy
};
struct SyncAnswer {
    ProtocolVersion protocol = kProtocolVersion;
    std::uint64_t masterEpoch = 0;
    ClusterId cluster;
    TimePoint time;    // the master's clock
    std::string name;  // the node's name and groups as the console shows them
    std::vector<std::string> groups;
    bool paused = false;
    std::string releaseKey;               // base64url, 32 bytes
    std::optional<OfferedPolicy> policy;  // only when it differs from what was applied or refused
    std::vector<Command> commands;
    std::vector<CatalogOffer> catalogs;  // all there are; none of an older master
};

// ---- events
// ---------------------------------------------------------------------------------------------------

struct WireEvent {
    Sequence sequence = 0;
    std::string body;  // JSON text, as the report queue has it
};
struct EventsRequest {
    ProtocolVersion protocol = kProtocolVersion;
    std::uint64_t masterEpoch = 0;
    SpoolEpoch spool;
    std::vector<WireEvent> events;  // sequences rise; holes only where the log has them
};
struct EventsAnswer {
    ProtocolVersion protocol = kProtocolVersion;
    std::uint64_t masterEpoch = 0;
    Sequence acked = 0;  // everything of this spool up to here is committed
};

// ---- commands
// -------------------------------------------------------------------------------------------------

struct CommandResult {
    ProtocolVersion protocol = kProtocolVersion;
    bool ok = false;
    std::string detail;         // why not, for the operator
    std::string code;           // when not ok: the ErrorCode's word ("not-found", "conflict" …)
    std::string result = "{}";  // text of a JSON object
};

std::string toJsonText(const EnrollRequest& message);
std::string toJsonText(const EnrollAnswer& message);
std::string toJsonText(const RenewRequest& message);
std::string toJsonText(const RenewAnswer& message);
std::string toJsonText(const SyncRequest& message);
std::string toJsonText(const SyncAnswer& message);
std::string toLines(const EventsRequest& message);
std::string toJsonText(const EventsAnswer& message);
std::string toJsonText(const CommandResult& message);

Expected<EnrollRequest> enrollRequestFromJson(const Json& body);
Expected<EnrollAnswer> enrollAnswerFromJson(const Json& body);
Expected<RenewRequest> renewRequestFromJson(const Json& body);
Expected<RenewAnswer> renewAnswerFromJson(const Json& body);
Expected<SyncRequest> syncRequestFromJson(const Json& body);
Expected<SyncAnswer> syncAnswerFromJson(const Json& body);
// A batch is one JSON text a line, so that its events are cut apart without being parsed: whether a body is
// an event is found out, event by event, by who takes it in.
Expected<EventsRequest> eventsRequestFromText(std::string_view text);
Expected<EventsAnswer> eventsAnswerFromJson(const Json& body);
Expected<CommandResult> commandResultFromJson(const Json& body);

// Names of nodes and groups: 1 to 64 of a-z A-Z 0-9 . _ -, beginning with a letter or digit.
bool isNodeName(std::string_view text);

}  // namespace weir
