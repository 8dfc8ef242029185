// What an operator has to look at now: nodes that are away, behind, refusing, short of disk, wrong about the
// time.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "master/service/event_ingest.h"
#include "master/service/node_registry.h"

namespace weir::api {

struct ClusterProblem {
    std::string severity;  // "error", "warning"
    std::string code;      // "node.down"
    std::string text;      // for people
    std::string link;      // page of the console
    TimePoint since;       // the epoch (0): not known
};

// Errors first. A pure function of what is known of the nodes.
std::vector<ClusterProblem> clusterProblems(const std::vector<NodeView>& nodes,
                                            const std::vector<NodeCompleteness>& complete, Revision published,
                                            TimePoint now);

}  // namespace weir::api
