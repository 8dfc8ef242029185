// Loads the milter socket straight, without Postfix, and prints what a mail costs: the do-nothing filter,
// then weir-slave with no rules and with many. README.md says how to read it.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <numeric>
#include <sstream>
#include <thread>

#include "tests/bench/mail_mixture.h"
#include "tests/support/eventually.h"
#include "tests/support/milter_client.h"
#include "tests/support/slave_process.h"
#include "tests/support/temp_folder.h"

namespace {

using namespace weir;
using test::MilterClient;

struct Options {
    std::string slave = WEIR_SLAVE_PROGRAM, nullMilter = WEIR_NULL_PROGRAM;
    std::vector<std::size_t> rules = {0, 1000};
    std::size_t messages = 6000, connections = 8, perConversation = 20, distinct = 300;
    double maxNoRules = 0, maxRules = 0;
};

// Milliseconds of CPU that a process has used, in user and kernel mode.
double cpuMillis(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) * 1000 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double statusMegabytes(pid_t pid, const std::string& key) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(key + ":")) return std::stod(line.substr(key.size() + 1)) / 1024;
    }
    return 0;
}

struct Result {
    double perSecond = 0, p50 = 0, p99 = 0, cpu = 0, resident = 0, peak = 0;
    std::size_t failed = 0;
};

// One connection's share of the load.
class Sender {
  public:
    Sender(const Options& options, std::string address, const std::vector<std::string>& frames)
        : options_(options), address_(std::move(address)), frames_(frames) {}

