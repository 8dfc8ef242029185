// Loads one milter socket with mail, as fast as the filter answers, over several connections.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace weir::bench {

struct LoadOptions {
    std::size_t messages = 6000;
    std::size_t connections = 8;
    std::size_t perConversation = 20;  // mails of one connection, as an MTA sends them
};

struct LoadResult {
    double perSecond = 0;
    double p50 = 0, p99 = 0;       // milliseconds from the first byte of a mail to its answer
    double cpu = 0;                // milliseconds a message, of the filter and all its processes
    double cpuProgram = 0;         // the same of the program alone
    double resident = 0, all = 0;  // megabytes of the program; of all its processes
    std::size_t failed = 0;        // answers other than accept or continue
};

// `pid` is the filter's. Throws std::runtime_error when the filter breaks off or is silent for a minute.
LoadResult loadMilter(const LoadOptions& options, const std::string& address, pid_t pid,
                      const std::vector<std::string>& mails);

}  // namespace weir::bench
