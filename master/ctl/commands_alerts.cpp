#include <nlohmann/json.hpp>

#include "master/ctl/command_line.h"

namespace weir::ctl {
namespace {

struct AlertFilter {
    std::string q, rule, node, state;
    std::size_t limit = 50;
};

// Alerts are acknowledged as they are read here: with --all those that are open now, not what comes later.
std::vector<std::string> openAlerts(CommandLine& line) {
    std::vector<std::string> ids;
    for (const Json& alert : line.api().list("/alerts?state=open", 100'000))
        ids.push_back(alert.at("id").get<std::string>());
    return ids;
}

void acknowledge(CommandLine& line, const std::vector<std::string>& ids) {
    constexpr std::size_t kTogether = 500;
    Json results = Json::array();
    for (std::size_t from = 0; from < ids.size(); from += kTogether) {
        const std::size_t to = std::min(from + kTogether, ids.size());
        const Json body = {{"ids", std::vector<std::string>(ids.begin() + static_cast<std::ptrdiff_t>(from),
                                                            ids.begin() + static_cast<std::ptrdiff_t>(to))}};
        const auto answer = parseJson(line.api().call("POST", "/alerts/acknowledge", &body).body);
        if (!answer) throw Error(ErrorCode::kInternal, answer.error().text());
        for (const Json& one : answer->at("results")) results.push_back(one);
    }
    line.printTable(results, {{"id", "/id"}, {"acknowledged", "/ok"}, {"detail", "/detail", 100}},
                    "no alert is open");
    for (const Json& one : results)
        if (!one.value("ok", false))
            throw Error(ErrorCode::kConflict, "not every alert could be acknowledged: see above");
}

}  // namespace

void addAlertCommands(CommandLine& line) {
    auto* alerts = line.app().add_subcommand("alerts", "What rules raised for the operator");
    alerts->require_subcommand(1);
    auto filter = std::make_shared<AlertFilter>();
    auto* list = alerts->add_subcommand("list", "Open alerts, the latest first");
    list->add_option("--search", filter->q, "Part of the text");
    list->add_option("--rule", filter->rule, "Id of the rule");
    list->add_option("--node", filter->node, "Name or id of a node that raised it");
    list->add_option("--state", filter->state, "open (the default), acknowledged or all");
    list->add_option("--limit", filter->limit, "At most so many (default 50)");
    list->callback([&line, filter] {
        line.printTable(line.api().list("/alerts" + query({{"q", filter->q},
                                                           {"rule", filter->rule},
                                                           {"node", filter->node},
                                                           {"state", filter->state}}),
                                        filter->limit),
                        {{"last", "/last"},
                         {"mails", "/mails"},
                         {"rule", "/rule", 28},
                         {"text", "/text", 60},
                         {"nodes", "/nodes", 30},
                         {"acknowledged by", "/acknowledged_by"},
                         {"id", "/id"}},
                        "no alert matches");
    });
    auto ids = std::make_shared<std::vector<std::string>>();
    auto all = std::make_shared<bool>(false);
    auto* ack = alerts->add_subcommand("ack", "Acknowledge alerts; raised again they are new ones");
    auto* named = ack->add_option("id", *ids, "Ids of alerts");
    ack->add_flag("--all", *all, "All that are open now")->excludes(named);
    ack->callback([&line, ids, all] {
        if (ids->empty() && !*all) throw CLI::RequiredError("an id or --all");
        acknowledge(line, *all ? openAlerts(line) : *ids);
    });
}

}  // namespace weir::ctl
