// The Prometheus text of SlaveStatus.
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <sstream>

#include "slave/slave_status.h"

namespace weir {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

class Families {
  public:
    MetricFamily& family(const char* name, const char* help, MetricType type) {
        all_.push_back({name, help, type, {}});
        return all_.back();
    }
    void add(MetricFamily family) { all_.push_back(std::move(family)); }
    void gauge(const char* name, const char* help, double value) {
        ClientMetric metric;
        metric.gauge.value = value;
        family(name, help, MetricType::Gauge).metric.push_back(std::move(metric));
    }
    void counter(const char* name, const char* help, double value) {
        ClientMetric metric;
        metric.counter.value = value;
        family(name, help, MetricType::Counter).metric.push_back(std::move(metric));
    }
    std::string text() const {
        std::ostringstream out;
        prometheus::TextSerializer().Serialize(out, all_);
        return out.str();
    }

  private:
    std::vector<MetricFamily> all_;
};

template <class T>
double number(const T& value) {
    return static_cast<double>(value);
}

void addVerdicts(Families& families, const FilterCounters& counters) {
    MetricFamily& family =
        families.family("weir_messages_total", "Mails by their most severe verdict.", MetricType::Counter);
    for (std::size_t i = 0; i < counters.verdicts.size(); ++i) {
        ClientMetric metric;
        metric.label.push_back({"verdict", toString(static_cast<VerdictKind>(i))});
        metric.counter.value = number(counters.verdicts[i].load());
        family.metric.push_back(std::move(metric));
    }
}

void addStages(Families& families, const FilterCounters& counters) {
    MetricFamily& family = families.family(
        "weir_stage_seconds", "Time of one mail in each stage of the filter.", MetricType::Histogram);
    for (std::size_t i = 0; i < kStages; ++i) {
        const DurationHistogram& stage = counters.stages[i];
        ClientMetric metric;
        metric.label.push_back({"stage", toString(static_cast<Stage>(i))});
        std::uint64_t cumulative = 0;
        for (std::size_t bucket = 0; bucket <= DurationHistogram::kBoundsMillis.size(); ++bucket) {
            cumulative += stage.count(bucket);
            const bool last = bucket == DurationHistogram::kBoundsMillis.size();
            metric.histogram.bucket.push_back(
                {cumulative, last ? std::numeric_limits<double>::infinity()
                                  : DurationHistogram::kBoundsMillis[bucket] / 1000});
        }
        metric.histogram.sample_count = cumulative;
        metric.histogram.sample_sum = stage.sumMillis() / 1000;
        family.metric.push_back(std::move(metric));
    }
}

void addFilter(Families& families, const FilterCounters& counters) {
    families.counter("weir_received_bytes_total", "Bytes of mail received.", number(counters.bytes.load()));
    families.counter("weir_events_not_recorded_total",
                     "Mail events that could not be appended to the report queue.",
                     number(counters.notRecorded.load()));
    families.counter("weir_quarantine_failures_total",
                     "Mails deferred since the quarantine could not store them.",
                     number(counters.notStored.load()));
    families.counter("weir_split_copies_total", "Copies split off for recipients with other header changes.",
                     number(counters.splitCopies.load()));
    families.counter("weir_scan_failures_total", "Mails that the virus scanner did not answer for.",
                     number(counters.scanFailures.load()));
}

void addReport(Families& families, const QueueDepth& depth) {
    families.gauge("weir_report_queue_events", "Events waiting for the master.", number(depth.events));
    families.gauge("weir_report_queue_bytes", "Bytes of the report queue.", number(depth.bytes));
    families.gauge("weir_report_queue_oldest_seconds", "Age of the oldest event that waits.",
                   depth.oldest ? number((now() - *depth.oldest).count()) / 1000 : 0);
    families.counter("weir_report_folded_total", "Events whose details the budget folded into counters.",
                     number(depth.folded));
}

void addMilter(Families& families, const MilterState& state) {
    families.gauge("weir_milter_connections", "Conversations with the MTA.", number(state.connections));
    families.gauge("weir_mails_in_hand", "Mails being received or judged.", number(state.mailsInHand));
    families.gauge("weir_mail_memory_bytes", "Memory reserved for mails in hand.", number(state.memoryBytes));
    families.counter("weir_milter_refused_connections_total", "Conversations over milter.max_connections.",
                     number(state.refusedConnections));
}

void addShared(Families& families, const SharedCountersStatus& status) {
    const std::pair<const char*, const StoreStatus&> kinds[] = {{"triplets", status.triplets},
                                                                {"networks", status.networks},
                                                                {"counts", status.counts},
                                                                {"poison", status.poison}};
    MetricFamily entries{
        "weir_shared_entries", "What is known together with the cluster.", MetricType::Gauge, {}};
    MetricFamily evicted{
        "weir_shared_evicted_total", "Thrown out for want of room.", MetricType::Counter, {}};
    for (const auto& [kind, store] : kinds) {
        ClientMetric metric;
        metric.label.push_back({"kind", kind});
        metric.gauge.value = number(store.entries);
        entries.metric.push_back(metric);
        metric.counter.value = number(store.evicted);
        evicted.metric.push_back(std::move(metric));
    }
    families.add(std::move(entries));
    families.add(std::move(evicted));
    families.gauge("weir_shared_unsent", "Entries with changes that the master does not have yet.",
                   number(status.unsent));
    families.gauge("weir_shared_unsent_seconds", "Age of the oldest of them, at most.",
                   number(status.unsentAge.count()) / 1000);
}

void addScanners(Families& families, const PolicyServices& services) {
    MetricFamily& up = families.family("weir_scanner_up", "1 while the scanner answers.", MetricType::Gauge);
    for (const auto& [name, health] : services.scanners.health()) {
        ClientMetric metric;
        metric.label.push_back({"scanner", toString(health.kind)});
        metric.gauge.value = health.ok ? 1 : 0;
        up.metric.push_back(std::move(metric));
    }
    const ResolverCounters dns = services.resolver->counters();
    families.counter("weir_dns_lookups_total", "Look-ups of mails.", number(dns.lookups));
    families.counter("weir_dns_queries_total", "Questions to name servers.", number(dns.queries));
    families.counter("weir_dns_failures_total", "Of these, those without a usable answer.",
                     number(dns.failures));
}

void addParsers(Families& families, const ParserHealth& health) {
    families.gauge("weir_parser_processes", "Parser processes.", number(health.processes));
    families.counter("weir_parser_items_total", "Parts that they read.", number(health.items));
    families.counter("weir_parser_lost_total", "Processes that died or were ended over a mail.",
                     number(health.lost));
}

}  // namespace

