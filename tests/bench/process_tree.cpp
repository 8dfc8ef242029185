#include "tests/bench/process_tree.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>

namespace weir::bench {
namespace {

struct Status {
    pid_t parent = 0;
    double ticks = 0;
};

bool readStatus(const std::filesystem::path& folder, Status& status) {
    std::ifstream file(folder / "stat");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const std::size_t name = text.rfind(')');
    if (name == std::string::npos) return false;
    std::istringstream fields(text.substr(name + 2));
    std::string skipped;
    fields >> skipped >> status.parent;
    for (int i = 0; i < 9; ++i) fields >> skipped;
    double own[2] = {}, ended[2] = {};  // user and kernel mode: its own, its ended children's
    fields >> own[0] >> own[1] >> ended[0] >> ended[1];
    status.ticks = own[0] + own[1] + ended[0] + ended[1];
    return static_cast<bool>(fields);
}

double megabytes(const std::filesystem::path& file, const std::string& key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(key + ":")) return std::stod(line.substr(key.size() + 1)) / 1024;
    }
    return 0;
}

std::map<pid_t, Status> allProcesses() {
    std::map<pid_t, Status> all;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        Status status;
        if (name.find_first_not_of("0123456789") == std::string::npos && readStatus(entry.path(), status))
            all[std::stoi(name)] = status;
    }
    return all;
}

bool descends(const std::map<pid_t, Status>& all, pid_t pid, pid_t root) {
    while (pid != root) {
        const auto at = all.find(pid);
        if (at == all.end() || at->second.parent == 0) return false;
        pid = at->second.parent;
    }
    return true;
}

}  // namespace

TreeUse treeUse(pid_t root) {
    TreeUse use;
    const std::map<pid_t, Status> all = allProcesses();
    for (const auto& [pid, status] : all) {
        if (!descends(all, pid, root)) continue;
        const std::filesystem::path folder = "/proc/" + std::to_string(pid);
        const double millis = status.ticks * 1000 / static_cast<double>(::sysconf(_SC_CLK_TCK));
        use.cpuMillis += millis;
        use.allMegabytes += megabytes(folder / "smaps_rollup", "Pss");
        if (pid == root) {
            use.programMillis = millis;
            use.residentMegabytes = megabytes(folder / "status", "VmRSS");
        }
        ++use.processes;
    }
    return use;
}

void waitUntilCalm(pid_t root) {
    double before = treeUse(root).cpuMillis;
    for (int calm = 0, turns = 0; calm < 4 && turns < 240; ++turns) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        const double now = treeUse(root).cpuMillis;
        calm = now - before < 50 ? calm + 1 : 0;
        before = now;
    }
}

}  // namespace weir::bench
