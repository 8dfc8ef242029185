#include "master/serving.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "common/base/durable_file.h"
#include "common/base/log.h"
#include "master/master_app.h"

namespace weir {

namespace {

constexpr auto kHousekeeping = std::chrono::seconds(2);
constexpr int kSweepTurns = 300;
constexpr auto kStopPatience = std::chrono::seconds(10);

http::ServerOptions nodesOptions(const MasterConfig& config, const http::TlsOptions& tls) {
    http::ServerOptions options;
    options.name = "nodes";
    options.listen = config.nodes.listen;
    options.tls = tls;
    options.limits.threads = config.nodes.connections;
    options.limits.connectionsPerAddress = config.nodes.connectionsPerAddress;
    return options;
}

Json defaultPolicy(const std::filesystem::path& file) {
    std::string text;
    try {
        text = readFile(file);
    } catch (const Error& error) {
        throw Error(ErrorCode::kInvalid, std::string("policy.default_file: ") + error.what());
    }
    auto document = parseJson(text);
    if (!document) throw Error(ErrorCode::kInvalid, file.string() + ": " + document.error().text());
    return std::move(*document);
}

}  // namespace

http::ServerOptions consoleOptions(const MasterConfig& config, const http::TlsOptions& tls) {
    http::ServerOptions options;
    options.name = "console";
    options.listen = config.console.listen;
    options.tls = tls;
    options.limits.threads = config.console.connections;
    options.limits.connectionsPerAddress = config.console.connectionsPerAddress;
    options.headers = http::securityHeaders();
    return options;
}

Serving::Serving(const MasterConfig& config, CertificateAuthority& authority,
                 std::unique_ptr<db::Database> database, const http::TlsOptions& consoleTls,
                 const http::TlsOptions& nodesTls)
    : database_(std::move(database)),
      nodes_(*database_, authority),
      commands_(*database_, nodes_),
      events_(*database_, commands_),
      policies_(*database_),
      mails_(*database_),
      statistics_(*database_),
      quarantine_(*database_, commands_),
      alerts_(*database_),
      dmarcRollup_(*database_),
      dmarcSender_(
          *database_, dmarcRollup_, [this] { return publishedDmarcSection(policies_); }, config.mailRelay),
      dmarc_(*database_, dmarcSender_, policies_),
      catalogs_([this] { nodes_.wake(); }),
      userLists_(*database_, catalogs_),
      learnedPublisher_(*database_, catalogs_),
      learning_(*database_, quarantine_, [this] { learnedPublisher_.wake(); }),
      accounts_(*database_),
      audit_(*database_),
      retention_(*database_, [days = config.retention] { return days; }),
      auth_(sessionAuth(accounts_)),
      services_{*database_,
                accounts_,
                audit_,
                policies_,
                nodes_,
                commands_,
                events_,
                mails_,
                statistics_,
                quarantine_,
                alerts_,
                userLists_,
                dmarc_,
                learning_,
                learnedPublisher_,
                auth_,
                requests_,
                authority.clusterId(),
                config.clusterName,
                config.nodes.advertise},
      files_(config.console.folder),
      nodeApi_({nodes_, commands_, events_, policies_, quarantine_, authority, shared_, catalogs_}),
      housekeeping_(
          "housekeeping", [this] { return keepHouse(); }, kHousekeeping) {
    start(config);
    addConsoleApi(consoleRouter_, services_);
    consoleRouter_.setFallback([this](http::Request& request) { return files_.serve(request); }, {"/api/"});
    nodeApi_.addTo(nodesRouter_);
    nodesServer_ =
        std::make_unique<http::Server>(nodesOptions(config, nodesTls), nodesRouter_, requests_.observer());
    consoleServer_ = std::make_unique<http::Server>(consoleOptions(config, consoleTls), consoleRouter_,
                                                    requests_.observer());
}

Serving::~Serving() {
    stop();
}

void Serving::start(const MasterConfig& config) {
    const bool first = policies_.revisions(0, 1).empty();
    policies_.load(first ? defaultPolicy(config.defaultPolicy) : Json::object());
    userLists_.start();
    greet(config);
    retention_.start();
    dmarcSender_.start();
    learnedPublisher_.start();
}

void Serving::greet(const MasterConfig& config) {
    if (accounts_.anyUser()) return;
    const auto link = firstLoginLink(config.console.url, accounts_.newFirstLoginToken());
    // Standard error alone: a secret does not belong into a log file.
    std::fprintf(stderr,
                 "weir-master: no user yet. The first admin logs in here, once, within 24 hours:\n%s\n",
                 link.c_str());
}

void Serving::stop() {
    housekeeping_.stop();
    nodeApi_.stop();
    if (consoleServer_) consoleServer_->stop(kStopPatience);
    if (nodesServer_) nodesServer_->stop(kStopPatience);
    userLists_.stop();
    retention_.stop();
    dmarcSender_.stop();
    learnedPublisher_.stop();
}

void Serving::reloadCertificates() {
    consoleServer_->reloadCertificate();
    nodesServer_->reloadCertificate();
}

std::chrono::milliseconds Serving::keepHouse() {
    if (database_->available() && policies_.refresh()) nodes_.wake();
    shared_.expire(now());
    if (++turns_ % kSweepTurns == 0) accounts_.sweep();
    return kHousekeeping;
}

}  // namespace weir
