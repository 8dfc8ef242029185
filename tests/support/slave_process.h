// A real weir-slave on a unix socket in a folder of its own, alone with a policy file. For component tests
// and benchmarks.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace weir::test {

struct SlaveOptions {
    std::filesystem::path program;                // weir-slave
    std::string policy;                           // JSON; empty: the slave has no policy file
    std::map<std::string, std::string> settings;  // "mail.max_bytes" → "\"1M\"", as TOML values
};

class SlaveProcess {
  public:
    // Writes the configuration; start() runs the program.
    SlaveProcess(std::filesystem::path folder, SlaveOptions options);
    ~SlaveProcess();  // kills what still runs
    SlaveProcess(const SlaveProcess&) = delete;
    SlaveProcess& operator=(const SlaveProcess&) = delete;

    // Returns when the milter socket takes connections. Throws std::runtime_error with the log when it does
    // not.
    void start();
    int stop();   // SIGTERM; the exit code
    void kill();  // SIGKILL
    void signal(int number);
    pid_t pid() const { return pid_; }

    void writePolicy(const std::string& policy);
    std::string milter() const { return "unix:" + (folder_ / "milter.sock").string(); }
    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path storage() const { return folder_ / "data"; }
    std::filesystem::path config() const { return folder_ / "slave.toml"; }
    std::string log() const;
    bool logs(const std::string& text) const { return log().find(text) != std::string::npos; }
    // GET on the metrics listener: body, preceded by the status code and a space.
    std::string get(const std::string& path) const;

    // Files of the quarantine with this extension, by name.
    std::vector<std::filesystem::path> quarantined(const std::string& extension = ".eml") const;

  private:
    const std::filesystem::path folder_;
    SlaveOptions options_;
    pid_t pid_ = -1;
};

// Runs a program to its end; exit code and all it wrote.
struct CommandResult {
    int code = -1;
    std::string output;
};
CommandResult runCommand(const std::vector<std::string>& arguments);

std::string fileText(const std::filesystem::path& file);

}  // namespace weir::test
