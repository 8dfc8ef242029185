// weir-slave: the milter daemon of one mail server.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "common/base/error.h"
#include "common/base/log.h"
#include "slave/auth/signing_key_file.h"
#include "slave/link/enrollment.h"
#include "slave/parser/parser_worker.h"
#include "slave/slave_app.h"
#include "slave/slave_settings.h"

namespace weir {
namespace {

constexpr int kWrongSettings = 2;
int signalPipe[2] = {-1, -1};

extern "C" void onSignal(int number) {
    const char byte = static_cast<char>(number);
    [[maybe_unused]] const ssize_t written = ::write(signalPipe[1], &byte, 1);
}

sigset_t ourSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&set, number);
    return set;
}

// Every thread made from here on has our signals blocked. The main thread alone leaves them unblocked:
// libmilter waits for the same ones, and the kernel prefers a main thread that takes them.
void blockSignals() {
    const sigset_t set = ourSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

void catchSignals() {
    if (::pipe2(signalPipe, O_CLOEXEC | O_NONBLOCK) != 0) throw systemError("pipe", errno);
    struct sigaction action {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    for (const int number : {SIGHUP, SIGTERM, SIGINT}) ::sigaction(number, &action, nullptr);
    const sigset_t set = ourSignals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

// 0 when the time has passed.
int nextSignal(int timeoutMillis) {
    pollfd entry{signalPipe[0], POLLIN, 0};
    if (::poll(&entry, 1, timeoutMillis) <= 0) return 0;
    char byte = 0;
    return ::read(signalPipe[0], &byte, 1) == 1 ? byte : 0;
}

int serve(const SlaveConfig& config) {
    SlaveApp app(config);
    app.start();
    catchSignals();
    std::uint64_t watchdogMicros = 0;
    const bool watchdog = sd_watchdog_enabled(0, &watchdogMicros) > 0;
    sd_notify(0, "READY=1");
    for (;;) {
        const int turn =
            watchdog ? static_cast<int>(std::min<std::uint64_t>(watchdogMicros / 2000, 1000)) : 1000;
        const int number = nextSignal(turn);
        if (number == SIGTERM || number == SIGINT) break;
        if (number == SIGHUP) {
            sd_notify(0, "RELOADING=1");
            app.reload();
            sd_notify(0, "READY=1");
        }
        if (app.ended()) {
            logError("slave.ended", {{"reason", "the milter listener ended"}});
            return 1;
        }
        if (watchdog) sd_notify(0, "WATCHDOG=1");
    }
    sd_notify(0, "STOPPING=1");
    logInfo("slave.stopping");
    app.stop();
    logInfo("slave.stopped");
    return 0;
}

SlaveConfig checked(const Settings& settings) {
    auto config = slaveConfig(settings);
    if (!config) throw Error(ErrorCode::kInvalid, config.error().text());
    if (!config->policyFile.empty()) {
        const auto wrong = checkPolicyFile(config->policyFile);
        if (wrong) throw Error(ErrorCode::kInvalid, settings.where("policy.file") + ": " + wrong->text());
    }
    return std::move(*config);
}

struct Arguments {
    std::string configFile = kSlaveConfigFile;
    bool checkConfig = false, printConfig = false, printExample = false;
    std::string master, token, name;
    std::string domain, selector;
    bool ed25519 = false;
    unsigned bits = 2048;
};

enum class Task { kServe, kEnroll, kMakeKey, kShowKey };

int enrollNode(const Arguments& arguments, const SlaveConfig& config) {
    EnrollmentOptions options;
    options.masters = arguments.master.empty() ? config.masters : std::vector{arguments.master};
    options.token = arguments.token;
    options.name = arguments.name.empty() ? config.nodeName : arguments.name;
    options.identityFolder = config.storage / "identity";
    const NodeIdentity identity = enroll(options);
    std::cout << "enrolled as " << identity.name << " (" << identity.node.value << ")\n";
    return 0;
}

// The private half stays in its file; standard output has what belongs into DNS and nothing else.
int signingKey(const Arguments& arguments, const SlaveConfig& config, bool make) {
    const auto type = arguments.ed25519 ? DkimKey::Type::kEd25519 : DkimKey::Type::kRsa;
    const SigningKeyFile file =
        make ? makeSigningKeyFile(config.keysFolder, arguments.domain, arguments.selector, type,
                                  arguments.bits)
             : readSigningKeyFile(config.keysFolder, arguments.domain, arguments.selector);
    std::cerr << (make ? "made " : "") << file.path.string()
              << "\npublish this record, then name the selector in the policy's section signing:\n";
    std::cout << file.zoneLine << "\n";
    return 0;
}

int run(const Arguments& arguments, bool configGiven, Task task) {
    if (arguments.printExample) {
        std::cout << exampleSettings(slaveSettings());
        return 0;
    }
    const Settings settings = usedSettings(arguments.configFile, configGiven, slaveSettings());
    if (arguments.printConfig) {
        std::cout << settings.print(slaveSettings());
        return 0;
    }
    const SlaveConfig config = checked(settings);
    if (arguments.checkConfig) {
        std::cout << arguments.configFile << ": good\n";
        return 0;
    }
    if (task == Task::kEnroll) return enrollNode(arguments, config);
    if (task != Task::kServe) return signingKey(arguments, config, task == Task::kMakeKey);
    setLogLevel(logLevelNamed(config.logLevel));
    setLogFile(config.logFile);
    return serve(config);
}

}  // namespace
}  // namespace weir

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == weir::kParserWorkerArgument)
        return weir::parserWorkerMain(argc, argv);
    weir::blockSignals();
    weir::Arguments arguments;
    CLI::App app{"weir-slave: filters the mail of one Postfix, as its master's rules say."};
    app.set_version_flag("--version", std::string("weir-slave ") + WEIR_VERSION);
    app.fallthrough();
    const auto* config =
        app.add_option("--config", arguments.configFile, "Settings (TOML)")->capture_default_str();
    app.add_flag("--check-config", arguments.checkConfig, "Check the settings and the policy file, then end");
    app.add_flag("--print-config", arguments.printConfig, "Print the effective settings, then end");
    app.add_flag("--print-example", arguments.printExample, "Print a settings file to edit, then end");
    CLI::App* enroll = app.add_subcommand("enroll", "Join a cluster with a token of its master");
    enroll->add_option("--master", arguments.master, "HOST:PORT of the master's node port");
    enroll->add_option("--token", arguments.token, "The enrollment token")->required();
    enroll->add_option("--name", arguments.name, "Name of this node (default: node.name)");
    CLI::App* keys = app.add_subcommand("dkim-key", "Keys that sign outbound mail, on this node alone");
    keys->require_subcommand(1);
    CLI::App* make =
        keys->add_subcommand("make", "Make a key, never over one that is there; print its DNS record");
    CLI::App* show = keys->add_subcommand("show", "Print the DNS record of a key that is there");
    for (CLI::App* one : {make, show}) {
        one->add_option("domain", arguments.domain, "Domain of the From header")->required();
        one->add_option("selector", arguments.selector, "Selector, such as mx1-2026")->required();
    }
    auto* ed25519 =
        make->add_flag("--ed25519", arguments.ed25519, "An ed25519 key (RFC 8463) in place of RSA");
    make->add_option("--bits", arguments.bits, "Bits of an RSA key")
        ->capture_default_str()
        ->excludes(ed25519);
    CLI11_PARSE(app, argc, argv);
    using weir::Task;
    const Task task = enroll->parsed() ? Task::kEnroll
                      : make->parsed() ? Task::kMakeKey
                      : show->parsed() ? Task::kShowKey
                                       : Task::kServe;
    try {
        return weir::run(arguments, config->count() > 0, task);
    } catch (const weir::Error& error) {
        std::cerr << "weir-slave: " << error.what() << "\n";
        return error.code() == weir::ErrorCode::kInvalid ? weir::kWrongSettings : 1;
    } catch (const std::exception& error) {
        std::cerr << "weir-slave: " << error.what() << "\n";
        return 1;
    }
}
