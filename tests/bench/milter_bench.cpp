// Loads the milter socket straight, without Postfix, and prints what a mail costs: a filter that does
// nothing, weir-slave with several sets of rules, the parts that no filter can do without, and rspamd with
// the same patterns. README.md says how to read it.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <numeric>

#include "tests/bench/bench_rules.h"
#include "tests/bench/mail_mixture.h"
#include "tests/bench/milter_load.h"
#include "tests/bench/physical_parts.h"
#include "tests/bench/process_tree.h"
#include "tests/bench/rspamd_process.h"
#include "tests/support/eventually.h"
#include "tests/support/milter_client.h"
#include "tests/support/slave_process.h"
#include "tests/support/temp_folder.h"

namespace {

using namespace weir;
using namespace weir::bench;

struct Options {
    std::string slave = WEIR_SLAVE_PROGRAM, nullMilter = WEIR_NULL_PROGRAM, policyFolder, only;
    std::size_t distinct = 300, rspamdMessages = 1500;
    bool noRspamd = false;
    LoadOptions load;
};

void print(const std::string& name, const LoadResult& result) {
    std::printf("%-30s %8.0f %8.2f %8.2f %9.3f %9.3f %7.0f %7.0f %7zu\n", name.c_str(), result.perSecond,
                result.p50, result.p99, result.cpu, result.cpuProgram, result.resident, result.all,
                result.failed);
    std::fflush(stdout);
}

LoadResult runNull(const Options& options, const std::vector<std::string>& mails) {
    const test::TempFolder folder;
    const std::string socket = "unix:" + (folder / "null.sock").string();
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::execl(options.nullMilter.c_str(), options.nullMilter.c_str(), socket.c_str(), nullptr);
        ::_exit(127);
    }
    const bool up = test::eventually([&] {
        try {
            test::MilterClient probe(socket);
            return true;
        } catch (const std::runtime_error&) {
            return false;
        }
    });
    if (!up) throw std::runtime_error("null_milter did not start");
    const LoadResult result = loadMilter(options.load, socket, pid, mails);
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return result;
}

LoadResult runSlave(const Options& options, const BenchRules& rules, const std::vector<std::string>& mails) {
    const test::TempFolder folder;
    test::SlaveProcess slave(folder.path() / "slave", {options.slave, rules.policy, {}});
    slave.start();
    waitUntilCalm(slave.pid());
    const LoadResult result = loadMilter(options.load, slave.milter(), slave.pid(), mails);
    slave.stop();
    return result;
}

LoadResult runRspamd(const Options& options, const BenchRules& rules, const std::vector<std::string>& mails) {
    const test::TempFolder folder;
    RspamdProcess rspamd(folder.path() / "rspamd", rules.expressions);
    rspamd.start();
    LoadOptions load = options.load;
    load.messages = options.rspamdMessages;
    return loadMilter(load, rspamd.milter(), rspamd.pid(), mails);
}

