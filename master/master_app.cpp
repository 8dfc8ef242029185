#include "master/master_app.h"

#include <nlohmann/json.hpp>

#include "common/base/durable_file.h"
#include "common/base/log.h"
#include "master/serving.h"

namespace weir {

namespace {

constexpr auto kRenewal = std::chrono::hours(6);

// What the console port says while the database is waited for.
http::Router waitingRouter(const http::StaticFiles& files, const std::string& why) {
    http::Router router;
    router.add({"GET", "/healthz", {}, [why](http::Request&) {
                    return http::jsonReply(503, {{"status", "unavailable"}, {"why", why}});
                }});
    router.setFallback(
        [&files, why](http::Request& request) {
            if (!request.path.starts_with("/api/")) return files.serve(request);
            return http::problemReply(
                503, "unavailable",
                "The database is away: " + why +
                    ". The nodes go on filtering and keep their events; this master tries again "
                    "by itself.");
        },
        {});
    return router;
}

}  // namespace

struct MasterApp::Parts {
    explicit Parts(MasterConfig c)
        : config(std::move(c)),
          lock((createDirectoryDurably(config.storage), config.storage)),
          authority(config.storage / "ca"),
          files(config.console.folder) {}

    // Certificates of both ports; the cluster's own CA makes what the settings do not name.
    void chooseCertificates() {
        const auto own = authority.serverCertificate(config.certificateNames());
        nodesTls = {own.certificate.string(), own.key.string(), authority.certificateFile().string(), true};
        consoleTls = nodesTls;
        consoleTls.clientCaFile.clear();
        consoleTls.tls13Only = false;
        if (!config.console.certificate.empty()) {
            consoleTls.certificateFile = config.console.certificate.string();
            consoleTls.keyFile = config.console.key.string();
        }
        renewed = std::chrono::steady_clock::now();
    }

    void tryDatabase() {
        std::unique_ptr<db::Database> database;
        try {
            database = openDatabase(config.database);
            waitingServer.reset();
            serving = std::make_unique<Serving>(config, authority, std::move(database), consoleTls, nodesTls);
            logInfo("master.serving", {{"console", serving->consolePort()}, {"nodes", serving->nodesPort()}});
        } catch (const Error& error) {
            serving.reset();
            if (error.code() != ErrorCode::kUnavailable && error.code() != ErrorCode::kTimeout) throw;
            wait(error.what());
        }
    }

    void wait(const std::string& why) {
        if (waitingServer) return;
        logError("database.away", {{"why", why}});
        waiting = waitingRouter(files, why);
        waitingServer = std::make_unique<http::Server>(consoleOptions(config, consoleTls), waiting);
    }

    const MasterConfig config;
    const FolderLock lock;
    CertificateAuthority authority;
    const http::StaticFiles files;
    http::TlsOptions consoleTls, nodesTls;
    std::chrono::steady_clock::time_point renewed;
    http::Router waiting;
    std::unique_ptr<http::Server> waitingServer;
    std::unique_ptr<Serving> serving;
};

MasterApp::MasterApp(MasterConfig config) : parts_(std::make_unique<Parts>(std::move(config))) {}

MasterApp::~MasterApp() {
    stop();
}

void MasterApp::start() {
    parts_->chooseCertificates();
    parts_->tryDatabase();
}

void MasterApp::turn() {
    if (!parts_->serving) parts_->tryDatabase();
    if (std::chrono::steady_clock::now() - parts_->renewed > kRenewal) reload();
}

void MasterApp::stop() {
    if (parts_->serving) parts_->serving->stop();
    if (parts_->waitingServer) parts_->waitingServer->stop();
}

void MasterApp::reload() {
    reopenLogFile();
    try {
        parts_->chooseCertificates();
        if (parts_->serving) parts_->serving->reloadCertificates();
        if (parts_->waitingServer) parts_->waitingServer->reloadCertificate();
        logInfo("master.reloaded");
    } catch (const Error& error) {
        logError("master.reload", {{"why", error.what()}});
    }
}

bool MasterApp::serving() const {
    return parts_->serving != nullptr;
}

int MasterApp::consolePort() const {
    return parts_->serving ? parts_->serving->consolePort() : parts_->waitingServer->port();
}

int MasterApp::nodesPort() const {
    return parts_->serving ? parts_->serving->nodesPort() : 0;
}

std::unique_ptr<db::Database> openDatabase(const DatabaseConfig& config) {
    return config.mysql ? db::openMysql(config.mysqlOptions) : db::openSqlite(config.sqlite);
}

std::string firstLoginLink(const std::string& consoleUrl, const std::string& token) {
    return consoleUrl + "/first-login#token=" + token;
}

}  // namespace weir
