#include "slave/slave_settings.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <thread>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::int64_t kKiB = 1024, kMiB = kKiB * 1024, kGiB = kMiB * 1024;
constexpr std::chrono::seconds kSplitCommandTimeout{20};
constexpr std::chrono::seconds kSplitDataTimeout{60};

std::string hostName() {
    char name[256] = "";
    if (::gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return "localhost";
    return name;
}

std::vector<std::string> words(const std::string& text) {
    std::vector<std::string> all;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string_view word = trimmed(std::string_view(text).substr(begin, end - begin));
        if (!word.empty()) all.emplace_back(word);
        begin = end + 1;
    }
    return all;
}

// The first problem of several checks.
class Checks {
  public:
    explicit Checks(const Settings& settings) : settings_(settings) {}
    void fail(const char* name, const std::string& what) {
        if (!problem_) problem_ = Problem{settings_.where(name), std::string(name) + ": " + what};
    }
    SocketName socket(const char* name, const std::string& text) {
        const auto parsed = parseSocketName(text);
        if (parsed) return *parsed;
        fail(name, parsed.error().what);
        return {};
    }
    const std::optional<Problem>& problem() const { return problem_; }

  private:
    const Settings& settings_;
    std::optional<Problem> problem_;
};

void readMilter(const Settings& settings, Checks& checks, SlaveConfig& config) {
    MilterServerSettings& milter = config.milter;
    milter.listen = settings.text("milter.listen");
    checks.socket("milter.listen", milter.listen);
    const std::string mode = settings.text("milter.socket_mode");
    const auto [end, error] = std::from_chars(mode.data(), mode.data() + mode.size(), milter.socketMode, 8);
    if (error != std::errc{} || end != mode.data() + mode.size() || milter.socketMode > 0777) {
        checks.fail("milter.socket_mode", "expected octal digits up to 0777, found \"" + mode + "\"");
    }
    milter.timeout = std::chrono::seconds(settings.integer("milter.timeout"));
    milter.limits.connections = static_cast<std::size_t>(settings.integer("milter.max_connections"));
    milter.limits.memoryBytes = static_cast<std::uint64_t>(settings.integer("mail.total_memory_bytes"));
    milter.limits.recipients = static_cast<std::size_t>(settings.integer("mail.max_recipients"));
    milter.limits.oversize =
        settings.text("mail.oversize") == "reject" ? OversizeAnswer::kReject : OversizeAnswer::kTempfail;
    milter.limits.mail.mailBytes = static_cast<std::uint64_t>(settings.integer("mail.max_bytes"));
    milter.limits.mail.memoryBytes = static_cast<std::uint64_t>(settings.integer("mail.memory_bytes"));
    milter.limits.mail.spoolFolder = config.storage / "spool";
    auto networks = DirectionRule::make(settings.texts("outbound.networks"), {});
    if (!networks) checks.fail("outbound.networks", networks.error().what);
    auto both = DirectionRule::make(settings.texts("outbound.networks"), settings.texts("outbound.ports"));
    if (both) {
        milter.direction = std::move(*both);
    } else {
        checks.fail("outbound.ports", both.error().what);
    }
}

void readParsers(const Settings& settings, SlaveConfig& config) {
    const auto wanted = static_cast<std::size_t>(settings.integer("parsers.processes"));
    const std::size_t cores = std::max(2u, std::thread::hardware_concurrency());
    config.parsers.processes = wanted == 0 ? cores : wanted;
    config.parsers.limits.memoryBytes = static_cast<std::size_t>(settings.integer("parsers.memory_bytes"));
}

void readReinject(const Settings& settings, Checks& checks, SlaveConfig& config) {
    const SocketName target = checks.socket("reinject.target", settings.text("reinject.target"));
    if (!target.path.empty()) checks.fail("reinject.target", "expected HOST:PORT, found a unix socket");
    config.reinject.host = target.host;
    config.reinject.port = static_cast<std::uint16_t>(target.port);
    config.reinject.heloName = config.nodeName;
    // The MTA waits for us while a copy is split off: give up before it does.
    config.reinject.commandTimeout = kSplitCommandTimeout;
    config.reinject.dataTimeout = kSplitDataTimeout;
}

}  // namespace

