#include "tests/bench/rspamd_process.h"

#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/bench/process_tree.h"
#include "tests/support/eventually.h"
#include "tests/support/milter_client.h"
#include "tests/support/slave_process.h"

namespace weir::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "/usr/bin/rspamd";
constexpr const char* kUser = "_rspamd";

// What asks DNS, other servers or Redis; and greylisting and rates, which need Redis.
constexpr const char* kNetworkModules[] = {"antivirus",
                                           "arc",
                                           "asn",
                                           "bimi",
                                           "clickhouse",
                                           "dcc",
                                           "dkim",
                                           "dmarc",
                                           "elastic",
                                           "greylist",
                                           "mx_check",
                                           "fuzzy_check",
                                           "neural",
                                           "phishing",
                                           "ratelimit",
                                           "rbl",
                                           "replies",
                                           "reputation",
                                           "spf",
                                           "surbl",
                                           "url_redirector",
                                           "dkim_signing",
                                           "external_services",
                                           "history_redis",
                                           "metadata_exporter",
                                           "rspamd_update",
                                           "whitelist"};

void write(const fs::path& file, const std::string& text) {
    std::ofstream(file) << text;
}

// A string between quotation marks in Lua.
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string luaRules(const std::vector<std::string>& expressions) {
    std::string lua = "local regexp = config['regexp'] or {}\nconfig['regexp'] = regexp\n";
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        std::string pattern;
        for (char c : expressions[i]) pattern += c == '/' ? "\\/" : std::string(1, c);
        lua += "regexp['BENCH_" + std::to_string(i) +
               "'] = { re = " + quoted("/" + pattern + "/i{raw_mime}") + ", score = 0.0 }\n";
    }
    return lua;
}

void giveTo(const fs::path& folder, const passwd& user) {
    static_cast<void>(::chown(folder.c_str(), user.pw_uid, user.pw_gid));
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        static_cast<void>(::chown(entry.path().c_str(), user.pw_uid, user.pw_gid));
}

}  // namespace

bool RspamdProcess::installed() {
    return ::access(kProgram, X_OK) == 0 && ::access("/etc/rspamd/rspamd.conf", R_OK) == 0;
}

RspamdProcess::RspamdProcess(fs::path folder, const std::vector<std::string>& expressions)
    : folder_(std::move(folder)) {
    const fs::path conf = folder_ / "conf", local = conf / "local.d";
    fs::create_directories(folder_);
    fs::copy("/etc/rspamd", conf, fs::copy_options::recursive);
    for (const char* name : {"db", "run", "log"}) fs::create_directory(folder_ / name);
    fs::create_directories(local);
    for (const char* module : kNetworkModules)
        write(local / (std::string(module) + ".conf"), "enabled = false;\n");
    const std::string socket = "bind_socket = \"" + folder_.string();
    write(local / "worker-normal.inc", "enabled = false;\n");
    write(local / "worker-controller.inc", socket + "/controller.sock mode=0600\";\n");
    write(local / "worker-fuzzy.inc", "enabled = false;\n");
    write(local / "worker-proxy.inc", socket + "/milter.sock mode=0666\";\ncount = " +
                                          std::to_string(std::thread::hardware_concurrency()) +
                                          ";\nupstream \"local\" { default = yes; self_scan = yes; }\n");
    write(local / "options.inc",
          "dns { nameserver = [\"127.0.0.1:9\"]; timeout = 0.1s; retransmits = 1; }\n");
    write(local / "logging.inc", "level = \"notice\";\n");
    write(local / "actions.conf", "reject = 10000; add_header = 9999; greylist = 9998;\n");
    write(conf / "rspamd.local.lua", luaRules(expressions));
}

RspamdProcess::~RspamdProcess() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
}

void RspamdProcess::start() {
    std::vector<std::string> arguments = {kProgram, "-f", "-c", (folder_ / "conf/rspamd.conf").string()};
    for (const auto& [name, place] : {std::pair{"CONFDIR", "conf"},
                                      {"LOCAL_CONFDIR", "conf"},
                                      {"DBDIR", "db"},
                                      {"RUNDIR", "run"},
                                      {"LOGDIR", "log"}})
        arguments.push_back(std::string("--var=") + name + "=" + (folder_ / place).string());
    if (const passwd* user = ::geteuid() == 0 ? ::getpwnam(kUser) : nullptr) {
        giveTo(folder_, *user);
        fs::permissions(folder_.parent_path(), fs::perms(0755));
        arguments.insert(arguments.end(), {"-u", kUser, "-g", kUser});
    }
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    const bool up = test::eventually(
        [&] {
            try {
                test::MilterClient probe(milter());
                return true;
            } catch (const std::runtime_error&) {
                return false;
            }
        },
        std::chrono::seconds(60));
    if (!up) throw std::runtime_error("rspamd did not start:\n" + test::fileText(folder_ / "log/rspamd.log"));
    waitUntilCalm(pid_);
}

}  // namespace weir::bench
