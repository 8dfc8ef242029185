// The table commands: what nodes were asked to do durably, and what came of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "master/db/database.h"

namespace weir::db {

struct CommandRow {
    CommandId id;
    NodeId node;
    std::string kind;
    std::string arguments;          // JSON text
    std::string state = "waiting";  // waiting, done, failed
    TimePoint created, ended;       // ended: the epoch (0) while waiting
    std::string detail;             // why it failed
    std::string result;             // JSON text
};

void insertCommand(Connection& connection, const CommandRow& command);
// Oldest first, to the millisecond.
std::vector<CommandRow> waitingCommands(Connection& connection, const NodeId& node, int limit);
std::vector<CommandRow> recentCommands(Connection& connection, const NodeId& node,
                                       int limit);  // newest first
std::optional<CommandRow> commandById(Connection& connection, const CommandId& id);
// Nodes that have waiting commands.
std::vector<NodeId> nodesWithCommands(Connection& connection);
// False when it is no longer waiting.
bool endCommand(Connection& connection, const CommandRow& command);
// All waiting commands of a node fail with `detail`.
std::uint64_t failCommands(Connection& connection, const NodeId& node, TimePoint when,
                           const std::string& detail);
std::uint64_t deleteEndedCommands(Connection& connection, TimePoint before);

}  // namespace weir::db