const SettingsTable& slaveSettings() {
    using Kind = SettingKind;
    static const SettingsTable table = {
        {.name = "node.name",
         .kind = Kind::kText,
         .fallback = "",
         .help = "Name of this node in headers and logs, and the one it asks for when it enrolls.\nEmpty: "
                 "this host's name."},
        {.name = "master.address",
         .kind = Kind::kText,
         .fallback = "",
         .help = "HOST:PORT of the master's node port; several, separated by commas, are tried in "
                 "turn.\nEmpty: a slave alone (see policy.file)."},
        {.name = "master.token",
         .kind = Kind::kText,
         .fallback = "",
         .help = "Enrollment token, used once at the first start. `weir-slave enroll` does without it."},
        {.name = "policy.file",
         .kind = Kind::kText,
         .fallback = "",
         .help = "Policy (JSON) of a slave alone, read at start and at SIGHUP. Not together with "
                 "master.address."},
        {.name = "policy.max_rules",
         .kind = Kind::kInteger,
         .fallback = "20000",
         .low = 1,
         .high = 20000,
         .help =
             "A revision with more rules is refused by this node: for a small server in a large cluster."},
        {.name = "milter.listen",
         .kind = Kind::kAddress,
         .fallback = "inet:127.0.0.1:8890",
         .help = "Where Postfix finds the filter (smtpd_milters): inet:HOST:PORT or unix:/PATH."},
        {.name = "milter.socket_mode",
         .kind = Kind::kText,
         .fallback = "0660",
         .help = "Permissions of a unix socket, octal."},
        {.name = "milter.timeout",
         .kind = Kind::kInteger,
         .fallback = "7210",
         .low = 10,
         .high = 86400,
         .help =
             "Seconds that the MTA may be silent within a conversation: as long as an SMTP client may be."},
        {.name = "milter.max_connections",
         .kind = Kind::kInteger,
         .fallback = "1000",
         .low = 1,
         .high = 15000,
         .help = "Conversations at once; one more is answered with a temporary failure."},
        {.name = "mail.max_bytes",
         .kind = Kind::kBytes,
         .fallback = "50M",
         .low = 64 * kKiB,
         .high = 2 * kGiB,
         .help = "Largest mail. It should not be smaller than Postfix's message_size_limit."},
        {.name = "mail.oversize",
         .kind = Kind::kText,
         .fallback = "reject",
         .choices = {"reject", "tempfail"},
         .help = "Answer to a larger one: reject (552) or tempfail (452)."},
        {.name = "mail.memory_bytes",
         .kind = Kind::kBytes,
         .fallback = "4M",
         .low = 64 * kKiB,
         .high = kGiB,
         .help = "Of one mail kept in memory; a larger one goes to a file in the storage folder's spool/."},
        {.name = "mail.total_memory_bytes",
         .kind = Kind::kBytes,
         .fallback = "256M",
         .low = kMiB,
         .high = 64 * kGiB,
         .help = "Of all mails in hand; what is over it goes to files."},
        {.name = "mail.max_recipients",
         .kind = Kind::kInteger,
         .fallback = "10000",
         .low = 1,
         .high = 100000,
         .help = "Recipients of one mail; more get a temporary failure."},
        {.name = "parsers.processes",
         .kind = Kind::kInteger,
         .fallback = "0",
         .low = 0,
         .high = 256,
         .help = "Processes that read HTML, archives and documents. 0: one for each core, at least 2."},
        {.name = "parsers.memory_bytes",
         .kind = Kind::kBytes,
         .fallback = "256M",
         .low = 64 * kMiB,
         .high = 4 * kGiB,
         .help = "Memory of one of them beyond what it has at its start."},
        {.name = "keys.folder",
         .kind = Kind::kText,
         .fallback = "",
         .help = "Private keys that sign outbound mail: SELECTOR.DOMAIN.pem, for this user alone.\n"
                 "weir-slave dkim-key make DOMAIN SELECTOR makes one. Empty: keys/ in the storage folder."},
        {.name = "reinject.target",
         .kind = Kind::kAddress,
         .fallback = "127.0.0.1:10026",
         .help = "HOST:PORT of the local Postfix for released mails and for copies that are split off."},
        {.name = "outbound.networks",
         .kind = Kind::kTexts,
         .fallback = "",
         .help = "Clients in these networks send outbound mail, e.g. [\"10.0.0.0/8\", "
                 "\"2001:db8::/32\"].\nAuthenticated clients always do."},
        {.name = "outbound.ports",
         .kind = Kind::kTexts,
         .fallback = "465,587",
         .help = "Mail that came in on these ports of Postfix is outbound."},
        {.name = "storage.folder",
         .kind = Kind::kText,
         .fallback = "/var/lib/weir-slave",
         .help = "Quarantine, report queue, last good policy and identity. On a local disk."},
        {.name = "metrics.listen",
         .kind = Kind::kText,
         .fallback = "127.0.0.1:8891",
         .help = "HOST:PORT of /healthz and /metrics, without authentication: loopback or a closed "
                 "network.\nEmpty: off."},
        {.name = "log.file",
         .kind = Kind::kText,
         .fallback = "",
         .help = "Empty: standard error, which systemd gives to the journal. SIGHUP opens it anew."},
        {.name = "log.level",
         .kind = Kind::kText,
         .fallback = "info",
         .choices = {"debug", "info", "warning", "error"},
         .help = "The least severe lines to write."},
        {.name = "service.stop_seconds",
         .kind = Kind::kInteger,
         .fallback = "20",
         .low = 1,
         .high = 300,
         .help = "How long SIGTERM waits for mails in hand. Keep systemd's TimeoutStopSec at least 10 s "
                 "above it."},
    };
    return table;
}

