#include "slave/parser/parser_pool.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/worker.h"
#include "slave/parser/parse_codec.h"
#include "slave/parser/worker_process.h"

namespace weir {
namespace {

using Clock = std::chrono::steady_clock;
using Process = std::unique_ptr<WorkerProcess>;

constexpr std::chrono::milliseconds kKeeperTurn{1000};

}  // namespace

struct ParserPool::State {
    // A process for the time of one request.
    struct Lease {
        State& state;
        Process process;
        ~Lease() {
            if (process) state.giveBack(std::move(process));
        }
    };

    explicit State(ParserPoolSettings wanted) : settings(std::move(wanted)) {
        options.sizes = {settings.requestBytes + kRequestHeadRoom, settings.answerBytes};
        options.limits = settings.limits;
    }

    Process take(Deadline deadline);
    void giveBack(Process process);
    bool worn(const WorkerProcess& process) const;
    std::size_t batchLength(std::span<const ParseItem> items) const;
    ParseResult notTried(std::size_t losses, Deadline deadline) const;
    void count(const std::vector<ParseResult>& results);
    std::chrono::milliseconds keep();
    void startOne();
    void awaitFirst();

    const ParserPoolSettings settings;
    WorkerOptions options;

    mutable std::mutex mutex;
    std::condition_variable changed;
    std::vector<Process> idle;   // the one used last is taken first: its memory is warm
    std::vector<Process> ended;  // for the keeper to end
    std::size_t processes = 0;   // idle or taken
    std::uint64_t started = 0;
    bool tried = false;   // the keeper has started one, or failed to
    std::string problem;  // of the last start

    std::atomic<std::uint64_t> requests{0}, items{0}, lost{0};
    std::array<std::atomic<std::uint64_t>, kParseFailures> failures{};

    std::unique_ptr<Worker> keeper;  // ends first
};

// A process that waits for work; none when there is none by the deadline.
Process ParserPool::State::take(Deadline deadline) {
    std::unique_lock lock(mutex);
    for (;;) {
        if (!changed.wait_until(lock, deadline, [&] { return !idle.empty(); })) return nullptr;
        Process process = std::move(idle.back());
        idle.pop_back();
        if (process->waiting()) return process;
        lost.fetch_add(1);
        --processes;
        ended.push_back(std::move(process));
        keeper->wake();
    }
}

bool ParserPool::State::worn(const WorkerProcess& process) const {
    // Wall time is never less than CPU time, of which the kernel allows it so much and no more.
    const auto most = std::chrono::seconds(settings.limits.cpuSeconds) / 2;
    return process.spent() || process.requests() >= settings.requestsEach || process.busy() >= most;
}

void ParserPool::State::giveBack(Process process) {
    const bool replace = worn(*process);
    {
        const std::lock_guard lock(mutex);
        (replace ? ended : idle).push_back(std::move(process));
        if (replace) --processes;
    }
    if (replace) {
        keeper->wake();
    } else {
        changed.notify_one();
    }
}

// How many of the items fit into one request; 0 when the first alone does not.
std::size_t ParserPool::State::batchLength(std::span<const ParseItem> items) const {
    std::size_t left = settings.requestBytes, count = 0;
    for (const ParseItem& item : items) {
        const std::size_t size = item.bytes.size() + requestHeadSize(item);
        if (size > left) break;
        left -= size;
        ++count;
    }
    return count;
}

ParseResult ParserPool::State::notTried(std::size_t losses, Deadline deadline) const {
    if (losses >= settings.mostLosses)
        return {ParseFailure::kNotTried, "earlier parts of the same mail ended several parser processes", {}};
    if (losses > 0 && Clock::now() >= deadline)
        return {ParseFailure::kNotTried, "earlier parts of the same mail took all the time", {}};
    const std::lock_guard lock(mutex);
    return {ParseFailure::kNoProcess,
            problem.empty() ? "no parser process was free in time" : "no parser process: " + problem,
            {}};
}

void ParserPool::State::count(const std::vector<ParseResult>& results) {
    requests.fetch_add(1, std::memory_order_relaxed);
    items.fetch_add(results.size(), std::memory_order_relaxed);
    for (const ParseResult& result : results) {
        if (result.failed()) failures[static_cast<std::size_t>(result.failure)].fetch_add(1);
    }
}

void ParserPool::State::startOne() {
    try {
        auto process =
            std::make_unique<WorkerProcess>(settings.program, options, Clock::now() + settings.startWithin);
        const std::lock_guard lock(mutex);
        idle.push_back(std::move(process));
        ++processes;
        ++started;
        problem.clear();
        tried = true;
    } catch (const Error& error) {
        {
            const std::lock_guard lock(mutex);
            problem = error.what();
            tried = true;
        }
        changed.notify_all();
        throw;
    }
    changed.notify_all();
}

std::chrono::milliseconds ParserPool::State::keep() {
    std::vector<Process> old;
    std::size_t missing = 0;
    {
        const std::lock_guard lock(mutex);
        old.swap(ended);
        missing = settings.processes - processes;
    }
    for (; missing > 0; --missing) startOne();
    return kKeeperTurn;
}

void ParserPool::State::awaitFirst() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return tried; });
    if (processes == 0) throw Error(ErrorCode::kUnavailable, problem);
}

ParserPool::ParserPool(ParserPoolSettings settings) : state_(std::make_unique<State>(std::move(settings))) {
    State& state = *state_;
    state.keeper = std::make_unique<Worker>("parser-pool", [&state] { return state.keep(); });
    state.awaitFirst();
}

ParserPool::~ParserPool() = default;

std::vector<ParseResult> ParserPool::parse(std::span<const ParseItem> items, Deadline deadline,
                                           const ParseLimits& limits) {
    State& state = *state_;
    std::vector<ParseResult> results;
    results.reserve(items.size());
    std::size_t losses = 0;
    while (results.size() < items.size()) {
        const auto left = items.subspan(results.size());
        const std::size_t length = state.batchLength(left);
        if (length == 0) {
            results.push_back({ParseFailure::kTooLarge, "larger than a request to a parser process", {}});
            continue;
        }
        const State::Lease lease{state, losses < state.settings.mostLosses ? state.take(deadline) : nullptr};
        if (!lease.process) {
            results.push_back(state.notTried(losses, deadline));
            continue;
        }
        const pid_t pid = lease.process->pid();
        auto exchange = lease.process->ask(limits, left.first(length), deadline);
        for (ParseResult& result : exchange.results) results.push_back(std::move(result));
        if (lease.process->alive()) continue;
        ++losses;
        state.lost.fetch_add(1);
        logWarning("parser.lost", {{"reason", exchange.loss.reason}, {"pid", pid}});
        if (exchange.loss.failed() && results.size() < items.size())
            results.push_back(std::move(exchange.loss));
    }
    state.count(results);
    return results;
}

ParserHealth ParserPool::health() const {
    State& state = *state_;
    ParserHealth health;
    health.requests = state.requests;
    health.items = state.items;
    health.lost = state.lost;
    for (std::size_t i = 0; i < kParseFailures; ++i) health.failures[i] = state.failures[i];
    const std::lock_guard lock(state.mutex);
    health.processes = state.processes;
    health.atWork = state.processes - state.idle.size();
    health.started = state.started;
    health.problem = state.problem;
    return health;
}

}  // namespace weir
