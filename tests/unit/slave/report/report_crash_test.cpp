// kill -9 in the middle of appending: a child appends from several threads and tells each event it was
// promised through a pipe; the parent kills it at a random moment, opens the log and looks.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdint>
#include <map>
#include <random>
#include <thread>

#include "slave/report/answer_slots.h"
#include "slave/report/report_queue.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/slave/report/sample_events.h"

using namespace weir;
using namespace weir::test;

namespace {

constexpr int kThreads = 4;

// One line of the pipe: what append() had returned for.
struct Promise {
    std::uint64_t sequence = 0;
    std::uint64_t mail = 0;
};

[[noreturn]] void appendForever(const std::filesystem::path& folder, int pipe, std::uint64_t round) {
    ReportQueueSettings settings;
    settings.folder = folder / "report";
    settings.segmentBytes = 50'000;
    ReportQueue queue(settings);
    AnswerSlots slots(folder / "answers", queue);
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            AnswerSlot slot = slots.take();
            for (std::uint64_t i = 0;; ++i) {
                const std::uint64_t number = (round * kThreads + t) * 1'000'000 + i;
                const Promise promise{queue.append(sampleMail("mail-" + std::to_string(number)), {}, &slot),
                                      number};
                if (::write(pipe, &promise, sizeof promise) != sizeof promise) ::_exit(1);
                slot.clear();
            }
        });
    for (std::thread& thread : threads) thread.join();
    ::_exit(1);
}

}  // namespace

TEST_CASE("through twelve kills no promised event is lost and every unanswered one is in doubt", "[crash]") {
    TempFolder folder;
    std::mt19937 random(4711);
    std::map<std::uint64_t, std::uint64_t> promised;  // sequence → mail
    std::set<std::uint64_t> inDoubt;
    for (std::uint64_t round = 0; round < 12; ++round) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::close(ends[0]);
            appendForever(folder.path(), ends[1], round);
        }
        ::close(ends[1]);
        const auto least = std::uniform_int_distribution<int>(1, 150)(random);
        Promise promise;
        for (int count = 0; ::read(ends[0], &promise, sizeof promise) == sizeof promise;) {
            REQUIRE(promised.emplace(promise.sequence, promise.mail).second);
            if (++count == least) ::kill(child, SIGKILL);
        }
        ::close(ends[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));
    }
    ReportQueueSettings settings;
    settings.folder = folder / "report";
    ReportQueue queue(settings);
    { AnswerSlots slots(folder / "answers", queue); }
    inDoubt = queue.alreadyInDoubt();
    Sequence next = 1;
    std::size_t unpromised = 0;
    for (const QueuedEvent& event : queue.read(1, 10'000'000, 1u << 30)) {
        REQUIRE(event.sequence == next++);
        const auto promise = promised.find(event.sequence);
        if (event.body.find("\"mail-") == std::string::npos) continue;
        if (promise == promised.end()) {
            ++unpromised;
            CHECK(inDoubt.contains(event.sequence));
        } else {
            CHECK(event.body.find("\"mail-" + std::to_string(promise->second) + "\"") != std::string::npos);
            promised.erase(promise);
        }
    }
    CHECK(promised.empty());
    CHECK(unpromised <= 12 * kThreads);
    CHECK(inDoubt.size() <= 12 * kThreads);
}