Expected<SlaveConfig> slaveConfig(const Settings& settings) {
    Checks checks(settings);
    SlaveConfig config;
    config.hostName = hostName();
    config.nodeName = settings.text("node.name").empty() ? config.hostName : settings.text("node.name");
    config.masters = words(settings.text("master.address"));
    for (const std::string& master : config.masters) {
        const bool hasPort = master.find(':') != std::string::npos;
        if (!checks.socket("master.address", hasPort ? master : master + ":8444").path.empty()) {
            checks.fail("master.address", "expected HOST:PORT, found a unix socket");
        }
    }
    config.enrollmentToken = settings.text("master.token");
    if (config.masters.empty() && !config.enrollmentToken.empty()) {
        checks.fail("master.token", "needs master.address");
    }
    config.policyFile = settings.text("policy.file");
    if (!config.masters.empty() && !config.policyFile.empty()) {
        checks.fail("policy.file",
                    "the policy comes from the master; leave out policy.file or master.address");
    }
    config.maxRules = static_cast<std::size_t>(settings.integer("policy.max_rules"));
    config.storage = settings.text("storage.folder");
    if (!config.storage.is_absolute()) checks.fail("storage.folder", "expected an absolute path");
    const std::string keys = settings.text("keys.folder");
    config.keysFolder = keys.empty() ? config.storage / "keys" : std::filesystem::path(keys);
    readParsers(settings, config);
    readMilter(settings, checks, config);
    readReinject(settings, checks, config);
    config.metricsListen = settings.text("metrics.listen");
    if (!config.metricsListen.empty() &&
        !checks.socket("metrics.listen", config.metricsListen).path.empty()) {
        checks.fail("metrics.listen", "expected HOST:PORT, found a unix socket");
    }
    config.logFile = settings.text("log.file");
    config.logLevel = settings.text("log.level");
    config.stopPatience = std::chrono::seconds(settings.integer("service.stop_seconds"));
    if (checks.problem()) return tl::unexpected(*checks.problem());
    return config;
}

}  // namespace weir