std::string SlaveStatus::metrics() const {
    Families families;
    MetricFamily& build = families.family("weir_build_info", "The version that runs.", MetricType::Gauge);
    ClientMetric version;
    version.label.push_back({"version", WEIR_VERSION});
    version.gauge.value = 1;
    build.metric.push_back(std::move(version));

    addVerdicts(families, sources_.counters);
    addStages(families, sources_.counters);
    addFilter(families, sources_.counters);
    addReport(families, sources_.report.depth());
    addMilter(families, sources_.milter.state());
    addShared(families, sources_.shared.status());

    const QuarantineUsage usage = sources_.quarantine.usage();
    families.gauge("weir_quarantine_items", "Items with bytes in the quarantine of this node.",
                   number(usage.items));
    families.gauge("weir_quarantine_bytes", "Their bytes.", number(usage.bytes));
    const CompiledPolicyPtr policy = sources_.policy.get();
    families.gauge("weir_policy_revision", "The revision that runs; 0: none.",
                   policy ? number(policy->revision()) : 0);
    families.gauge("weir_policy_rules", "Rules in it.", policy ? number(policy->ruleCount()) : 0);
    families.gauge("weir_paused", "1 while the node answers tempfail to new mail.",
                   sources_.policy.paused() ? 1 : 0);
    if (const PolicyServicesPtr services = sources_.services.present()) addScanners(families, *services);
    addParsers(families, sources_.services.parsers().health());
    if (const auto link = sources_.link ? sources_.link() : std::nullopt) {
        families.gauge("weir_master_connected", "1 while the master answers.", link->connected ? 1 : 0);
        families.gauge("weir_master_last_sync_timestamp_seconds", "Time of the last sync; 0: never.",
                       number(toMillis(link->lastSync)) / 1000);
    }
    return families.text();
}

}  // namespace weir
