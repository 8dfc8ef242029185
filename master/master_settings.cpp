#include "master/master_settings.h"

#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "common/base/durable_file.h"

namespace weir {

namespace {

std::string hostName() {
    char name[256] = "";
    if (::gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return "localhost";
    return name;
}

// The first problem of several checks.
class Checks {
  public:
    explicit Checks(const Settings& settings) : settings_(settings) {}
    void fail(const char* name, const std::string& what) {
        if (!problem_) problem_ = Problem{settings_.where(name), std::string(name) + ": " + what};
    }
    SocketName address(const char* name) {
        const auto parsed = parseSocketName(settings_.text(name));
        if (!parsed) {
            fail(name, parsed.error().what);
        } else if (!parsed->path.empty()) {
            fail(name, "expected HOST:PORT, not a Unix socket");
        } else {
            return *parsed;
        }
        return {};
    }
    const std::optional<Problem>& problem() const { return problem_; }

  private:
    const Settings& settings_;
    std::optional<Problem> problem_;
};

bool isWildcard(const std::string& host) {
    return host.empty() || host == "0.0.0.0" || host == "::";
}

std::string joined(const std::string& host, int port) {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

// How others reach a listener, when its settings do not say.
std::string reachable(const SocketName& listen) {
    return joined(isWildcard(listen.host) ? hostName() : listen.host, listen.port);
}

std::string withoutLineEnd(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}

std::string password(const Settings& settings, Checks& checks) {
    const auto file = settings.text("database.password_file");
    if (file.empty()) return {};
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        checks.fail("database.password_file", "there is no file " + file);
        return {};
    }
    if ((status.st_mode & S_IRWXO) != 0) {
        checks.fail("database.password_file", file + " can be read by everyone; expected mode 0600 or 0640");
        return {};
    }
    try {
        return withoutLineEnd(readFile(file, 4096));
    } catch (const Error& error) {
        checks.fail("database.password_file", error.what());
        return {};
    }
}

void readConsole(const Settings& settings, Checks& checks, ConsoleConfig& console) {
    const auto listen = checks.address("console.listen");
    console.listen = joined(listen.host, listen.port);
    console.url = settings.text("console.url");
    if (console.url.empty()) console.url = "https://" + reachable(listen);
    if (!console.url.starts_with("https://"))
        checks.fail("console.url", "expected https://HOST:PORT, found \"" + console.url + "\"");
    while (console.url.ends_with('/')) console.url.pop_back();
    console.folder = settings.text("console.folder");
    console.certificate = settings.text("console.certificate");
    console.key = settings.text("console.key");
    if (console.certificate.empty() != console.key.empty())
        checks.fail(console.key.empty() ? "console.certificate" : "console.key",
                    "console.certificate and console.key go together");
    console.names = settings.texts("console.names");
    console.connections = static_cast<int>(settings.integer("console.max_connections"));
    console.connectionsPerAddress = static_cast<int>(settings.integer("console.max_connections_per_address"));
}

void readNodes(const Settings& settings, Checks& checks, NodesConfig& nodes) {
    const auto listen = checks.address("nodes.listen");
    nodes.listen = joined(listen.host, listen.port);
    nodes.advertise = settings.text("nodes.advertise");
    if (nodes.advertise.empty())
        nodes.advertise = reachable(listen);
    else
        checks.address("nodes.advertise");
    nodes.connections = static_cast<int>(settings.integer("nodes.max_connections"));
    nodes.connectionsPerAddress = static_cast<int>(settings.integer("nodes.max_connections_per_address"));
    if (settings.text("console.listen") == settings.text("nodes.listen"))
        checks.fail("nodes.listen", "is the same as console.listen; the node port must be another one");
}

void readDatabase(const Settings& settings, Checks& checks, MasterConfig& config) {
    auto& database = config.database;
    database.mysql = settings.text("database.kind") == "mysql";
    const auto file = settings.text("database.file");
    database.sqlite.path = file.empty() ? (config.storage / "master.db").string() : file;
    auto& mysql = database.mysqlOptions;
    mysql.host = settings.text("database.host");
    mysql.port = static_cast<int>(settings.integer("database.port"));
    mysql.socket = settings.text("database.socket");
    mysql.user = settings.text("database.user");
    mysql.schema = settings.text("database.schema");
    mysql.tlsCa = settings.text("database.tls_ca");
    if (database.mysql) mysql.password = password(settings, checks);
}

void readMail(const Settings& settings, Checks& checks, MasterConfig& config) {
    if (settings.text("mail.relay").empty()) return;
    const auto relay = checks.address("mail.relay");
    if (relay.port == 0) checks.fail("mail.relay", "expected HOST:PORT with a port from 1 to 65535");
    SmtpClientSettings client;
    client.host = relay.host;
    client.port = static_cast<std::uint16_t>(relay.port);
    client.heloName = settings.text("mail.helo_name");
    if (client.heloName.empty()) client.heloName = hostName();
    const bool oneWord = client.heloName.find_first_of(" \t\r\n") == std::string::npos;
    if (!oneWord) checks.fail("mail.helo_name", "expected a host name");
    config.mailRelay = client;
}

}  // namespace

const SettingsTable& masterSettings() {
    using Kind = SettingKind;
    static const SettingsTable table = {
        {.name = "cluster.name",
         .kind = Kind::kText,
         .fallback = "weir",
         .help = "What the console calls this cluster."},
        {.name = "console.listen",
         .kind = Kind::kAddress,
         .fallback = "0.0.0.0:8443",
         .help = "Where browsers and weirctl come in (HTTPS)."},
        {.name = "console.url",
         .kind = Kind::kText,
         .fallback = "",
         .help = "How people reach the console, for the first-login link. Default: this host's name and the "
                 "port."},
        {.name = "console.folder",
         .kind = Kind::kText,
         .fallback = "/usr/share/weir/console",
         .help = "The built console. Without it the API works and the console says that it is missing."},
        {.name = "console.certificate",
         .kind = Kind::kText,
         .fallback = "",
         .help = "PEM file, chain first. Default: a certificate signed by the cluster's own CA."},
        {.name = "console.key", .kind = Kind::kText, .fallback = "", .help = "PEM file with its key."},
        {.name = "console.names",
         .kind = Kind::kTexts,
         .fallback = "",
         .help = "More host names and addresses for the certificate that the cluster's own CA signs."},
        {.name = "console.max_connections",
         .kind = Kind::kInteger,
         .fallback = "128",
         .low = 8,
         .high = 10'000,
         .help = "Connections served at the same time."},
        {.name = "console.max_connections_per_address",
         .kind = Kind::kInteger,
         .fallback = "32",
         .low = 1,
         .high = 10'000,
         .help = "Of them, from one address."},
        {.name = "nodes.listen",
         .kind = Kind::kAddress,
         .fallback = "0.0.0.0:8444",
         .help = "Where nodes come in (TLS 1.3 with client certificates)."},
        {.name = "nodes.advertise",
         .kind = Kind::kText,
         .fallback = "",
         .help = "HOST:PORT at which nodes reach nodes.listen, for the line that enrolls one. Default: this "
                 "host's "
                 "name and the port."},
        {.name = "nodes.max_connections",
         .kind = Kind::kInteger,
         .fallback = "1024",
         .low = 8,
         .high = 20'000,
         .help = "Connections served at the same time; a node needs up to six."},
        {.name = "nodes.max_connections_per_address",
         .kind = Kind::kInteger,
         .fallback = "256",
         .low = 4,
         .high = 20'000,
         .help = "Of them, from one address: all nodes behind one NAT together."},
        {.name = "database.kind",
         .kind = Kind::kText,
         .fallback = "sqlite",
         .choices = {"sqlite", "mysql"},
         .help = "\"mysql\" is MySQL, MariaDB or Galera."},
        {.name = "database.file",
         .kind = Kind::kText,
         .fallback = "",
         .help = "SQLite: the file. Default: master.db in storage.folder."},
        {.name = "database.host", .kind = Kind::kText, .fallback = "127.0.0.1", .help = "MySQL: the server."},
        {.name = "database.port",
         .kind = Kind::kInteger,
         .fallback = "3306",
         .low = 1,
         .high = 65535,
         .help = "MySQL: its port."},
        {.name = "database.socket",
         .kind = Kind::kText,
         .fallback = "",
         .help = "MySQL: Unix socket, used instead of host and port."},
        {.name = "database.user", .kind = Kind::kText, .fallback = "weir", .help = "MySQL: the user."},
        {.name = "database.password_file",
         .kind = Kind::kText,
         .fallback = "",
         .help = "MySQL: file with the password, mode 0600 or 0640."},
        {.name = "database.schema", .kind = Kind::kText, .fallback = "weir", .help = "MySQL: the schema."},
        {.name = "database.tls_ca",
         .kind = Kind::kText,
         .fallback = "",
         .help = "MySQL: PEM file of the CA. Set, TLS is required and the server's certificate verified."},
        {.name = "storage.folder",
         .kind = Kind::kText,
         .fallback = "/var/lib/weir-master",
         .help = "The cluster's CA and, with SQLite, the database."},
        {.name = "policy.default_file",
         .kind = Kind::kText,
         .fallback = "/usr/share/weir/default-policy.json",
         .help = "Published as revision 1 when the database has no policy yet."},
        {.name = "retention.mail_log_days",
         .kind = Kind::kInteger,
         .fallback = "30",
         .low = 1,
         .high = 3650,
         .help = "How long the mail log is searchable. Statistics by hour stay 90 days, by day 5 years."},
        {.name = "mail.relay",
         .kind = Kind::kText,
         .fallback = "",
         .help = "HOST:PORT of the mail server for DMARC reports to others: it takes mail from this host "
                 "without TLS and\nlogin, as the local Postfix does. Default: none are sent."},
        {.name = "mail.helo_name",
         .kind = Kind::kText,
         .fallback = "",
         .help = "This host's name for that server. Default: its host name."},
        {.name = "log.file",
         .kind = Kind::kText,
         .fallback = "",
         .help = "Default: standard error, the journal. SIGHUP opens it again."},
        {.name = "log.level",
         .kind = Kind::kText,
         .fallback = "info",
         .choices = {"debug", "info", "warning", "error"},
         .help = "What is less than this is not logged."},
    };
    return table;
}

Expected<MasterConfig> masterConfig(const Settings& settings) {
    MasterConfig config;
    Checks checks(settings);
    config.clusterName = settings.text("cluster.name");
    config.storage = settings.text("storage.folder");
    config.defaultPolicy = settings.text("policy.default_file");
    config.logFile = settings.text("log.file");
    config.logLevel = settings.text("log.level");
    config.retention.mailLog = static_cast<int>(settings.integer("retention.mail_log_days"));
    if (!config.storage.is_absolute()) checks.fail("storage.folder", "expected an absolute path");
    readConsole(settings, checks, config.console);
    readNodes(settings, checks, config.nodes);
    readDatabase(settings, checks, config);
    readMail(settings, checks, config);
    if (checks.problem()) return tl::unexpected(*checks.problem());
    return config;
}

std::vector<std::string> MasterConfig::certificateNames() const {
    std::vector<std::string> names = console.names;
    const std::string url = console.url.substr(std::string("https://").size());
    for (const auto& text : {console.listen, nodes.listen, nodes.advertise, url}) {
        const auto parsed = parseSocketName(text);
        const std::string host = parsed ? parsed->host : text.substr(0, text.find(':'));
        if (!isWildcard(host)) names.push_back(host);
    }
    return names;
}

}  // namespace weir
