#include <nlohmann/json.hpp>

#include "master/ctl/command_line.h"

namespace weir::ctl {
namespace {

struct QuarantineFilter {
    std::string q, sender, recipient, queue, node, state;
    std::size_t limit = 50;
};

void addListing(CommandLine& line, CLI::App& quarantine) {
    auto filter = std::make_shared<QuarantineFilter>();
    auto* list = quarantine.add_subcommand("list", "Quarantined mail, newest first");
    list->add_option("--search", filter->q, "Part of sender, recipient or subject");
    list->add_option("--sender", filter->sender, "Sender: an address, or @domain");
    list->add_option("--recipient", filter->recipient, "Recipient: an address, or @domain");
    list->add_option("--queue", filter->queue, "Quarantine queue");
    list->add_option("--node", filter->node, "Name or id of the node");
    list->add_option("--state", filter->state,
                     "stored, releasing, released, release-failed, deleted, expired or all");
    list->add_option("--limit", filter->limit, "At most so many (default 50)");
    list->callback([&line, filter] {
        line.printTable(line.api().list("/quarantine" + query({{"q", filter->q},
                                                               {"sender", filter->sender},
                                                               {"recipient", filter->recipient},
                                                               {"queue", filter->queue},
                                                               {"node", filter->node},
                                                               {"state", filter->state}}),
                                        filter->limit),
                        {{"received", "/received"},
                         {"node", "/node", 20},
                         {"queue", "/queue"},
                         {"state", "/state"},
                         {"sender", "/sender", 36},
                         {"recipients", "/recipients", 36},
                         {"subject", "/subject", 36},
                         {"id", "/id"}},
                        "nothing is quarantined that matches");
    });
    auto id = std::make_shared<std::string>();
    auto raw = std::make_shared<bool>(false);
    auto* show = quarantine.add_subcommand("show", "One item with its history");
    show->add_option("id", *id, "Id of the item")->required();
    show->add_flag("--raw", *raw, "The mail itself, byte for byte as received");
    show->callback([&line, id, raw] {
        if (*raw) {
            std::cout << line.api().call("GET", "/quarantine/" + segment(*id) + "/raw").body;
            return;
        }
        const Json item = line.api().get("/quarantine/" + segment(*id));
        line.print(item, [&] {
            std::string text;
            for (const auto& [name, value] : item.items())
                if (name != "history")
                    text +=
                        name + std::string(name.size() < 16 ? 16 - name.size() : 1, ' ') + cell(value) + "\n";
            return text + table(item.value("history", Json::array()),
                                {{"time", "/time"},
                                 {"state", "/state"},
                                 {"actor", "/actor"},
                                 {"detail", "/detail", 100}},
                                "no history");
        });
    });
}

// One call for all ids; says which were refused, and fails when one was.
void actOnAll(CommandLine& line, const std::string& action, const std::vector<std::string>& ids,
              const std::vector<std::string>& recipients) {
    Json body = {{"action", action}, {"ids", ids}};
    if (!recipients.empty()) body["recipients"] = recipients;
    const auto answer = parseJson(line.api().call("POST", "/quarantine/bulk", &body).body);
    if (!answer) throw Error(ErrorCode::kInternal, answer.error().text());
    line.printTable(answer->at("results"), {{"id", "/id"}, {"accepted", "/ok"}, {"detail", "/detail", 100}},
                    "nothing to do");
    for (const Json& result : answer->at("results"))
        if (!result.value("ok", false))
            throw Error(ErrorCode::kConflict, "not every item could be taken: see above");
}

}  // namespace

void addQuarantineCommands(CommandLine& line) {
    auto* quarantine = line.app().add_subcommand("quarantine", "Quarantined mail");
    quarantine->require_subcommand(1);
    addListing(line, *quarantine);
    quarantine->add_subcommand("queues", "The queues and how much is in each")->callback([&line] {
        line.printTable(line.api().list("/quarantine/queues", 1000),
                        {{"queue", "/queue"}, {"items", "/items"}, {"bytes", "/bytes"}}, "no queues");
    });
    auto ids = std::make_shared<std::vector<std::string>>();
    auto to = std::make_shared<std::vector<std::string>>();
    auto* release = quarantine->add_subcommand("release", "Deliver items to their envelope recipients, once");
    release->add_option("id", *ids, "Ids of items")->required();
    release->add_option("--to", *to, "To this address instead; may be repeated")->allow_extra_args(false);
    release->callback([&line, ids, to] { actOnAll(line, "release", *ids, *to); });
    auto* remove = quarantine->add_subcommand("delete", "Delete items for good");
    remove->add_option("id", *ids, "Ids of items")->required();
    remove->callback([&line, ids] { actOnAll(line, "delete", *ids, {}); });
}

}  // namespace weir::ctl
