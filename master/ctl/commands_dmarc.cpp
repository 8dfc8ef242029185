#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/base/clock.h"
#include "master/ctl/command_line.h"

namespace weir::ctl {
namespace {

std::string daysAgo(int days) {
    return toText(now() - std::chrono::hours(24 * days));
}

std::string readWhole(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    if (!in) throw Error(ErrorCode::kInvalid, "cannot read " + file);
    return content.str();
}

void addReceived(CommandLine& line, CLI::App& dmarc) {
    auto domain = std::make_shared<std::string>();
    auto days = std::make_shared<int>(30);
    auto* received = dmarc.add_subcommand("received", "What others report about our domains");
    received->add_option("--domain", *domain, "One domain, by source address");
    received->add_option("--days", *days, "Reports of so many days (default 30)")->check(CLI::Range(1, 400));
    received->callback([&line, domain, days] {
        const std::string period = query({{"from", daysAgo(*days)}, {"limit", "500"}});
        if (domain->empty()) {
            line.printTable(line.api().get("/dmarc/received" + period).at("items"),
                            {{"domain", "/domain"},
                             {"mails", "/mails"},
                             {"passed", "/passed"},
                             {"held", "/quarantined"},
                             {"rejected", "/rejected"},
                             {"reports", "/reports"},
                             {"newest", "/newest"}},
                            "no reports");
            return;
        }
        const Json answer = line.api().get("/dmarc/received/" + segment(*domain) + period);
        line.print(answer, [&] {
            return table(answer.at("sources"),
                         {{"source", "/source"},
                          {"mails", "/mails"},
                          {"passed", "/passed"},
                          {"dkim", "/dkim"},
                          {"spf", "/spf"},
                          {"held", "/quarantined"},
                          {"rejected", "/rejected"}},
                         "no mails") +
                   "\n" +
                   table(answer.at("reports"),
                         {{"end", "/end"},
                          {"organization", "/organization"},
                          {"mails", "/mails"},
                          {"passed", "/passed"},
                          {"origin", "/origin"},
                          {"authenticated", "/authenticated"},
                          {"id", "/id"}},
                         "no reports");
        });
    });
}

// One line for each address that a report goes to.
Json byDestination(const Json& reports) {
    Json lines = Json::array();
    for (const Json& report : reports) {
        Json line = report;
        line["state"] = report.at("closed").is_null() ? "open" : "nobody to tell";
        if (report.at("destinations").empty()) lines.push_back(line);
        for (const Json& to : report.at("destinations")) {
            line["state"] = to.at("state");
            line["to"] = to.at("address");
            line["detail"] = to.at("detail");
            lines.push_back(line);
        }
    }
    return lines;
}

void addSent(CommandLine& line, CLI::App& dmarc) {
    auto day = std::make_shared<std::string>();
    auto limit = std::make_shared<std::size_t>(100);
    auto* sent = dmarc.add_subcommand("sent", "The reports that the cluster makes for others");
    sent->add_option("--day", *day, "One day, YYYY-MM-DD (UTC)");
    sent->add_option("--limit", *limit, "At most so many (default 100)");
    sent->callback([&line, day, limit] {
        const Json reports = line.api().list("/dmarc/sent" + query({{"day", *day}}), *limit);
        line.print(reports, [&] {
            return table(byDestination(reports),
                         {{"day", "/day"},
                          {"domain", "/domain"},
                          {"rows", "/rows"},
                          {"mails", "/mails"},
                          {"state", "/state"},
                          {"to", "/to"},
                          {"detail", "/detail"},
                          {"id", "/id"}},
                         "no reports");
        });
    });
    auto id = std::make_shared<std::string>();
    auto* show = dmarc.add_subcommand("show", "One of them as XML");
    show->add_option("id", *id, "Id of the report")->required();
    show->callback([&line, id] { std::cout << line.api().call("GET", "/dmarc/sent/" + segment(*id)).body; });
}

}  // namespace

void addDmarcCommands(CommandLine& line) {
    auto* dmarc = line.app().add_subcommand("dmarc", "DMARC reports");
    dmarc->require_subcommand(1);
    addReceived(line, *dmarc);
    addSent(line, *dmarc);
    auto day = std::make_shared<std::string>();
    auto domain = std::make_shared<std::string>();
    auto again = std::make_shared<bool>(false);
    auto* send = dmarc->add_subcommand("send", "Close the reports of a day and send them now");
    send->add_option("--day", *day, "The day, YYYY-MM-DD (UTC)")->required();
    send->add_option("--domain", *domain, "Of this domain alone");
    send->add_flag("--again", *again, "Also those that failed, or may have been sent");
    send->callback([&line, day, domain, again] {
        Json body = {{"day", *day}, {"again", *again}};
        if (!domain->empty()) body["domain"] = *domain;
        line.change("POST", "/dmarc/sent", body,
                    "the reports of " + *day + " are on their way: weirctl dmarc sent");
    });
    auto file = std::make_shared<std::string>();
    auto* import = dmarc->add_subcommand("import", "Take in a report about our domains from a file");
    import->add_option("file", *file, "XML, gzip or zip")->required();
    import->callback([&line, file] {
        const auto answer = parseJson(line.api().upload("/dmarc/received", readWhole(*file)).body);
    if (!answer) throw Error(ErrorCode::kInternal, answer.error().text());
    line.print(*answer, [&] {
        return std::string(answer->value("new", false) ? "taken: " : "known before: ") + "report " +
               cell(answer->at("id")) + " of " + cell(answer->at("organization")) + " about " +
               cell(answer->at("domain")) + "\n";
    });
});
}  // namespace weir::ctl

}  // namespace weir::ctl