void describe(const Options& options, const std::vector<std::string>& mails) {
    const std::size_t bytes =
        std::accumulate(mails.begin(), mails.end(), std::size_t{0},
                        [](std::size_t sum, const std::string& mail) { return sum + mail.size(); });
    const auto [least, most] = std::minmax_element(
        mails.begin(), mails.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    std::printf(
        "%zu messages, %zu distinct, %.1f kB to %.1f kB, mean %.1f kB; %zu connections, %zu mails a "
        "conversation\n\n%-30s %8s %8s %8s %9s %9s %7s %7s %7s\n",
        options.load.messages, mails.size(), static_cast<double>(least->size()) / 1000,
        static_cast<double>(most->size()) / 1000,
        static_cast<double>(bytes) / static_cast<double>(mails.size()) / 1000, options.load.connections,
        options.load.perConversation, "filter", "mails/s", "p50 ms", "p99 ms", "CPU ms", "alone ms", "RSS MB",
        "all MB", "failed");
}

std::vector<BenchRules> allRules() {
    return {noRules(), phraseRules(10), phraseRules(10'000), mixedRules(1000), expressionRules(1000)};
}

class Comparison {
  public:
    explicit Comparison(const Options& options) : options_(options), mails_(mailMixture(options.distinct)) {}

    bool run() {
        describe(options_, mails_);
        if (!options_.only.empty()) return runOnly();
        const double nothing = take("do-nothing", runNull(options_, mails_)).cpu;
        take("weir-slave, no rules", runSlave(options_, noRules(), mails_));
        const BenchRules few = phraseRules(10), many = phraseRules(10'000);
        const double fewCpu = take("weir-slave, " + few.name, runSlave(options_, few, mails_)).cpu;
        const double manyCpu = take("weir-slave, " + many.name, runSlave(options_, many, mails_)).cpu;
        note("10,000 phrases / 10 phrases", manyCpu / fewCpu, "CPU");
        for (const BenchRules& rules : {mixedRules(1000), expressionRules(1000)}) beside(rules, nothing);
        std::printf("\n%s", notes_.c_str());
        return good_;
    }

  private:
    bool runOnly() {
        for (const BenchRules& rules : allRules())
            if (rules.name == options_.only)
                take("weir-slave, " + rules.name, runSlave(options_, rules, mails_));
        return good_;
    }
    LoadResult take(const std::string& name, const LoadResult& result) {
        print(name, result);
        good_ = good_ && result.failed == 0;
        return result;
    }
    void note(const std::string& what, double ratio, const char* of) {
        char line[200];
        std::snprintf(line, sizeof line, "%-56s %6.2f times the %s\n", what.c_str(), ratio, of);
        notes_ += line;
    }
    void beside(const BenchRules& rules, double nothing) {
        const LoadResult weir = take("weir-slave, " + rules.name, runSlave(options_, rules, mails_));
        const PhysicalParts parts = physicalParts(mails_, rules.expressions);
        const double least = nothing + parts.parse + parts.scan;
        std::printf("%-30s %8s %8s %8s %9.3f   do-nothing %.3f + parse %.3f + scan %.3f\n",
                    "physical parts of these", "", "", "", least, nothing, parts.parse, parts.scan);
        note(rules.name + ": weir-slave / its physical parts", weir.cpu / least, "CPU");
        if (options_.noRspamd) return;
        if (!RspamdProcess::installed()) {
            notes_ += "rspamd is not installed: not compared\n";
            return;
        }
        const LoadResult rspamd = take("rspamd, " + rules.name, runRspamd(options_, rules, mails_));
        note(rules.name + ": weir-slave / rspamd", weir.perSecond / rspamd.perSecond, "messages a second");
    }

    const Options& options_;
    const std::vector<std::string> mails_;
    std::string notes_;
    bool good_ = true;
};

void writePolicies(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    for (const BenchRules& rules : allRules()) {
        std::string name = rules.name;
        std::replace(name.begin(), name.end(), ' ', '-');
        std::ofstream(folder / (name + ".json")) << rules.policy << "\n";
    }
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"milter_bench: messages a second, latency and CPU of filters on the milter socket."};
    app.add_option("--slave", options.slave, "weir-slave")->capture_default_str();
    app.add_option("--messages", options.load.messages)->capture_default_str();
    app.add_option("--rspamd-messages", options.rspamdMessages, "The same for rspamd, which takes longer")
        ->capture_default_str();
    app.add_option("--connections", options.load.connections)->capture_default_str();
    app.add_option("--per-conversation", options.load.perConversation, "Mails of one conversation")
        ->capture_default_str();
    app.add_option("--distinct", options.distinct, "Distinct mails")->capture_default_str();
    app.add_flag("--no-rspamd", options.noRspamd);
    app.add_option("--only", options.only, "Only weir-slave with the set of rules of this name, to profile");
    app.add_option("--write-policies", options.policyFolder, "Only write the policies there, a file each");
    CLI11_PARSE(app, argc, argv);
    try {
        if (!options.policyFolder.empty()) {
            writePolicies(options.policyFolder);
            return 0;
        }
        return Comparison(options).run() ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "milter_bench: " << error.what() << "\n";
        return 1;
    }
}
