#include "slave/slave_app.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "common/base/durable_file.h"
#include "common/base/guarded.h"
#include "common/base/log.h"
#include "common/base/worker.h"
#include "slave/counters/shared_counters.h"
#include "slave/filter/simulation.h"
#include "slave/housekeeping.h"
#include "slave/link/enrollment.h"
#include "slave/link/master_link.h"
#include "slave/slave_status.h"

namespace weir {
namespace {

constexpr Revision kFileRevision = 1;  // a slave alone has no numbers to keep apart
constexpr std::chrono::seconds kEnrollPause{5};

std::filesystem::path folder(const std::filesystem::path& storage, const char* name) {
    const std::filesystem::path path = storage / name;
    createDirectoryDurably(path);
    return path;
}

std::string problemsText(const PolicyProblems& problems) {
    std::string text;
    for (const Problem& each : problems) text += (text.empty() ? "" : "; ") + each.text();
    return text.empty() ? "refused" : text;
}

Expected<Json> readPolicyFile(const std::filesystem::path& file) {
    auto document = parseJson(readFile(file));
    if (!document) return problem(file.string() + " " + document.error().where, document.error().what);
    const auto parsed = parsePolicy(*document);
    if (!parsed) return problem(file.string(), problemsText(parsed.error()));
    return std::move(*document);
}

}  // namespace

std::optional<Problem> checkPolicyFile(const std::filesystem::path& file) try {
    const auto document = readPolicyFile(file);
    if (!document) return document.error();
    const auto compiled = compilePolicy(*document, kFileRevision);
    if (!compiled) return Problem{file.string(), problemsText(compiled.error())};
    return std::nullopt;
} catch (const Error& error) {
    return Problem{"", error.what()};
}

struct SlaveApp::Parts {
    explicit Parts(SlaveConfig c);
    void applyPolicyFile();
    std::chrono::milliseconds joinMaster();
    void saveCounters();
    std::unique_ptr<MasterLink> makeLink();

    const SlaveConfig config;
    ReportQueue report;
    AnswerSlots slots;
    QuarantineStore quarantine;
    ActivePolicy policy;
    IdentityStore identity;
    SharedCounters counters;
    Catalogs catalogs;
    Services services;
    MailFilter filter;
    MilterServer milter;
    SlaveStatus status;
    Housekeeping housekeeping;
    Guarded<std::unique_ptr<MasterLink>> link;

