#include "master/db/node_table.h"

#include <algorithm>

namespace weir::db {
namespace {

constexpr char kColumns[] =
    "id, name, node_groups, fingerprint, next_fingerprint, certificate_expires, enrolled, removed, paused, "
    "last_seen, last_event, address, last_sync";

NodeRow nodeOf(const Row& row) {
    NodeRow node;
    node.id.value = row.text(0);
    node.name = row.text(1);
    node.groups = parted(row.text(2));
    node.fingerprint = row.text(3);
    node.nextFingerprint = row.text(4);
    node.certificateExpires = fromMillis(row.integer(5));
    node.enrolled = fromMillis(row.integer(6));
    node.removed = fromMillis(row.integer(7));
    node.paused = row.integer(8) != 0;
    node.lastSeen = fromMillis(row.integer(9));
    node.lastEvent = fromMillis(row.integer(10));
    node.address = row.text(11);
    node.lastSync = row.text(12);
    return node;
}

std::int64_t flag(bool value) {
    return value ? 1 : 0;
}

}  // namespace

std::vector<NodeRow> allNodes(Connection& connection) {
    std::vector<NodeRow> nodes;
    connection.query(std::string("SELECT ") + kColumns + " FROM nodes ORDER BY name", {},
                     [&](const Row& row) { nodes.push_back(nodeOf(row)); });
    return nodes;
}

void insertNode(Connection& connection, const NodeRow& node) {
    connection.execute(
        std::string("INSERT INTO nodes (") + kColumns + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        {node.id.value, node.name, joined(node.groups), node.fingerprint, node.nextFingerprint,
         toMillis(node.certificateExpires), toMillis(node.enrolled), toMillis(node.removed),
         flag(node.paused), toMillis(node.lastSeen), toMillis(node.lastEvent), node.address, node.lastSync});
}

void updateNode(Connection& connection, const NodeRow& node) {
    connection.execute(
        "UPDATE nodes SET name = ?, node_groups = ?, fingerprint = ?, next_fingerprint = ?, "
        "certificate_expires = ?, enrolled = ?, removed = ?, paused = ? WHERE id = ?",
        {node.name, joined(node.groups), node.fingerprint, node.nextFingerprint,
         toMillis(node.certificateExpires), toMillis(node.enrolled), toMillis(node.removed),
         flag(node.paused), node.id.value});
}

void storeSync(Connection& connection, const NodeRow& node) {
    connection.execute(
        "UPDATE nodes SET last_seen = ?, last_event = ?, address = ?, last_sync = ? WHERE id = ?",
        {toMillis(node.lastSeen), toMillis(node.lastEvent), node.address, node.lastSync, node.id.value});
}

void useNextCertificate(Connection& connection, const NodeRow& node) {
    connection.execute("UPDATE nodes SET fingerprint = ?, next_fingerprint = ? WHERE id = ?",
                       {node.fingerprint, node.nextFingerprint, node.id.value});
}

void insertNotice(Connection& connection, const NodeId& node, const NoticeRow& notice) {
    connection.execute("INSERT INTO node_notices (id, node, time, kind, text) VALUES (?,?,?,?,?)",
                       {newTimeUuid(), node.value, toMillis(notice.time), notice.kind, notice.text});
}

std::vector<NoticeRow> noticesOf(Connection& connection, const NodeId& node, int limit) {
    std::vector<NoticeRow> notices;
    connection.query(
        "SELECT time, kind, text FROM node_notices WHERE node = ? ORDER BY time DESC, id DESC LIMIT ?",
        {node.value, std::int64_t{limit}}, [&](const Row& row) {
            notices.push_back({fromMillis(row.integer(0)), row.text(1), row.text(2)});
        });
    return notices;
}

std::uint64_t deleteNotices(Connection& connection, TimePoint before) {
    return connection.execute("DELETE FROM node_notices WHERE time < ?", {toMillis(before)});
}

std::string clusterValue(Connection& connection, const std::string& name) {
    std::string value;
    connection.query("SELECT value FROM cluster_state WHERE name = ?", {name},
                     [&](const Row& row) { value = row.text(0); });
    return value;
}

void setClusterValue(Connection& connection, const std::string& name, const std::string& value) {
    connection.execute("DELETE FROM cluster_state WHERE name = ?", {name});
    connection.execute("INSERT INTO cluster_state (name, value) VALUES (?,?)", {name, value});
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
    return text;
}

std::vector<std::string> parted(const std::string& names) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < names.size();) {
        const std::size_t end = std::min(names.find(' ', at), names.size());
        if (end > at) parts.push_back(names.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

}  // namespace weir::db
