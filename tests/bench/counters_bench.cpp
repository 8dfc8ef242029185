// What shared counters cost a mail: CPU time of one decision with 1 and 4 threads, memory an entry, and the
// time to merge what others tell and to write the file.
//
//   counters_bench [ENTRIES]     (200,000)
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "common/base/clock.h"
#include "common/base/durable_file.h"
#include "slave/counters/shared_counters.h"
#include "tests/support/temp_folder.h"

namespace {

using namespace weir;

double micros(std::clock_t since) {
    return static_cast<double>(std::clock() - since) * 1e6 / CLOCKS_PER_SEC;
}

void measure(const char* name, int threads, int calls, const std::function<void(int)>& call) {
    std::vector<std::thread> all;
    const std::clock_t begun = std::clock();  // of all threads together
    for (int t = 0; t < threads; ++t)
        all.emplace_back([&, t] {
            for (int i = t; i < calls; i += threads) call(i);
        });
    for (std::thread& thread : all) thread.join();
    std::printf("%-38s %d thread%s %6.2f us\n", name, threads, threads == 1 ? " " : "s",
                micros(begun) / calls);
}

std::uint64_t residentBytes() {
    std::uint64_t size = 0, resident = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%lu %lu", &size, &resident) != 2) resident = 0;
        std::fclose(file);
    }
    return resident * 4096;
}

}  // namespace

int main(int argc, char** argv) {
    const int entries = argc > 1 ? std::atoi(argv[1]) : 200'000;
    test::TempFolder folder;
    SharedCounters counters({.folder = folder.path()});
    const TimePoint start = now();
    const GreylistSettings settings;
    const auto sender = [](int i) { return "newsletter-" + std::to_string(i) + "@lists.example.org"; };
    const auto client = [](int i) {
        return std::to_string(i % 223 + 1) + "." + std::to_string(i / 223 % 256) + "." +
               std::to_string(i / 57088 % 256) + ".25";
    };
    const auto mail = [&](int i, TimePoint time) {
        return counters.greylist().check(client(i), sender(i), "someone@here.example", settings, time);
    };
    std::uint64_t before = residentBytes();
    const auto memory = [&](const char* name) {
        const std::uint64_t after = residentBytes();
        std::printf("%-38s           %6.0f bytes\n", name, static_cast<double>(after - before) / entries);
        before = after;
    };
    measure("greylist: new triplet", 1, entries, [&](int i) { mail(i, start); });
    memory("  an entry");
    measure("greylist: passes for the first time", 1, entries,
            [&](int i) { mail(i, start + std::chrono::seconds(300)); });
    memory("  its network's count");
    for (const int threads : {1, 4})
        measure("greylist: known triplet", threads, entries,
                [&](int i) { mail(i, start + std::chrono::seconds(301)); });
    const std::chrono::seconds hour(3600);
    before = residentBytes();
    measure("rate: new key", 1, entries,
            [&](int i) { counters.rates().add("rule", sender(i), 1, hour, start); });
    memory("  an entry");
    for (const int threads : {1, 4})
        measure("rate: known key", threads, entries,
                [&](int i) { counters.rates().add("rule", sender(i % 1000), 1, hour, start); });

    SharedEntries others;
    for (Column column = 1; column <= 12; ++column)
        for (std::uint32_t slot = 0; slot < 20; ++slot) {
            const auto now20 = toSharedSeconds(start) / 180 - slot;
            others.counts.push_back({sharedKey({"rate", "rule", "hot", "3600"}), column, now20,
                                     toSharedSeconds(start) + 4000, 1});
        }
    counters.merge(others, start);
    measure("rate: key of 12 nodes, whole window", 1, entries,
            [&](int) { counters.rates().add("rule", "hot", 1, hour, start); });
    measure("poison: not known", 1, entries, [&](int i) { counters.poison().poisoned(sender(i), start); });

    SharedEntries told;
    for (int i = 0; i < entries; ++i)
        told.triplets.push_back(
            {sharedKey({"other", std::to_string(i)}), 0, 1, 2, toSharedSeconds(start) + 1000});
    const std::clock_t merging = std::clock();
    counters.merge(told, start);
    std::printf("%-38s           %6.2f us\n", "merge of a triplet", micros(merging) / entries);
    const std::clock_t saving = std::clock();
    counters.save();
    std::printf("%-38s           %6.0f ms, %.1f MB\n", "the file", micros(saving) / 1000,
                static_cast<double>(std::filesystem::file_size(folder / "counters")) / 1e6);
    return 0;
}
