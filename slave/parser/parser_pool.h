// Parses hostile bytes in processes that can do nothing else.
//
// Keeps a number of parser processes (sandbox.h) ready. One that dies, stalls, is short of memory or answers
// nonsense is killed, replaced, and named in the result of the item it was at; the other items of the same
// request go to another process. Processes are also replaced after some requests, so nothing stays for long
// in one that was taken over unnoticed. Thread-safe; as many requests run at a time as there are processes.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "slave/parser/parse_request.h"
#include "slave/parser/sandbox.h"

namespace weir {

struct ParserPoolSettings {
    std::filesystem::path program = "/proc/self/exe";  // its main() calls parserWorkerMain()
    std::size_t processes = 2;
    std::size_t requestBytes = 128u << 20;  // of all items that go to a process at once
    std::size_t answerBytes = 32u << 20;    // of the answers to them
    SandboxLimits limits;                   // of each process
    std::uint64_t requestsEach = 10'000;    // then it is replaced
    std::size_t mostLosses = 3;             // processes that one call may cost; further items are not tried
    std::chrono::milliseconds startWithin{30'000};
};

struct ParserHealth {
    std::size_t processes = 0;  // ready or at work
    std::size_t atWork = 0;
    std::uint64_t requests = 0;  // calls of parse()
    std::uint64_t items = 0;
    std::uint64_t started = 0;  // processes, in all
    std::uint64_t lost = 0;     // of these, that died or were killed for what they did
    std::array<std::uint64_t, kParseFailures> failures{};  // items, by ParseFailure
    std::string problem;  // why no process can be started; empty when they can
};

class ParserPool {
  public:
    using Deadline = std::chrono::steady_clock::time_point;

    // Returns when one process is ready. Throws Error kUnavailable, with the reason, when none can be
    // started.
    explicit ParserPool(ParserPoolSettings settings = {});
    ~ParserPool();  // no parse() may be running

    // A result for each item, in their order; ends by the deadline (and the time it takes to end a process).
    // Throws Error only when memory of this process is short.
    std::vector<ParseResult> parse(std::span<const ParseItem> items, Deadline deadline,
                                   const ParseLimits& limits = {});

    ParserHealth health() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir
