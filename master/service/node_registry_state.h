// What the parts of NodeRegistry share. Private to them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "master/service/node_registry.h"

namespace weir {

struct NodeRegistry::Known {
    using Steady = std::chrono::steady_clock;

    db::NodeRow row;
    SyncRequest last;
    NodeState presence = NodeState::kNever;  // never, up, late or down
    TimePoint since{};                       // in this presence
    Steady::time_point contact;  // when its last sync began; after a start of the master: that start
    std::optional<Steady::time_point> closed;  // its connection closed and no sync came since
    std::int64_t skewMillis = 0;
    bool skewed = false;
    bool unsaved = false;             // lastSeen, lastSync or lastEvent are newer than the table
    bool urgent = false;              // … and worth writing at once
    bool certificateUnsaved = false;  // the next certificate was shown: it is the current one now
    Steady::time_point saved;         // when the sync was last written
    Steady::time_point refusalNoted;  // when a notice about a refusal was last made

    bool removed() const { return toMillis(row.removed) != 0; }
};

struct NodeRegistry::State {
    struct PendingNotice {
        NodeId node;
        db::NoticeRow row;
    };

    std::mutex changes;  // one change at a time: check, write the database, then memory
    Guarded<std::map<NodeId, Known>> nodes;
    Guarded<std::deque<PendingNotice>> notices;  // not yet written
    std::atomic<std::uint64_t> epoch{1};
    std::atomic<std::int64_t> strangerNoted{0};  // second in which a refused stranger was last noted
    std::mutex wakeMutex;
    std::condition_variable woken;
    std::uint64_t wakes = 0;
};

// Throw Error kInvalid.
void requireNodeName(const std::string& name, const char* what);
void requireGroups(const std::vector<std::string>& groups);

}  // namespace weir