    void run(std::atomic<std::size_t>& next, std::size_t total) {
        std::unique_ptr<MilterClient> client;
        std::size_t inConversation = 0;
        for (std::size_t number; (number = next.fetch_add(1)) < total;) {
            if (!client || inConversation == options_.perConversation) {
                if (client) client->quit();
                client = std::make_unique<MilterClient>(address_, std::chrono::seconds(60));
                client->open();
                inConversation = 0;
            }
            ++inConversation;
            const auto begin = std::chrono::steady_clock::now();
            client->sendFrames(frames_[number % frames_.size()]);
            const test::MilterReply reply = client->readAnswer();
            millis.push_back(
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
            if (!reply.delivers()) ++failed;
        }
        if (client) client->quit();
    }

    std::vector<double> millis;
    std::size_t failed = 0;

  private:
    const Options& options_;
    const std::string address_;
    const std::vector<std::string>& frames_;
};

double load(const Options& options, const std::string& address, const std::vector<std::string>& frames,
            std::size_t total, std::vector<Sender>& senders) {
    senders.clear();
    for (std::size_t i = 0; i < options.connections; ++i) senders.emplace_back(options, address, frames);
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    const auto begin = std::chrono::steady_clock::now();
    for (Sender& sender : senders) threads.emplace_back([&] { sender.run(next, total); });
    for (std::thread& thread : threads) thread.join();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Result measure(const Options& options, const std::string& address, pid_t pid,
               const std::vector<std::string>& mails) {
    std::vector<std::string> frames;
    {
        MilterClient client(address);
        client.open();
        for (std::size_t i = 0; i < mails.size(); ++i) {
            test::MilterMail mail;
            mail.sender = "sender" + std::to_string(i) + "@example.org";
            mail.recipients = {"user" + std::to_string(i % 50) + "@example.net"};
            mail.content = mails[i];
            mail.queueId = "4bBENCH" + std::to_string(i);
            frames.push_back(client.framesOf(mail));
        }
        client.quit();
    }
    std::vector<Sender> senders;
    load(options, address, frames, options.messages / 10, senders);  // to warm caches, threads and buffers
    const double cpuBefore = cpuMillis(pid);
    const double seconds = load(options, address, frames, options.messages, senders);
    Result result;
    result.cpu = (cpuMillis(pid) - cpuBefore) / static_cast<double>(options.messages);
    std::vector<double> millis;
    for (const Sender& sender : senders) {
        millis.insert(millis.end(), sender.millis.begin(), sender.millis.end());
        result.failed += sender.failed;
    }
    std::sort(millis.begin(), millis.end());
    result.perSecond = static_cast<double>(options.messages) / seconds;
    result.p50 = millis[millis.size() / 2];
    result.p99 = millis[millis.size() * 99 / 100];
    result.resident = statusMegabytes(pid, "VmRSS");
    result.peak = statusMegabytes(pid, "VmHWM");
    return result;
}

void print(const std::string& name, const Result& result) {
    std::printf("%-28s %9.0f %9.2f %9.2f %11.3f %8.1f %8.1f %7zu\n", name.c_str(), result.perSecond,
                result.p50, result.p99, result.cpu, result.resident, result.peak, result.failed);
    std::fflush(stdout);
}

Result runNull(const Options& options, const std::vector<std::string>& mails) {
    const test::TempFolder folder;
    const std::string socket = "unix:" + (folder / "null.sock").string();
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::execl(options.nullMilter.c_str(), options.nullMilter.c_str(), socket.c_str(), nullptr);
        ::_exit(127);
    }
    const bool up = test::eventually([&] {
        try {
            MilterClient probe(socket);
            return true;
        } catch (const std::runtime_error&) {
            return false;
        }
    });
    if (!up) throw std::runtime_error("null_milter did not start");
    const Result result = measure(options, socket, pid, mails);
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return result;
}

Result runSlave(const Options& options, std::size_t rules, const std::vector<std::string>& mails) {
    const test::TempFolder folder;
    test::SlaveProcess slave(folder.path() / "slave", {options.slave, bench::benchPolicy(rules), {}});
    slave.start();
    const Result result = measure(options, slave.milter(), slave.pid(), mails);
    slave.stop();
    return result;
}

bool within(const char* what, double cpu, double limit) {
    if (limit <= 0 || cpu <= limit) return true;
    std::printf("over the limit: %s costs %.3f ms of CPU a message, allowed are %.3f\n", what, cpu, limit);
    return false;
}

int run(const Options& options) {
    const std::vector<std::string> mails = bench::mailMixture(options.distinct);
    const std::size_t bytes =
        std::accumulate(mails.begin(), mails.end(), std::size_t{0},
                        [](std::size_t sum, const std::string& mail) { return sum + mail.size(); });
    const auto [least, most] = std::minmax_element(
        mails.begin(), mails.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    std::printf(
        "%zu messages, %zu distinct, %.1f kB to %.1f kB, mean %.1f kB; %zu connections, %zu mails a "
        "conversation\n\n",
        options.messages, mails.size(), static_cast<double>(least->size()) / 1000,
        static_cast<double>(most->size()) / 1000,
        static_cast<double>(bytes) / static_cast<double>(mails.size()) / 1000, options.connections,
        options.perConversation);
    std::printf("%-28s %9s %9s %9s %11s %8s %8s %7s\n", "filter", "mails/s", "p50 ms", "p99 ms",
                "CPU ms/mail", "RSS MB", "peak MB", "failed");
    print("do-nothing", runNull(options, mails));
    bool good = true;
    for (const std::size_t rules : options.rules) {
        const Result result = runSlave(options, rules, mails);
        const std::string name = "weir-slave, " + std::to_string(rules) + " rules";
        print(name, result);
        good = good && result.failed == 0 &&
               within(name.c_str(), result.cpu, rules == 0 ? options.maxNoRules : options.maxRules);
    }
    return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"milter_bench: messages a second, latency and CPU of filters on the milter socket."};
    app.add_option("--slave", options.slave, "weir-slave")->capture_default_str();
    app.add_option("--rules", options.rules, "Numbers of rules to run with")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--messages", options.messages)->capture_default_str();
    app.add_option("--connections", options.connections)->capture_default_str();
    app.add_option("--per-conversation", options.perConversation, "Mails of one conversation")
        ->capture_default_str();
    app.add_option("--distinct", options.distinct, "Distinct mails")->capture_default_str();
    app.add_option("--max-no-rules", options.maxNoRules,
                   "Fail over this many CPU ms a message without rules");
    app.add_option("--max-rules", options.maxRules, "The same with rules");
    CLI11_PARSE(app, argc, argv);
    try {
        return run(options);
    } catch (const std::exception& error) {
        std::cerr << "milter_bench: " << error.what() << "\n";
        return 1;
    }
}
