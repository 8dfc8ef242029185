// The services of the API and their router on an empty SQLite database, without a socket.
#pragma once

#include <nlohmann/json.hpp>

#include "master/api/console_api.h"
#include "tests/support/temp_folder.h"

namespace weir::test {

struct ApiBench {
    ApiBench() { addConsoleApi(router, services); }

    TempFolder folder;
    std::unique_ptr<db::Database> database = db::openSqlite({(folder / "master.db").string()});
    CertificateAuthority authority{folder / "ca"};
    NodeRegistry nodes{*database, authority};
    CommandQueue commands{*database, nodes};
    EventIngest events{*database, commands};
    PolicyDesk policies{*database};
    MailLog mails{*database};
    Statistics statistics{*database};
    QuarantineDesk quarantine{*database, commands};
    Alerts alerts{*database};
    CatalogShelf catalogs;
    UserListsDesk userLists{*database, catalogs};
    Accounts accounts{*database};
    Audit audit{*database};
    http::SessionAuth auth{sessionAuth(accounts)};
    http::RequestCounts requests;
    DmarcRollup dmarcRollup{*database};
    DmarcSender dmarcSender{*database, dmarcRollup, [] { return DmarcReportsSection(); }, std::nullopt};
    DmarcDesk dmarc{*database, dmarcSender, policies};
    LearnedPublisher learnedPublisher{*database, catalogs};
    LearningDesk learning{*database, quarantine, [] {}};
    ApiServices services{*database,
                         accounts,
                         audit,
                         policies,
                         nodes,
                         commands,
                         events,
                         mails,
                         statistics,
                         quarantine,
                         alerts,
                         userLists,
                         dmarc,
                         learning,
                         learnedPublisher,
                         auth,
                         requests,
                         authority.clusterId(),
                         "test",
                         "master.example:8444"};
    http::Router router;
};

}  // namespace weir::test
