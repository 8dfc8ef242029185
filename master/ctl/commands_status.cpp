#include <nlohmann/json.hpp>

#include "master/ctl/command_line.h"

namespace weir::ctl {
namespace {

std::string number(const Json& object, const char* pointer) {
    const Json::json_pointer at(pointer);
    return object.contains(at) ? cell(object.at(at)) : "-";
}

std::string statusText(const Json& overview) {
    std::string text = "nodes       " + number(overview, "/nodes/up") + " of " +
                       number(overview, "/nodes/total") + " up, " + number(overview, "/nodes/late") +
                       " late, " + number(overview, "/nodes/down") + " down, " +
                       number(overview, "/nodes/paused") + " paused\n";
    text += "policy      revision " + number(overview, "/policy/revision") + " on " +
            number(overview, "/policy/applied") + " of " + number(overview, "/policy/of") + "\n";
    text += "today       " + number(overview, "/today/mails") +
            " mails: " + number(overview, "/today/deliver") + " delivered, " +
            number(overview, "/today/quarantine") + " quarantined, " + number(overview, "/today/reject") +
            " rejected, " + number(overview, "/today/tempfail") + " tempfailed, " +
            number(overview, "/today/discard") + " discarded\n";
    text += "quarantine  " + number(overview, "/quarantine/items") + " items, " +
            number(overview, "/quarantine/bytes") + " bytes\n";
    text += "alerts      " + number(overview, "/alerts/open") + " open\n";
    text += "database    " + number(overview, "/database/kind") +
            (overview.at("database").value("available", false) ? "" : ", AWAY") + "\n";
    const Json problems = overview.value("problems", Json::array());
    if (problems.empty()) return text + "problems    none\n";
    for (const Json& problem : problems)
        text += "problem     " + cell(problem.value("severity", Json())) + ": " +
                cell(problem.value("text", Json())) + "\n";
    return text;
}

struct LogFilter {
    std::string q, sender, recipient, subject, verdict, rule, queue, node, direction, alert, from, to, id;
    std::size_t limit = 50;
};

}  // namespace

void addStatusCommands(CommandLine& line) {
    auto* status = line.app().add_subcommand("status", "Is mail flowing, is anything wrong");
    status->callback([&line] {
        const Json overview = line.api().get("/overview");
        line.print(overview, [&] { return statusText(overview); });
    });

    auto filter = std::make_shared<LogFilter>();
    auto* log =
        line.app().add_subcommand("log", "The mail log, newest first; with an id one mail's whole story");
    log->add_option("id", filter->id, "Id of a mail");
    log->add_option("--search", filter->q, "Part of sender, recipient or subject");
    log->add_option("--sender", filter->sender, "Sender: an address, or @domain");
    log->add_option("--recipient", filter->recipient, "Recipient: an address, or @domain");
    log->add_option("--subject", filter->subject, "Part of the subject");
    log->add_option("--verdict", filter->verdict, "deliver, quarantine, reject, tempfail or discard");
    log->add_option("--rule", filter->rule, "Id of the rule");
    log->add_option("--queue", filter->queue, "Quarantine queue");
    log->add_option("--node", filter->node, "Name or id of the node");
    log->add_option("--direction", filter->direction, "inbound or outbound");
    log->add_option("--alert", filter->alert, "Id of an alert: the latest mails that raised it");
    log->add_option("--from", filter->from, "Not before this time (RFC 3339)");
    log->add_option("--to", filter->to, "Before this time (RFC 3339)");
    log->add_option("--limit", filter->limit, "At most so many (default 50)");
    log->callback([&line, filter] {
        if (!filter->id.empty()) {
            const Json mail = line.api().get("/mails/" + segment(filter->id));
            line.print(mail, [&] {
                std::string text = "from " + cell(mail.value("sender", Json())) + " to " +
                                   cell(mail.value("recipients", Json())) + "\n";
                return text + table(mail.value("story", Json::array()),
                                    {{"time", "/time"},
                                     {"node", "/node"},
                                     {"actor", "/actor"},
                                     {"what", "/text", 200}},
                                    "no story");
            });
            return;
        }
        const Json items = line.api().list("/mails" + query({{"q", filter->q},
                                                             {"sender", filter->sender},
                                                             {"recipient", filter->recipient},
                                                             {"subject", filter->subject},
                                                             {"verdict", filter->verdict},
                                                             {"rule", filter->rule},
                                                             {"queue", filter->queue},
                                                             {"node", filter->node},
                                                             {"direction", filter->direction},
                                                             {"alert", filter->alert},
                                                             {"from", filter->from},
                                                             {"to", filter->to}}),
                                           filter->limit);
        line.printTable(items,
                        {{"time", "/time"},
                         {"node", "/node", 20},
                         {"verdict", "/verdict"},
                         {"rule", "/rule", 24},
                         {"sender", "/sender", 40},
                         {"recipients", "/recipients", 40},
                         {"subject", "/subject", 40},
                         {"id", "/id"}},
                        "no mail matches");
    });
}

}  // namespace weir::ctl
