#include "slave/link/node_health.h"

#include <nlohmann/json.hpp>

#include "common/base/utf8.h"
#include "common/policy/policy.h"
#include "slave/filter/active_policy.h"
#include "slave/quarantine/store.h"
#include "slave/report/report_queue.h"

namespace weir {
namespace {

// What this build can run: the names of the schema that its policy code was made from.
std::vector<std::string> capabilitiesOfThisBuild() {
    std::vector<std::string> names;
    const Json schema = policySchema();
    for (const auto& [section, word] : {std::pair{"fields", "field:"}, std::pair{"actions", "action:"}})
        if (const auto found = schema.find(section); found != schema.end())
            for (const Json& entry : *found)
                if (entry.contains("name") && names.size() < WireLimits::kCapabilities)
                    names.push_back(word + entry.at("name").get<std::string>());
    return names;
}

}  // namespace

NodeHealth::NodeHealth(std::filesystem::path storage, const ActivePolicy& policy, const ReportQueue& reports,
                       const QuarantineStore& quarantine, const NodeFacts& facts)
    : storage_(std::move(storage)),
      policy_(policy),
      reports_(reports),
      quarantine_(quarantine),
      facts_(facts),
      capabilities_(facts.capabilities.empty() ? capabilitiesOfThisBuild() : facts.capabilities) {}

SpoolState NodeHealth::spool() const {
    const QueueDepth depth = reports_.depth();
    SpoolState state;
    state.epoch = reports_.epoch();
    state.events = depth.events;
    state.bytes = depth.bytes;
    state.oldest = depth.oldest.value_or(TimePoint{});
    state.notRecorded = depth.notRecorded;
    state.folded = depth.folded;
    return state;
}

DiskState NodeHealth::disk() const {
    DiskState state;
    std::error_code failed;
    const auto space = std::filesystem::space(storage_, failed);
    if (!failed) {
        state.free = space.available;
        state.total = space.capacity;
    }
    const QuarantineUsage usage = quarantine_.usage();
    state.quarantineItems = usage.items;
    state.quarantineBytes = usage.bytes;
    return state;
}

SyncRequest NodeHealth::describe(const NodeIdentity& identity) const {
    SyncRequest request;
    request.version = WEIR_VERSION;
    request.name = identity.name;
    request.capabilities = capabilities_;
    if (const CompiledPolicyPtr active = policy_.get())
        request.applied = {active->revision(), active->digest()};
    request.paused = policy_.paused();
    request.spool = spool();
    request.disk = disk();
    if (facts_.mailsMinute) request.mailsMinute = facts_.mailsMinute();
    request.certificateExpires = identity.certificateExpires;
    if (facts_.health) request.health = facts_.health();
    if (request.health.size() > WireLimits::kHealthLines) request.health.resize(WireLimits::kHealthLines);
    for (HealthLine& line : request.health) {
        line.what = validUtf8(line.what, WireLimits::kNameBytes);
        line.detail = validUtf8(line.detail, WireLimits::kTextBytes);
    }
    request.masterEpoch = identity.masterEpoch;
    request.time = now();
    return request;
}

}  // namespace weir
