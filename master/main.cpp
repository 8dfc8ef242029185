// weir-master: the console, the API and the node port of one cluster.
#include <pwd.h>
#include <signal.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <ctime>
#include <iostream>

#include "common/base/log.h"
#include "master/master_app.h"
#include "master/service/accounts.h"

namespace weir {
namespace {

constexpr int kWrongSettings = 2;

sigset_t ourSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&set, number);
    return set;
}

// Before any thread: all threads inherit the mask, and the main thread takes the signals with sigtimedwait.
void blockSignals() {
    const sigset_t set = ourSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

// 0 when a second has passed.
int nextSignal() {
    const sigset_t set = ourSignals();
    const timespec second{1, 0};
    const int number = ::sigtimedwait(&set, nullptr, &second);
    return number < 0 ? 0 : number;
}

int serve(const MasterConfig& config) {
    MasterApp app(config);
    app.start();
    std::uint64_t watchdogMicros = 0;
    const bool watchdog = sd_watchdog_enabled(0, &watchdogMicros) > 0;
    sd_notify(0, "READY=1");
    for (;;) {
        const int number = nextSignal();
        if (number == SIGTERM || number == SIGINT) break;
        if (number == SIGHUP) {
            sd_notify(0, "RELOADING=1");
            app.reload();
            sd_notify(0, "READY=1");
        }
        app.turn();
        if (watchdog) sd_notify(0, "WATCHDOG=1");
    }
    sd_notify(0, "STOPPING=1");
    logInfo("master.stopping");
    app.stop();
    logInfo("master.stopped");
    return 0;
}

MasterConfig checked(const Settings& settings) {
    auto config = masterConfig(settings);
    if (!config) throw Error(ErrorCode::kInvalid, config.error().text());
    return std::move(*config);
}

struct Arguments {
    std::string configFile = kMasterConfigFile;
    bool configGiven = false, checkConfig = false, printConfig = false, printExample = false,
         printRoutes = false;
    bool createToken = false, firstLoginLink = false;
    std::string tokenName, tokenRole;
    int tokenDays = 90;
};

Actor commandLineActor() {
    const passwd* user = ::getpwuid(::geteuid());
    return {user != nullptr ? user->pw_name : std::to_string(::geteuid()), "command line", "", "admin"};
}

// These two work on the database alone, whether a master runs on it or not.
int createToken(const MasterConfig& config, const Arguments& arguments) {
    const auto database = openDatabase(config.database);
    Accounts accounts(*database);
    const auto token = accounts.createToken(arguments.tokenName, arguments.tokenRole, arguments.tokenDays,
                                            commandLineActor());
    if (!token) throw Error(ErrorCode::kInvalid, token.error().text());
    std::cout << token->secret << "\n";
    return 0;
}

int printFirstLoginLink(const MasterConfig& config) {
    const auto database = openDatabase(config.database);
    Accounts accounts(*database);
    std::cout << firstLoginLink(config.console.url, accounts.newFirstLoginToken()) << "\n";
    return 0;
}

int run(const Arguments& arguments) {
    if (arguments.printExample) {
        std::cout << exampleSettings(masterSettings());
        return 0;
    }
    if (arguments.printRoutes) {
        setLogLevel(LogLevel::kError);
        std::cout << routesText();
        return 0;
    }
    const Settings settings = usedSettings(arguments.configFile, arguments.configGiven, masterSettings());
    if (arguments.printConfig) {
        std::cout << settings.print(masterSettings());
        return 0;
    }
    const MasterConfig config = checked(settings);
    if (arguments.checkConfig) {
        std::cout << arguments.configFile << ": good\n";
        return 0;
    }
    if (arguments.createToken) return createToken(config, arguments);
    if (arguments.firstLoginLink) return printFirstLoginLink(config);
    setLogLevel(logLevelNamed(config.logLevel));
    setLogFile(config.logFile);
    return serve(config);
}

void declare(CLI::App& app, Arguments& arguments) {
    app.set_version_flag("--version", std::string("weir-master ") + WEIR_VERSION);
    app.fallthrough();
    app.add_option_function<std::string>(
           "--config",
           [&arguments](const std::string& file) {
               arguments.configFile = file;
               arguments.configGiven = true;
           },
           "Settings (TOML)")
        ->default_str(kMasterConfigFile);
    app.add_flag("--check-config", arguments.checkConfig, "Check the settings, then end");
    app.add_flag("--print-config", arguments.printConfig, "Print the effective settings, then end");
    app.add_flag("--print-example", arguments.printExample, "Print a settings file to edit, then end");
    app.add_flag("--print-routes", arguments.printRoutes,
                 "Print method, path and roles of every route, then end");
    CLI::App* token = app.add_subcommand("create-token", "Print a new API token, for scripts");
    token->add_option("--name", arguments.tokenName, "What it is for; shown in the audit")->required();
    token->add_option("--role", arguments.tokenRole, "admin, operator, quarantine or auditor")->required();
    token->add_option("--days", arguments.tokenDays, "Days until it expires, 1 to 365")
        ->capture_default_str();
    token->callback([&arguments] { arguments.createToken = true; });
    CLI::App* link =
        app.add_subcommand("first-login-link", "Print a new one-time link that makes the first admin");
    link->callback([&arguments] { arguments.firstLoginLink = true; });
}

}  // namespace
}  // namespace weir

int main(int argc, char** argv) {
    weir::blockSignals();
    weir::Arguments arguments;
    CLI::App app{"weir-master: rules, console and statistics of a mail-filter cluster."};
    weir::declare(app, arguments);
    CLI11_PARSE(app, argc, argv);
    try {
        return weir::run(arguments);
    } catch (const weir::Error& error) {
        std::cerr << "weir-master: " << error.what() << "\n";
        return error.code() == weir::ErrorCode::kInvalid ? weir::kWrongSettings : 1;
    } catch (const std::exception& error) {
        std::cerr << "weir-master: " << error.what() << "\n";
        return 1;
    }
}
