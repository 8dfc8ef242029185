#include "slave/parser/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "common/base/error.h"
#include "slave/parser/parse_codec.h"

namespace weir {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kKeptAnswer = 1u << 20;  // memory for answers that is kept between requests

// A descriptor, closed with this object.
struct Descriptor {
    int number = -1;
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
};

// A second number for it, out of the way of those that a new process gets.
int movedUp(int descriptor) {
    const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 16);
    if (moved < 0) throw systemError("parser process: descriptor", errno);
    return moved;
}

class SpawnPlan {
  public:
    SpawnPlan(int socket, int memory) {
        posix_spawn_file_actions_init(&files_);
        posix_spawnattr_init(&attributes_);
        posix_spawn_file_actions_addopen(&files_, 0, "/dev/null", O_RDWR, 0);
        posix_spawn_file_actions_adddup2(&files_, 0, 1);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their reports go there
        posix_spawn_file_actions_adddup2(&files_, 0, 2);
#endif
        posix_spawn_file_actions_adddup2(&files_, socket, kWorkerSocket);
        posix_spawn_file_actions_adddup2(&files_, memory, kWorkerMemory);
        posix_spawn_file_actions_addclosefrom_np(&files_, kWorkerMemory + 1);
        // Signals to a terminal's or a service's processes are for the slave: it has mails in hand to finish.
        sigset_t set;
        sigfillset(&set);
        posix_spawnattr_setsigdefault(&attributes_, &set);
        sigemptyset(&set);
        for (const int number : {SIGHUP, SIGINT, SIGTERM}) sigaddset(&set, number);
        posix_spawnattr_setsigmask(&attributes_, &set);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(&attributes_,
                                 POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&files_);
        posix_spawnattr_destroy(&attributes_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    pid_t spawn(const std::string& program, const std::vector<std::string>& arguments) const {
        std::vector<char*> argv{const_cast<char*>(program.c_str())};
        for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        char* environment[] = {nullptr};
        pid_t pid = -1;
        const int error =
            ::posix_spawn(&pid, program.c_str(), &files_, &attributes_, argv.data(), environment);
        if (error != 0)
            throw Error(ErrorCode::kUnavailable,
                        "parser process: cannot start " + program + ": " + std::strerror(error));
        return pid;
    }

  private:
    posix_spawn_file_actions_t files_;
    posix_spawnattr_t attributes_;
};

// False when the deadline passed first.
bool waitReadable(int socket, Clock::time_point deadline) {
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(deadline - Clock::now());
        timespec time{};
        if (left.count() > 0) time = {left.count() / 1'000'000'000, left.count() % 1'000'000'000};
        pollfd entry{socket, POLLIN, 0};
        const int ready = ::ppoll(&entry, 1, &time, nullptr);
        if (ready > 0) return true;
        if (ready == 0) return false;
        if (errno != EINTR) throw systemError("parser process: poll", errno);
    }
}

std::string endText(int status) {
    if (WIFEXITED(status)) return "it ended itself with " + std::to_string(WEXITSTATUS(status));
    return "it died of signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) +
           ")";
}

ParseResult readItem(ParseKind kind, const AnswerHead& head, std::string_view bytes) {
    switch (static_cast<ItemState>(head.state)) {
        case ItemState::kDone:
            return readAnswer(kind, bytes);
        case ItemState::kOutOfMemory:
            return {ParseFailure::kMemory, "it needs more memory than a parser process has", {}};
        case ItemState::kTooLong:
            return {ParseFailure::kBadAnswer, "its answer is longer than the limit", {}};
        case ItemState::kNoAnswer:
            break;
    }
    return {ParseFailure::kBadAnswer, "the parser process has no answer to it", {}};
}

}  // namespace

WorkerProcess::WorkerProcess(const std::filesystem::path& program, const WorkerOptions& options,
                             Deadline ready)
    : region_(options.sizes) {
    try {
        start(program, options);
        awaitReady(ready);
    } catch (...) {
        end();
        throw;
    }
}

WorkerProcess::~WorkerProcess() {
    end();
}

void WorkerProcess::start(const std::filesystem::path& program, const WorkerOptions& options) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        throw systemError("parser process: socketpair", errno);
    socket_ = ends[0];
    const Descriptor theirs{ends[1]};
    const Descriptor socket{movedUp(ends[1])}, memory{movedUp(region_.descriptor())};
    const SpawnPlan plan(socket.number, memory.number);
    pid_ = plan.spawn(program.string(), workerArguments(options));
}

void WorkerProcess::awaitReady(Deadline ready) {
    if (!waitReadable(socket_, ready))
        throw Error(ErrorCode::kUnavailable, "parser process: not ready in time");
    char text[512];
    const ssize_t got = ::recv(socket_, text, sizeof text, MSG_DONTWAIT);
    if (got == sizeof(WorkerMessage)) return;
    if (got > 0)
        throw Error(ErrorCode::kUnavailable,
                    "parser process: " + std::string(text, static_cast<std::size_t>(got)));
    throw Error(ErrorCode::kUnavailable, "parser process: " + end().text);
}

