// --print-routes: the tables of both ports, as they are served.
#include <filesystem>

#include "common/base/ids.h"
#include "master/api/console_api.h"
#include "master/api/node_api.h"
#include "master/master_app.h"

namespace weir {

namespace {

// Routes are made together with what they work on, so the services stand on a folder that goes again.
struct Workbench {
    Workbench() : folder(std::filesystem::temp_directory_path() / ("weir-routes-" + randomHex(8))) {
        std::filesystem::create_directories(folder);
    }
    ~Workbench() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    Workbench(const Workbench&) = delete;
    Workbench& operator=(const Workbench&) = delete;
    const std::filesystem::path folder;
};

}  // namespace

std::string routesText() {
    const Workbench bench;
    const auto database = db::openSqlite({(bench.folder / "master.db").string()});
    CertificateAuthority authority(bench.folder / "ca");
    NodeRegistry nodes(*database, authority);
    CommandQueue commands(*database, nodes);
    EventIngest events(*database, commands);
    PolicyDesk policies(*database);
    MailLog mails(*database);
    Statistics statistics(*database);
    QuarantineDesk quarantine(*database, commands);
    Alerts alerts(*database);
    CatalogShelf catalogs;
    UserListsDesk userLists(*database, catalogs);
    DmarcRollup dmarcRollup(*database);
    DmarcSender dmarcSender(
        *database, dmarcRollup, [] { return DmarcReportsSection(); }, std::nullopt);
    DmarcDesk dmarc(*database, dmarcSender, policies);
    Accounts accounts(*database);
    Audit audit(*database);
    const auto auth = sessionAuth(accounts);
    http::RequestCounts requests;
    const LearnedPublisher learnedPublisher(*database, catalogs);
    LearningDesk learning(*database, quarantine, [] {});
    ApiServices services{*database,  accounts, audit,
                         policies,   nodes,    commands,
                         events,     mails,    statistics,
                         quarantine, alerts,   userLists,
                         dmarc,      learning, learnedPublisher,
                         auth,       requests, authority.clusterId(),
                         "",         ""};
    http::Router console, node;
    SharedState shared;
    addConsoleApi(console, services);
    NodeApi nodeApi({nodes, commands, events, policies, quarantine, authority, shared, catalogs});
    nodeApi.addTo(node);
    return "# console port\n" + console.table() + "# node port\n" + node.table();
}

}  // namespace weir
