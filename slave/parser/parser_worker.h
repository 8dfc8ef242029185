// The program that a parser process runs: weir-slave itself, called with kParserWorkerArgument first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "slave/parser/parse_request.h"
#include "slave/parser/sandbox.h"
#include "slave/parser/shared_region.h"

namespace weir {

inline constexpr const char* kParserWorkerArgument = "parser-worker";

// Descriptors a parser process is started with.
inline constexpr int kWorkerSocket = 3, kWorkerMemory = 4;

// A message on the socket, in both directions. Longer or shorter ones are no messages, but for the first one
// of a process that cannot begin: that is the reason, as text.
struct WorkerMessage {
    std::uint64_t number = 0;  // of the request, the same in its answer; 0: the process is ready
    std::uint64_t bytes = 0;   // of the request, or of the answer
    std::uint64_t items = 0;   // asked, or answered
};

// What lies in the answer area for each item: state, length, and that many bytes.
struct AnswerHead {
    std::uint64_t state = 0;
    std::uint64_t length = 0;
};

struct WorkerOptions {
    RegionSizes sizes;
    SandboxLimits limits;
};
// The arguments after kParserWorkerArgument.
std::vector<std::string> workerArguments(const WorkerOptions& options);

// For tests: answers items of other kinds, appending to `out`; false for one it does not know.
using ExtraParser = bool (*)(ParseKind kind, std::string_view bytes, std::string& out);

// Enters the sandbox, answers requests until the slave closes the socket, and ends the process. The exit code
// is for a call that is not by a ParserPool.
int parserWorkerMain(int argc, char** argv, ExtraParser extra = nullptr);

}  // namespace weir