WorkerProcess::End WorkerProcess::end() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
    if (pid_ <= 0) return {ParseFailure::kDied, "it is not running"};
    ::kill(pid_, SIGKILL);  // does nothing to one that has died already
    int status = 0;
    pid_t reaped = -1;
    do {
        reaped = ::waitpid(pid_, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    pid_ = -1;
    if (reaped < 0) return {ParseFailure::kDied, "it is gone"};
    const bool forbidden = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    return {forbidden ? ParseFailure::kForbiddenCall : ParseFailure::kDied, endText(status)};
}

bool WorkerProcess::waiting() const {
    char byte = 0;
    return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

std::size_t WorkerProcess::writeRequest(const ParseLimits& limits, std::span<const ParseItem> items) {
    head_.clear();
    writeRequestHead(limits, items, head_);
    std::size_t used = 0;
    const auto put = [&](std::string_view bytes) {
        if (bytes.size() > region_.requestCapacity() - used)
            throw Error(ErrorCode::kInternal, "parser process: a request over its limit");
        if (!bytes.empty()) std::memcpy(region_.request() + used, bytes.data(), bytes.size());
        used += bytes.size();
    };
    put(head_);
    for (const ParseItem& item : items) put(item.bytes);
    region_.progress().items = 0;
    region_.progress().bytes = 0;
    return used;
}

// What the process says it has answered; after a loss, what it had finished.
WorkerMessage WorkerProcess::converse(const WorkerMessage& request, Deadline deadline, Exchange& exchange) {
    const auto lost = [&](ParseFailure failure, const std::string& text) {
        const End ending = end();
        exchange.loss.failure = failure == ParseFailure::kNone ? ending.failure : failure;
        exchange.loss.reason = "the parser process was given up: " + (text.empty() ? ending.text : text);
        return WorkerMessage{request.number, region_.progress().bytes, region_.progress().items};
    };
    if (::send(socket_, &request, sizeof request, MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof request)
        return lost(ParseFailure::kNone, "");
    if (!waitReadable(socket_, deadline)) return lost(ParseFailure::kTimeout, "no answer in time");
    char bytes[sizeof(WorkerMessage) + 1];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got <= 0) return lost(ParseFailure::kNone, "");
    WorkerMessage answer;
    if (got != sizeof answer) return lost(ParseFailure::kBadAnswer, "it said something that is no answer");
    std::memcpy(&answer, bytes, sizeof answer);
    if (answer.number != request.number || answer.items != request.items)
        return lost(ParseFailure::kBadAnswer, "it answered what it was not asked");
    return answer;
}

void WorkerProcess::readResults(std::span<const ParseItem> items, const WorkerMessage& answered,
                                Exchange& exchange) {
    if (answered.bytes <= region_.answerCapacity()) answer_.assign(region_.answer(), answered.bytes);
    std::string_view left = answer_;
    for (const ParseItem& item : items.first(std::min<std::size_t>(items.size(), answered.items))) {
        AnswerHead head;
        if (left.size() < sizeof head) break;
        std::memcpy(&head, left.data(), sizeof head);
        left.remove_prefix(sizeof head);
        if (head.length > left.size()) break;
        exchange.results.push_back(readItem(item.kind, head, left.substr(0, head.length)));
        left.remove_prefix(head.length);
    }
    answer_.clear();
    if (answer_.capacity() > kKeptAnswer) answer_.shrink_to_fit();
}

WorkerProcess::Exchange WorkerProcess::ask(const ParseLimits& limits, std::span<const ParseItem> items,
                                           Deadline deadline) {
    const auto begin = Clock::now();
    Exchange exchange;
    spent_ = true;  // also when something is thrown here
    bool shortOfMemory = false;
    const std::size_t bytes = writeRequest(limits, items);
    const WorkerMessage answered = converse({++number_, bytes, items.size()}, deadline, exchange);
    readResults(items, answered, exchange);
    for (const ParseResult& result : exchange.results) {
        shortOfMemory |= result.failure == ParseFailure::kMemory;
        if (result.failure == ParseFailure::kBadAnswer && alive()) {
            end();
            exchange.loss = {ParseFailure::kBadAnswer, result.reason, {}};
        }
    }
    if (exchange.results.size() < items.size() && alive()) {
        end();
        exchange.loss = {ParseFailure::kBadAnswer, "the answer of the parser process is too short", {}};
    }
    region_.trim(bytes, answered.bytes);
    busy_ += Clock::now() - begin;
    spent_ = shortOfMemory;
    return exchange;
}

}  // namespace weir
