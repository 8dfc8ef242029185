#include "slave/link/master_link.h"

#include <nlohmann/json.hpp>
#include <thread>

#include "slave/link/catalog_fetch.h"
#include "slave/link/commands.h"
#include "slave/link/link_health.h"
#include "slave/link/node_health.h"
#include "slave/link/reporter.h"
#include "slave/link/shared_exchange.h"
#include "slave/link/sync_loop.h"
#include "slave/report/report_queue.h"

namespace weir {
namespace {

constexpr auto kLastReports = std::chrono::milliseconds(1000);  // what stop() gives the queue to run empty
constexpr auto kLook = std::chrono::milliseconds(10);

NodeClientOptions clientOptions(const MasterLinkOptions& options) {
    NodeClientOptions client = options.client;
    client.masters = options.masters;
    return client;
}

}  // namespace

struct MasterLink::Parts {
    Parts(const MasterLinkOptions& options, IdentityStore& identity, ActivePolicy& policy, ReportQueue& queue,
          QuarantineStore& quarantine, SharedCounters& counters, Catalogs& known, NodeFacts nodeFacts,
          Simulate simulate)
        : reports(queue),
          facts(std::move(nodeFacts)),
          commands(identity, clientOptions(options), policy, queue, quarantine, options.reinject,
                   std::move(simulate)),
          reporter(identity, clientOptions(options), queue, health),
          shared(identity, clientOptions(options), counters),
          catalogs(identity, clientOptions(options), known),
          syncs(identity, clientOptions(options), policy,
                NodeHealth(options.storage, policy, queue, quarantine, facts), commands, catalogs, health) {}

    ReportQueue& reports;
    const NodeFacts facts;
    LinkHealth health;
    Commands commands;
    Reporter reporter;
    SharedExchange shared;
    CatalogFetch catalogs;
    SyncLoop syncs;
    bool started = false;
};

MasterLink::MasterLink(MasterLinkOptions options, IdentityStore& identity, ActivePolicy& policy,
                       ReportQueue& reports, QuarantineStore& quarantine, SharedCounters& counters,
                       Catalogs& catalogs, NodeFacts facts, Simulate simulate)
    : parts_(std::make_unique<Parts>(options, identity, policy, reports, quarantine, counters, catalogs,
                                     std::move(facts), std::move(simulate))) {}

MasterLink::~MasterLink() {
    stop();
}

void MasterLink::start() {
    parts_->started = true;
    parts_->commands.start();
    parts_->reporter.start();
    parts_->shared.start();
    parts_->catalogs.start();
    parts_->syncs.start();
}

void MasterLink::stop() {
    if (!std::exchange(parts_->started, false)) return;
    parts_->syncs.stop();
    parts_->catalogs.stop();
    parts_->commands.stop();
    parts_->shared.stop();
    const auto deadline = std::chrono::steady_clock::now() + kLastReports;
    while (parts_->health.state().connected && parts_->reports.acked() < parts_->reports.lastSequence() &&
           std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(kLook);
    parts_->reporter.stop();
}

LinkState MasterLink::state() const {
    LinkState state = parts_->health.state();
    state.shared = parts_->shared.state();
    return state;
}

}  // namespace weir
