// One parser process, seen from the slave: started, asked, and ended without mercy.
//
// Not thread-safe. What it answers is only lengths checked here; what the answers say is for readAnswer().
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "slave/parser/parse_request.h"
#include "slave/parser/parser_worker.h"

namespace weir {

class WorkerProcess {
  public:
    using Deadline = std::chrono::steady_clock::time_point;

    // Starts it and waits until it is in its sandbox. Throws Error kUnavailable with the reason. The process
    // ends when the calling thread ends.
    WorkerProcess(const std::filesystem::path& program, const WorkerOptions& options, Deadline ready);
    ~WorkerProcess();  // kills and reaps
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    struct Exchange {
        std::vector<ParseResult> results;  // of all items, or of those that were finished when it was lost
        ParseResult loss;                  // why it was lost; without failure while it is alive
    };
    // Head and bytes of all items must fit into requestCapacity().
    Exchange ask(const ParseLimits& limits, std::span<const ParseItem> items, Deadline deadline);

    // It waits for a request, as far as can be seen: something unasked for, or its end, is not waiting.
    bool waiting() const;
    bool alive() const { return pid_ > 0; }
    // It is lost, or has been short of memory: let go of it.
    bool spent() const { return !alive() || spent_; }
    std::size_t requestCapacity() const { return region_.requestCapacity(); }
    pid_t pid() const { return pid_; }
    std::uint64_t requests() const { return number_; }
    std::chrono::nanoseconds busy() const { return busy_; }  // time spent in ask()

  private:
    struct End {
        ParseFailure failure = ParseFailure::kDied;
        std::string text;
    };
    void start(const std::filesystem::path& program, const WorkerOptions& options);
    void awaitReady(Deadline ready);
    std::size_t writeRequest(const ParseLimits& limits, std::span<const ParseItem> items);
    WorkerMessage converse(const WorkerMessage& request, Deadline deadline, Exchange& exchange);
    void readResults(std::span<const ParseItem> items, const WorkerMessage& answered, Exchange& exchange);
    End end();

    SharedRegion region_;
    int socket_ = -1;
    pid_t pid_ = -1;
    std::uint64_t number_ = 0;
    std::chrono::nanoseconds busy_{0};
    bool spent_ = false;
    std::string head_;    // reused
    std::string answer_;  // what the process wrote, out of its reach
};

}  // namespace weir
