#include "master/api/metrics_text.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <utility>
#include <vector>

namespace weir::api {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<std::pair<std::string, std::string>>;

class Families {
  public:
    void counter(const char* name, const char* help, double value, const Labels& labels = {}) {
        add(name, help, MetricType::Counter, labels).counter.value = value;
    }
    void gauge(const char* name, const char* help, double value, const Labels& labels = {}) {
        add(name, help, MetricType::Gauge, labels).gauge.value = value;
    }
    std::string text() const {
        std::vector<MetricFamily> list;
        for (const auto& [name, family] : families_) list.push_back(family);
        return prometheus::TextSerializer().Serialize(list);
    }

  private:
    ClientMetric& add(const char* name, const char* help, MetricType type, const Labels& labels) {
        auto& family = families_[name];
        family.name = name;
        family.help = help;
        family.type = type;
        auto& metric = family.metric.emplace_back();
        for (const auto& [key, value] : labels) metric.label.push_back({key, value});
        return metric;
    }
    std::map<std::string, MetricFamily> families_;
};

void addNodes(Families& families, const ApiServices& services) {
    std::map<std::string, int> states = {{"up", 0}, {"late", 0}, {"down", 0}, {"paused", 0}, {"never", 0}};
    for (const auto& node : services.nodes.nodes()) {
        ++states[toString(node.state)];
        const Labels label = {{"node", node.name}};
        families.gauge("weir_master_node_queue_events", "Events that wait on the node, as of its last sync",
                       static_cast<double>(node.last.spool.events), label);
        families.gauge("weir_master_node_quarantine_items",
                       "Quarantine items on the node, as of its last sync",
                       static_cast<double>(node.last.disk.quarantineItems), label);
        families.gauge("weir_master_node_applied_revision", "Revision that the node runs",
                       static_cast<double>(node.last.applied.revision), label);
    }
    for (const auto& [state, count] : states)
        families.gauge("weir_master_nodes", "Nodes by state", count, {{"state", state}});
}

void addEvents(Families& families, ApiServices& services) {
    const NodeRegistry& nodes = services.nodes;
    std::map<NodeId, std::string> names;
    for (const auto& node : nodes.nodes()) names[node.id] = node.name;
    for (const auto& one : services.events.completeness()) {
        const auto name = names.find(one.node);
        if (name == names.end()) continue;
        const Labels label = {{"node", name->second}};
        families.counter("weir_master_events_total", "Events taken in, each once",
                         static_cast<double>(one.events), label);
        families.counter("weir_master_events_missing_total", "Events that are missing",
                         static_cast<double>(one.gaps), label);
        families.counter("weir_master_mails_folded_total", "Mails known only as counters",
                         static_cast<double>(one.folded), label);
        families.counter("weir_master_events_unreadable_total", "Events that could not be read",
                         static_cast<double>(one.unreadable), label);
    }
}

void addRequests(Families& families, ApiServices& services) {
    for (const auto& count : services.requests.all()) {
        const Labels labels = {
            {"method", count.method}, {"route", count.route}, {"status", std::to_string(count.status)}};
        families.counter("weir_master_http_requests_total", "Requests answered",
                         static_cast<double>(count.requests), labels);
        families.counter("weir_master_http_request_seconds_total", "Time spent on requests, waiting included",
                         count.seconds, labels);
    }
}

}  // namespace

std::string metricsText(ApiServices& services) {
    Families families;
    families.gauge("weir_master_info", "The version that runs", 1, {{"version", WEIR_VERSION}});
    bool available = services.database.available();
    const auto published = services.policies.published();
    families.gauge("weir_master_published_revision", "The published revision of the policy",
                   published ? static_cast<double>(published->revision) : 0);
    addNodes(families, services);
    addRequests(families, services);
    try {
        if (available) {
            addEvents(families, services);
            families.gauge("weir_master_alerts_open", "Alerts that nobody has acknowledged",
                           static_cast<double>(services.alerts.open()));
        }
    } catch (const Error&) {
        available = false;
    }
    families.gauge("weir_master_database_available", "1 while the database answers", available ? 1 : 0);
    return families.text();
}

}  // namespace weir::api
