#include "master/api/cluster_problems.h"

#include <algorithm>
#include <cstdlib>

namespace weir::api {

namespace {

constexpr std::int64_t kSkewMillis = 5000;
constexpr std::uint64_t kDiskPart = 20;         // less than 1/20 free
constexpr auto kLag = std::chrono::minutes(5);  // of events that wait on a node
constexpr auto kExpiry = std::chrono::hours(24 * 14);

class Findings {
  public:
    Findings(const NodeView& node, std::vector<ClusterProblem>& found) : node_(node), found_(found) {}
    void error(const char* code, const std::string& text, TimePoint since = {}) {
        add("error", code, text, since);
    }
    void warning(const char* code, const std::string& text, TimePoint since = {}) {
        add("warning", code, text, since);
    }

  private:
    void add(const char* severity, const char* code, const std::string& text, TimePoint since) {
        found_.push_back({severity, code, node_.name + " " + text, "/nodes/" + node_.id.value, since});
    }
    const NodeView& node_;
    std::vector<ClusterProblem>& found_;
};

void presence(const NodeView& node, Findings& findings) {
    switch (node.state) {
        case NodeState::kDown:
            findings.error("node.down", "is down", node.since);
            break;
        case NodeState::kLate:
            findings.warning("node.late", "has not been heard of for some seconds", node.since);
            break;
        case NodeState::kNever:
            findings.warning("node.never", "was enrolled and has never come", node.enrolled);
            break;
        case NodeState::kPaused:
            findings.warning("node.paused", "is paused: it asks senders to try later", node.since);
            break;
        case NodeState::kUp:
            break;
    }
}

void policy(const NodeView& node, Revision published, Findings& findings) {
    const auto& refused = node.last.refused;
    if (refused && refused->revision == published)
        findings.error("policy.refused",
                       "refuses revision " + std::to_string(published) + ": " + refused->reason);
    else if (node.state == NodeState::kUp && node.last.applied.revision == 0)
        findings.error("policy.none", "has no policy and asks all senders to try later");
}

void condition(const NodeView& node, TimePoint now, Findings& findings) {
    for (const auto& line : node.last.health)
        if (!line.ok) findings.error("node.health", "says " + line.what + ": " + line.detail);
    const auto& disk = node.last.disk;
    if (disk.total > 0 && disk.free < disk.total / kDiskPart)
        findings.warning("disk.low", "has " + std::to_string(disk.free >> 20) + " MB left on its disk");
    if (std::llabs(node.clockSkewMillis) > kSkewMillis)
        findings.warning("clock.skew", "has a clock that is " + std::to_string(node.clockSkewMillis / 1000) +
                                           " s off the master's");
    const auto& spool = node.last.spool;
    if (spool.events > 0 && toMillis(spool.oldest) != 0 && now - spool.oldest > kLag)
        findings.warning("queue.late", "has " + std::to_string(spool.events) + " events waiting",
                         spool.oldest);
    if (toMillis(node.certificateExpires) != 0 && node.certificateExpires < now + kExpiry)
        findings.warning("certificate.expires", "has a certificate that ends soon", node.certificateExpires);
}

void completeness(const NodeCompleteness& one, Findings& findings) {
    if (one.gaps > 0)
        findings.warning("events.gap",
                         "lost " + std::to_string(one.gaps) + " events: totals are short of them");
    if (one.notRecorded > 0)
        findings.warning("events.not-recorded",
                         "could not record " + std::to_string(one.notRecorded) + " events");
    if (one.unreadable > 0)
        findings.warning("events.unreadable",
                         "sent " + std::to_string(one.unreadable) + " events that this master cannot read");
}

}  // namespace

std::vector<ClusterProblem> clusterProblems(const std::vector<NodeView>& nodes,
                                            const std::vector<NodeCompleteness>& complete, Revision published,
                                            TimePoint now) {
    std::vector<ClusterProblem> found;
    for (const auto& node : nodes) {
        Findings findings(node, found);
        presence(node, findings);
        if (node.state != NodeState::kNever) policy(node, published, findings);
        if (node.state == NodeState::kUp || node.state == NodeState::kPaused) condition(node, now, findings);
        for (const auto& one : complete)
            if (one.node == node.id) completeness(one, findings);
    }
    std::stable_partition(found.begin(), found.end(),
                          [](const auto& one) { return one.severity == "error"; });
    return found;
}

}  // namespace weir::api
