#include "master/db/command_table.h"

namespace weir::db {
namespace {

constexpr char kColumns[] = "id, node, kind, arguments, state, created, ended, detail, result";

CommandRow commandOf(const Row& row) {
    CommandRow command;
    command.id.value = row.text(0);
    command.node.value = row.text(1);
    command.kind = row.text(2);
    command.arguments = row.text(3);
    command.state = row.text(4);
    command.created = fromMillis(row.integer(5));
    command.ended = fromMillis(row.integer(6));
    command.detail = row.text(7);
    command.result = row.text(8);
    return command;
}

std::vector<CommandRow> select(Connection& connection, const std::string& condition, const Values& values) {
    std::vector<CommandRow> commands;
    connection.query(std::string("SELECT ") + kColumns + " FROM commands WHERE " + condition, values,
                     [&](const Row& row) { commands.push_back(commandOf(row)); });
    return commands;
}

}  // namespace

void insertCommand(Connection& connection, const CommandRow& command) {
    connection.execute(std::string("INSERT INTO commands (") + kColumns + ") VALUES (?,?,?,?,?,?,?,?,?)",
                       {command.id.value, command.node.value, command.kind, command.arguments, command.state,
                        toMillis(command.created), toMillis(command.ended), command.detail, command.result});
}

std::vector<CommandRow> waitingCommands(Connection& connection, const NodeId& node, int limit) {
    return select(connection, "node = ? AND state = 'waiting' ORDER BY id LIMIT ?",
                  {node.value, std::int64_t{limit}});
}

std::vector<CommandRow> recentCommands(Connection& connection, const NodeId& node, int limit) {
    return select(connection, "node = ? ORDER BY id DESC LIMIT ?", {node.value, std::int64_t{limit}});
}

std::optional<CommandRow> commandById(Connection& connection, const CommandId& id) {
    auto found = select(connection, "id = ?", {id.value});
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<NodeId> nodesWithCommands(Connection& connection) {
    std::vector<NodeId> nodes;
    connection.query("SELECT DISTINCT node FROM commands WHERE state = 'waiting'", {},
                     [&](const Row& row) { nodes.push_back(NodeId{row.text(0)}); });
    return nodes;
}

bool endCommand(Connection& connection, const CommandRow& command) {
    return connection.execute(
               "UPDATE commands SET state = ?, ended = ?, detail = ?, result = ? WHERE id = ? AND state = "
               "'waiting'",
               {command.state, toMillis(command.ended), command.detail, command.result, command.id.value}) ==
           1;
}

std::uint64_t failCommands(Connection& connection, const NodeId& node, TimePoint when,
                           const std::string& detail) {
    return connection.execute(
        "UPDATE commands SET state = 'failed', ended = ?, detail = ? WHERE node = ? AND state = 'waiting'",
        {toMillis(when), detail, node.value});
}

std::uint64_t deleteEndedCommands(Connection& connection, TimePoint before) {
    return connection.execute("DELETE FROM commands WHERE state <> 'waiting' AND ended < ?",
                              {toMillis(before)});
}

}  // namespace weir::db
