// A parser process that can also be told to misbehave: items of kind kMisbehave, whose bytes say how.
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <signal.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "slave/parser/parser_worker.h"

namespace {

using weir::kWorkerMemory;
using weir::kWorkerSocket;
using weir::WorkerMessage;

volatile int sink = 0;

void sayMessage(const WorkerMessage& message) {
    ::send(kWorkerSocket, &message, sizeof message, 0);
}

int deeper(int depth) {
    volatile char room[4096];
    room[0] = static_cast<char>(depth);
    return depth == 0 ? 0 : deeper(depth + 1) + room[0];
}

void loopForEver() {
    for (;;) sink = 1 - sink;
}

const std::map<std::string, std::function<void(std::string& out, std::string_view bytes)>> kWays = {
    {"open a file", [](std::string&, std::string_view) { sink = ::fopen("/etc/passwd", "r") != nullptr; }},
    {"make a socket", [](std::string&, std::string_view) { sink = ::socket(AF_INET, SOCK_STREAM, 0); }},
    {"fork", [](std::string&, std::string_view) { sink = ::fork(); }},
    {"run a program", [](std::string&, std::string_view) { sink = ::execl("/bin/true", "true", nullptr); }},
    {"signal the slave", [](std::string&, std::string_view) { sink = ::kill(::getppid(), SIGTERM); }},
    {"read another descriptor",
     [](std::string& out, std::string_view) { sink = ::read(0, out.data(), 0) == 0; }},
    {"make executable memory",
     [](std::string&, std::string_view) {
         sink = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != nullptr;
     }},
    {"truncate the shared memory",
     [](std::string&, std::string_view) { sink = ::ftruncate(kWorkerMemory, 0); }},
    {"allocate 2 GB", [](std::string& out, std::string_view) { out.resize(std::size_t{2} << 30, 'x'); }},
    {"loop for ever", [](std::string&, std::string_view) { loopForEver(); }},
    {"crash",
     [](std::string&, std::string_view) {
         volatile std::uintptr_t nowhere = 8;  // what the compiler cannot know, it does not warn of
         *reinterpret_cast<volatile int*>(nowhere) = 1;
     }},
    {"abort", [](std::string&, std::string_view) { std::abort(); }},
    {"overflow the stack", [](std::string&, std::string_view) { sink = deeper(1); }},
    {"exit", [](std::string&, std::string_view) { ::_exit(7); }},
    {"throw", [](std::string&, std::string_view) { throw std::runtime_error("a mistake"); }},
    {"answer nonsense", [](std::string& out, std::string_view) { out = "nonsense"; }},
    {"answer 64 MB", [](std::string& out, std::string_view) { out.resize(64u << 20, 'x'); }},
    {"answer for another request",
     [](std::string&, std::string_view) {
         sayMessage({999, 0, 1});
     }},
    {"answer more items",
     [](std::string&, std::string_view) {
         sayMessage({1, 16, 1'000'000'000'000});
     }},
    {"answer more bytes",
     [](std::string&, std::string_view) {
         sayMessage({1, std::uint64_t{1} << 60, 1});
     }},
    {"answer twice",
     [](std::string&, std::string_view) {
         sayMessage({1, 0, 1});
     }},
    {"say one byte", [](std::string&, std::string_view) { ::send(kWorkerSocket, "x", 1, 0); }},
    {"say too much",
     [](std::string&, std::string_view) { ::send(kWorkerSocket, std::string(100, 'x').data(), 100, 0); }},
    {"write to the request",
     [](std::string&, std::string_view bytes) { const_cast<char&>(bytes.front()) = 'x'; }},
};

bool misbehave(weir::ParseKind kind, std::string_view bytes, std::string& out) {
    const auto way = kWays.find(std::string(bytes));
    if (static_cast<int>(kind) != 200 || way == kWays.end()) return false;
    way->second(out, bytes);
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], weir::kParserWorkerArgument) == 0)
        return weir::parserWorkerMain(argc, argv, misbehave);
    std::fprintf(stderr, "%s: only for a ParserPool\n", argv[0]);
    return 2;
}
