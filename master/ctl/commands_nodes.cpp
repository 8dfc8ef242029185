#include <nlohmann/json.hpp>

#include "master/ctl/command_line.h"

namespace weir::ctl {
namespace {

// The id of the node with this name or id.
std::string nodeId(CommandLine& line, const std::string& nameOrId) {
    for (const Json& node : line.api().list("/nodes", 10'000))
        if (node.value("name", "") == nameOrId || node.value("id", "") == nameOrId) return node.at("id");
    throw Error(ErrorCode::kNotFound, "no node has the name or id " + nameOrId);
}

void addPause(CommandLine& line, CLI::App& nodes, const char* name, bool paused, const std::string& help) {
    auto node = std::make_shared<std::string>();
    auto* command = nodes.add_subcommand(name, help);
    command->add_option("node", *node, "Name or id")->required();
    command->callback([&line, node, paused] {
        line.change("PATCH", "/nodes/" + nodeId(line, *node), {{"paused", paused}},
                    *node + (paused ? " is paused: it answers tempfail to new mail" : " takes mail again"));
    });
}

void addTokenCommands(CommandLine& line) {
    auto* token = line.app().add_subcommand("token", "Enrollment tokens: one new node each");
    token->require_subcommand(1);
    auto minutes = std::make_shared<int>(30);
    auto groups = std::make_shared<std::vector<std::string>>();
    auto* create = token->add_subcommand("create", "Make a token; prints the line to paste on the new node");
    create->add_option("--minutes", *minutes, "Valid for so long, 5 to 60 (default 30)");
    create->add_option("--group", *groups, "Group of the new node; may be repeated");
    create->callback([&line, minutes, groups] {
        const Json body = {{"minutes", *minutes}, {"groups", *groups}};
        const auto made = parseJson(line.api().call("POST", "/enrollment-tokens", &body).body);
        if (!made) throw Error(ErrorCode::kInternal, made.error().text());
        line.print(*made, [&] { return made->value("command", "") + "\n"; });
    });
    token->add_subcommand("list", "Tokens not used yet, and those used lately")->callback([&line] {
        line.printTable(line.api().list("/enrollment-tokens", 1000),
                        {{"id", "/id"},
                         {"created", "/created"},
                         {"by", "/created_by"},
                         {"expires", "/expires"},
                         {"used", "/used_at"},
                         {"node", "/used_by_node"}},
                        "no tokens");
    });
    auto id = std::make_shared<std::string>();
    auto* remove = token->add_subcommand("delete", "Take a token back");
    remove->add_option("id", *id, "Id of the token")->required();
    remove->callback([&line, id] {
        line.change("DELETE", "/enrollment-tokens/" + segment(*id), Json(), "token " + *id + " is deleted");
    });
}

}  // namespace

void addNodeCommands(CommandLine& line) {
    auto* nodes = line.app().add_subcommand("nodes", "The nodes of the cluster");
    nodes->require_subcommand(0, 1);
    nodes->callback([&line, nodes] {
        if (!nodes->get_subcommands().empty()) return;
        line.printTable(line.api().list("/nodes", 10'000),
                        {{"name", "/name", 30},
                         {"state", "/state"},
                         {"revision", "/applied_revision"},
                         {"version", "/version"},
                         {"queue", "/queue/events"},
                         {"gaps", "/gaps"},
                         {"mails/min", "/mails_minute"},
                         {"last seen", "/last_seen"},
                         {"refused", "/refused/reason", 50}},
                        "no nodes; enroll one with: weirctl token create");
    });
    auto node = std::make_shared<std::string>();
    auto* show = nodes->add_subcommand("show", "Everything about one node");
    show->add_option("node", *node, "Name or id")->required();
    show->callback([&line, node] {
        const Json found = line.api().get("/nodes/" + nodeId(line, *node));
        line.print(found, [&] {
            std::string text;
            for (const auto& [name, value] : found.items())
                if (name != "notices")
                    text +=
                        name + std::string(name.size() < 20 ? 20 - name.size() : 1, ' ') + cell(value) + "\n";
            return text + table(found.value("notices", Json::array()),
                                {{"time", "/time"}, {"what", "/text", 160}}, "no notices");
        });
    });
    addPause(line, *nodes, "pause", true, "Answer tempfail to new mail on a node");
    addPause(line, *nodes, "resume", false, "Let a paused node take mail again");
    auto* remove =
        nodes->add_subcommand("remove", "Take a node out of the cluster; its certificate is refused at once");
    auto gone = std::make_shared<std::string>();
    auto sure = std::make_shared<bool>(false);
    remove->add_option("node", *gone, "Name or id")->required();
    remove->add_flag("--yes", *sure, "Do it");
    remove->callback([&line, gone, sure] {
        if (!*sure)
            throw Error(ErrorCode::kInvalid, "removing revokes the node's certificate; add --yes to do it");
        line.change("DELETE", "/nodes/" + nodeId(line, *gone), Json(), *gone + " is removed");
    });
    addTokenCommands(line);
}

}  // namespace weir::ctl
