// The tables nodes, node_notices and cluster_state. Times are the epoch (0) when not known.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "master/db/database.h"

namespace weir::db {

struct NodeRow {
    NodeId id;
    std::string name;
    std::vector<std::string> groups;
    std::string fingerprint;      // of the certificate in use
    std::string nextFingerprint;  // of one that was issued and not yet shown; empty without
    TimePoint certificateExpires, enrolled, removed, lastSeen, lastEvent;
    bool paused = false;
    std::string address;
    std::string lastSync;  // JSON text of the last SyncRequest that was kept; empty: none
};

struct NoticeRow {
    TimePoint time;
    std::string kind, text;
};

std::vector<NodeRow> allNodes(Connection& connection);  // removed ones, too
void insertNode(Connection& connection, const NodeRow& node);
// Replaces everything about the node but what storeSync() writes.
void updateNode(Connection& connection, const NodeRow& node);
// The part that syncs change.
void storeSync(Connection& connection, const NodeRow& node);

// The next certificate is the current one now.
void useNextCertificate(Connection& connection, const NodeRow& node);

void insertNotice(Connection& connection, const NodeId& node, const NoticeRow& notice);
std::vector<NoticeRow> noticesOf(Connection& connection, const NodeId& node, int limit);  // newest first
std::uint64_t deleteNotices(Connection& connection, TimePoint before);

// A named value of the cluster; "" when it was never set.
std::string clusterValue(Connection& connection, const std::string& name);
void setClusterValue(Connection& connection, const std::string& name, const std::string& value);

// Lists of names in one column.
std::string joined(const std::vector<std::string>& names);
std::vector<std::string> parted(const std::string& names);

}  // namespace weir::db