    std::unique_ptr<StatusServer> statusServer;
    std::unique_ptr<Worker> watcher, keeper, counting, joiner;
};

SlaveApp::Parts::Parts(SlaveConfig c)
    : config(std::move(c)),
      report(ReportQueueSettings{.folder = folder(config.storage, "report")}),
      slots(config.storage / "answer-slots", report),
      quarantine(folder(config.storage, "quarantine")),
      policy(config.storage / "policy", config.maxRules),
      identity(folder(config.storage, "identity")),
      counters({.folder = config.storage / "counters"}),
      catalogs(config.storage / "catalogs"),
      services(config.hostName, config.parsers, counters, catalogs),
      filter(config.nodeName, policy, services, quarantine, report, Reinjector(config.reinject),
             SigningKeys(config.keysFolder)),
      milter(config.milter, filter, slots),
      status({config.nodeName, config.storage, policy, quarantine, report, services, filter.counters(),
              filter.keys(), milter, counters,
              [this]() -> std::optional<LinkState> {
                  auto current = link.lock();
                  if (!*current) return std::nullopt;
                  return (*current)->state();
              }}),
      housekeeping(policy, quarantine, report) {
    folder(config.storage, "spool");
    quarantine.recover(report);
    policy.load();
    // Nobody could end the pause of a slave that left its cluster.
    if (config.masters.empty() && policy.paused()) policy.setPaused(false);
    if (!config.policyFile.empty()) applyPolicyFile();
    const auto known = identity.load();
    if (known && !known->releaseKey.empty()) policy.setReleaseKey(known->releaseKey);
    // A slave alone signs the copies that it splits off for itself.
    if (config.masters.empty() && policy.releaseKey().empty()) policy.setReleaseKey(randomHex(32));
    if (!policy.get()) {
        logWarning("policy.none",
                   {{"effect", "every mail is answered with a temporary failure until there is one"}});
    }
}

void SlaveApp::Parts::applyPolicyFile() {
    const auto document = readPolicyFile(config.policyFile);
    if (!document) throw Error(ErrorCode::kInvalid, document.error().text());
    const auto applied = policy.apply(effectivePolicy(*document, config.nodeName, {}), kFileRevision);
    if (!applied)
        throw Error(ErrorCode::kInvalid, config.policyFile.string() + ": " + problemsText(applied.error()));
}

std::unique_ptr<MasterLink> SlaveApp::Parts::makeLink() {
    MasterLinkOptions options;
    options.masters = config.masters;
    options.storage = config.storage;
    options.reinject = config.reinject;
    NodeFacts facts;
    facts.mailsMinute = [this] { return status.mailsLastMinute(); };
    facts.health = [this] { return status.healthLines(); };
    return std::make_unique<MasterLink>(
        std::move(options), identity, policy, report, quarantine, counters, catalogs, std::move(facts),
        [this](const Json& arguments) { return simulateMail(policy, services, arguments); });
}

void SlaveApp::Parts::saveCounters() {
    try {
        counters.save();
    } catch (const Error& error) {
        logWarning("counters.not-saved", {{"reason", error.what()}});
    }
}

// Enrolls with the token of the settings when need be, then starts the link; after that it has nothing to do.
std::chrono::milliseconds SlaveApp::Parts::joinMaster() {
    if (*link.lock()) return std::chrono::hours(1);
    if (!identity.current()) {
        if (config.enrollmentToken.empty()) {
            logWarning("link.not_enrolled",
                       {{"what to do", "weir-slave enroll --master HOST:PORT --token TOKEN"}});
            return std::chrono::minutes(10);
        }
        enroll({config.masters, config.enrollmentToken, config.nodeName, config.storage / "identity"});
        if (!identity.load()) throw Error(ErrorCode::kInternal, "the identity is missing after enrolling");
    }
    auto made = makeLink();
    made->start();
    *link.lock() = std::move(made);
    return std::chrono::hours(1);
}

SlaveApp::SlaveApp(SlaveConfig config) : parts_(std::make_unique<Parts>(std::move(config))) {}

SlaveApp::~SlaveApp() {
    stop();
}

void SlaveApp::start() {
    Parts& parts = *parts_;
    parts.watcher = std::make_unique<Worker>("status", [&parts] {
        parts.status.watch();
        return std::chrono::milliseconds(1000);
    });
    parts.keeper = std::make_unique<Worker>(
        "housekeeping", [&parts] { return parts.housekeeping.turn(); }, std::chrono::seconds(30));
    parts.counting = std::make_unique<Worker>(
        "counters", [&parts] { return parts.counters.turn(); }, std::chrono::seconds(30));
    if (!parts.config.metricsListen.empty()) {
        parts.statusServer = std::make_unique<StatusServer>(
            parts.config.metricsListen, [&parts] { return parts.status.health(); },
            [&parts] { return parts.status.metrics(); });
    }
    parts.milter.start();
    if (!parts.config.masters.empty()) {
        parts.joiner = std::make_unique<Worker>(
            "join", [&parts] { return parts.joinMaster(); }, kEnrollPause);
    }
    logInfo("slave.started", {{"version", WEIR_VERSION}, {"node", parts.config.nodeName}});
}

void SlaveApp::stop() {
    Parts& parts = *parts_;
    parts.joiner.reset();
    parts.milter.stop(parts.config.stopPatience);
    // After the last mail, so that its event may still reach the master.
    if (auto link = std::move(*parts.link.lock())) link->stop();
    parts.statusServer.reset();
    if (parts.counting) {
        parts.counting.reset();
        parts.saveCounters();
    }
    parts.keeper.reset();
    parts.watcher.reset();
}

void SlaveApp::reload() {
    reopenLogFile();
    Parts& parts = *parts_;
    if (!parts.config.policyFile.empty()) {
        try {
            parts.applyPolicyFile();
        } catch (const std::exception& error) {
            logError("policy.file_refused",
                     {{"reason", error.what()}, {"effect", "the old rules go on serving"}});
        }
    }
    if (auto link = std::move(*parts.link.lock())) {
        link->stop();
        link.reset();
        parts.identity.load();
        parts.joiner->wake();
    }
    logInfo("slave.reloaded");
}

bool SlaveApp::ended() const {
    return parts_->milter.ended();
}

}  // namespace weir
