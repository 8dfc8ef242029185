#include "slave/slave_status.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/base/durable_file.h"
#include "common/base/log.h"

namespace weir {
namespace {

constexpr std::size_t kSeconds = 60;
constexpr unsigned kDnsTurns = 10;
constexpr std::chrono::milliseconds kDnsTimeout{2000};
constexpr std::size_t kKeysNamed = 3;  // of those that are missing
constexpr std::uint64_t kLowDisk = 64u << 20;

HealthLine sharedLine(const SharedLinkState& link, const SharedCounters& counters) {
    if (!link.refusal.empty()) return {"shared counters", false, link.refusal};
    const SharedCountersStatus status = counters.status();
    return {"shared counters", true,
            std::to_string(status.triplets.entries + status.networks.entries + status.counts.entries +
                           status.poison.entries) +
                " entries, " + std::to_string(status.unsent) + " not yet told"};
}

// Mail of a domain whose key is not here goes out unsigned: somebody must know.
std::optional<HealthLine> signingLine(const PolicySections& sections, const SigningKeys& keys) {
    if (sections.signing.empty()) return std::nullopt;
    const std::vector<std::string> missing = missingKeys(sections, keys);
    if (missing.empty()) return HealthLine{"signing", true, ""};
    std::string detail = "no key that can be used: ";
    for (std::size_t i = 0; i < std::min(missing.size(), kKeysNamed); ++i)
        detail += (i == 0 ? "" : ", ") + missing[i];
    if (missing.size() > kKeysNamed)
        detail += " and " + std::to_string(missing.size() - kKeysNamed) + " more";
    return HealthLine{"signing", false, detail};
}

// Of a catalog that this node has, or should have and could not get.
void addCatalogs(std::vector<HealthLine>& lines, const Catalogs& catalogs) {
    for (const CatalogState& state : catalogs.states()) {
        if (state.problem.empty() && state.digest.empty()) continue;
        const std::string& wrong = state.problem.empty() ? state.unused : state.problem;
        lines.push_back({"catalog " + state.name, wrong.empty(), wrong.empty() ? state.contents : wrong});
    }
}

}  // namespace

std::uint64_t SlaveStatus::mails() const {
    std::uint64_t total = 0;
    for (const auto& count : sources_.counters.verdicts) total += count.load(std::memory_order_relaxed);
    return total;
}

void SlaveStatus::watch() {
    {
        auto totals = totals_.lock();
        totals->push_back(mails());
        while (totals->size() > kSeconds + 1) totals->pop_front();
    }
    watchServices();
}

void SlaveStatus::watchServices() {
    const CompiledPolicyPtr policy = sources_.policy.get();
    if (!policy) return;
    const PolicyServicesPtr services = sources_.services.of(policy);
    if (turns_++ % kDnsTurns == 0) {
        const FactGroups asked = policy->asked(Direction::kInbound) | policy->asked(Direction::kOutbound);
        const bool needed = asked.test(static_cast<std::size_t>(FactGroup::kAuthentication)) ||
                            asked.test(static_cast<std::size_t>(FactGroup::kDnsLists));
        auto dns = needed ? std::optional(services->resolver->health(kDnsTimeout)) : std::nullopt;
        known_.lock()->dns = std::move(dns);
    }
    auto signing = signingLine(policy->sections(), sources_.keys);
    auto known = known_.lock();
    known->signing = std::move(signing);
    for (const auto& [name, health] : services->scanners.health()) {
        const auto [before, added] = known->ok.try_emplace(name, true);
        if (before->second == health.ok) continue;
        before->second = health.ok;
        log(health.ok ? LogLevel::kInfo : LogLevel::kWarning, health.ok ? "scanner.back" : "scanner.away",
            {{"scanner", name}, {"detail", health.detail}});
    }
}

std::uint64_t SlaveStatus::mailsLastMinute() const {
    auto totals = totals_.lock();
    return totals->empty() ? 0 : totals->back() - totals->front();
}

std::vector<HealthLine> SlaveStatus::healthLines() const {
    std::vector<HealthLine> lines;
    if (const PolicyServicesPtr services = sources_.services.present())
        for (const auto& [name, health] : services->scanners.health())
            lines.push_back({toString(health.kind), health.ok, health.detail});
    if (const auto dns = known_.lock()->dns) lines.push_back({"dns", dns->ok, dns->detail});
    if (auto signing = known_.lock()->signing) lines.push_back(std::move(*signing));
    const ParserHealth parsers = sources_.services.parsers().health();
    lines.push_back({"parsers", parsers.problem.empty(),
                     parsers.problem.empty() ? std::to_string(parsers.processes) + " processes, " +
                                                   std::to_string(parsers.lost) + " lost so far"
                                             : parsers.problem});
    try {
        const std::uint64_t free = freeBytes(sources_.storage);
        lines.push_back({"disk", free >= kLowDisk, std::to_string(free >> 20) + " MiB free"});
    } catch (const std::exception& error) {
        lines.push_back({"disk", false, error.what()});
    }
    const std::uint64_t missing = sources_.report.depth().notRecorded;
    lines.push_back({"report log", missing == 0,
                     missing == 0 ? "" : std::to_string(missing) + " events could not be recorded yet"});
    lines.push_back(
        {"milter", !sources_.milter.ended(), sources_.milter.ended() ? "the listener ended" : ""});
    addCatalogs(lines, sources_.services.catalogs());
    if (const auto link = sources_.link ? sources_.link() : std::nullopt)
        lines.push_back(sharedLine(link->shared, sources_.shared));
    return lines;
}

HealthReport SlaveStatus::health() const {
    const CompiledPolicyPtr policy = sources_.policy.get();
    Json problems = Json::array();
    if (!policy) problems.push_back("no policy yet: every mail is answered with a temporary failure");
    if (sources_.milter.ended()) problems.push_back("the milter listener ended");
    Json lines = Json::array();
    for (const HealthLine& line : healthLines()) {
        lines.push_back({{"what", line.what}, {"ok", line.ok}, {"detail", line.detail}});
    }
    const Json report{{"status", problems.empty() ? "ok" : "failing"},
                      {"problems", problems},
                      {"version", WEIR_VERSION},
                      {"node", sources_.nodeName},
                      {"revision", policy ? policy->revision() : 0},
                      {"paused", sources_.policy.paused()},
                      {"health", std::move(lines)}};
    return {problems.empty(), toText(report)};
}

}  // namespace weir
