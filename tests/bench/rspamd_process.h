// A private rspamd behind its own milter, to measure beside. Runs only with Debian's package installed.
//
// Its default rules and Lua modules, those that ask the network off, as many self-scanning workers as the
// machine has processors, hyperscan as it comes. `expressions` are added as case-insensitive {raw_mime}
// regular expressions that score nothing, and no score rejects, so that every mail takes the whole way.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace weir::bench {

class RspamdProcess {
  public:
    static bool installed();

    RspamdProcess(std::filesystem::path folder, const std::vector<std::string>& expressions);
    ~RspamdProcess();  // kills it
    RspamdProcess(const RspamdProcess&) = delete;
    RspamdProcess& operator=(const RspamdProcess&) = delete;

    // Returns once it takes connections and has compiled its expressions. Throws std::runtime_error with its
    // log when it does not start.
    void start();
    std::string milter() const { return "unix:" + (folder_ / "milter.sock").string(); }
    pid_t pid() const { return pid_; }

  private:
    const std::filesystem::path folder_;
    pid_t pid_ = -1;
};

}  // namespace weir::bench
