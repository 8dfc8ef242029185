// Everything that needs the open database: services, both APIs, both listeners.
#pragma once

#include <filesystem>
#include <memory>

#include "common/base/worker.h"
#include "master/api/console_api.h"
#include "master/api/node_api.h"
#include "master/http/server.h"
#include "master/http/static_files.h"
#include "master/master_settings.h"
#include "master/service/catalog_shelf.h"
#include "master/service/retention.h"

namespace weir {

// Members are built in this order and end in reverse: listeners first.
class Serving {
  public:
    // Publishes the default policy and prints the first-login link where they are due. Serves when it
    // returns.
    Serving(const MasterConfig& config, CertificateAuthority& authority,
            std::unique_ptr<db::Database> database, const http::TlsOptions& consoleTls,
            const http::TlsOptions& nodesTls);
    ~Serving();
    void stop();
    void reloadCertificates();  // throws Error
    int consolePort() const { return consoleServer_->port(); }
    int nodesPort() const { return nodesServer_->port(); }

  private:
    void start(const MasterConfig& config);
    void greet(const MasterConfig& config);
    std::chrono::milliseconds keepHouse();

    std::unique_ptr<db::Database> database_;
    NodeRegistry nodes_;
    CommandQueue commands_;
    EventIngest events_;
    PolicyDesk policies_;
    MailLog mails_;
    Statistics statistics_;
    QuarantineDesk quarantine_;
    Alerts alerts_;
    DmarcRollup dmarcRollup_;
    DmarcSender dmarcSender_;
    DmarcDesk dmarc_;
    SharedState shared_;
    CatalogShelf catalogs_;
    UserListsDesk userLists_;
    LearnedPublisher learnedPublisher_;
    LearningDesk learning_;
    Accounts accounts_;
    Audit audit_;
    Retention retention_;
    http::SessionAuth auth_;
    http::RequestCounts requests_;
    ApiServices services_;
    http::StaticFiles files_;
    http::Router consoleRouter_, nodesRouter_;
    NodeApi nodeApi_;
    std::unique_ptr<http::Server> consoleServer_, nodesServer_;
    int turns_ = 0;
    Worker housekeeping_;
};

http::ServerOptions consoleOptions(const MasterConfig& config, const http::TlsOptions& tls);

}  // namespace weir
