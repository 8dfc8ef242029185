// What it costs to parse HTML in a sandboxed process: CPU a request of 20 kB, of slave and parser process
// together, beside the same parse called directly; and what one process holds in memory.
//
//   parser_bench [REQUESTS]
#include <dirent.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "slave/parser/parser_pool.h"
#include "slave/parser/parser_worker.h"

using namespace weir;

namespace {

std::string page(std::size_t bytes) {
    std::string html = "<html><head><style>p { margin: 0 }</style></head><body><table width=\"600\">\r\n";
    while (html.size() < bytes) {
        html +=
            "<tr><td style=\"padding: 8px; font-family: sans-serif\" class=\"cell\"><p>The meeting of the "
            "garden "
            "project is tomorrow, please find attached the offer and our invoice for it. Regards, we all."
            "&nbsp;<a href=\"https://news.example.org/x?u=1&amp;y=2\"><b>more</b></a></p></td></tr>\r\n";
    }
    return html + "</table></body></html>\r\n";
}

double seconds(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// The only process that this one has started.
pid_t child() {
    DIR* directory = ::opendir("/proc");
    pid_t found = -1;
    while (const dirent* entry = ::readdir(directory)) {
        if (std::strspn(entry->d_name, "0123456789") != std::strlen(entry->d_name)) continue;
        std::ifstream stat("/proc/" + std::string(entry->d_name) + "/stat");
        std::string pid, command, state, parent;
        stat >> pid >> command >> state >> parent;
        if (parent == std::to_string(::getpid())) found = std::atoi(pid.c_str());
    }
    ::closedir(directory);
    return found;
}

std::string memoryOf(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
    std::string text;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("Rss") || line.starts_with("Pss:") || line.starts_with("Private_Dirty"))
            text += line + "  ";
    }
    return text;
}

// Microseconds of CPU a call, on the given clocks together.
double cost(int calls, const std::vector<clockid_t>& clocks, const std::function<void()>& call) {
    for (int i = 0; i < calls / 10; ++i) call();
    double before = 0, after = 0;
    for (const clockid_t clock : clocks) before += seconds(clock);
    for (int i = 0; i < calls; ++i) call();
    for (const clockid_t clock : clocks) after += seconds(clock);
    return (after - before) / calls * 1e6;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], kParserWorkerArgument) == 0) return parserWorkerMain(argc, argv);
    const int calls = argc > 1 ? std::atoi(argv[1]) : 20'000;
    ParserPoolSettings settings;
    settings.processes = 1;
    settings.requestsEach = UINT64_MAX;
    settings.limits.cpuSeconds = 3600;
    ParserPool pool(settings);
    const pid_t worker = child();
    clockid_t workerClock{};
    ::clock_getcpuclockid(worker, &workerClock);
    std::printf("a new parser process: %s\n", memoryOf(worker).c_str());

    std::size_t kept = 0;
    for (const std::size_t size : {std::size_t{100}, std::size_t{20'000}, std::size_t{200'000}}) {
        const std::string html = page(size);
        const std::vector<ParseItem> items{{ParseKind::kHtml, html}};
        const auto direct = [&] { kept += readHtml(html).text.size(); };
        const auto asked = [&] {
            const auto results =
                pool.parse(items, std::chrono::steady_clock::now() + std::chrono::seconds(10));
            if (!results[0].failed()) kept += results[0].as<HtmlReading>()->text.size();
        };
        const int n = size > 20'000 ? calls / 10 : calls;
        for (int round = 0; round < 3; ++round) {
            const double alone = cost(n, {CLOCK_PROCESS_CPUTIME_ID}, direct);
            const double both = cost(n, {CLOCK_PROCESS_CPUTIME_ID, workerClock}, asked);
            const double slave = cost(n, {CLOCK_PROCESS_CPUTIME_ID}, asked);
            std::printf(
                "%7zu bytes: direct %7.1f us, through the pool %7.1f us (slave %5.1f), more by %5.1f us\n",
                html.size(), alone, both, slave, both - alone);
        }
    }
    std::printf("after them: %s\n(%zu bytes of text)\n", memoryOf(worker).c_str(), kept);
    return 0;
}
