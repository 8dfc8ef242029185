// kill -9 in the middle of storing: a child stores, reports, commits and then "answers" through a pipe; the
// parent kills it at a random moment, starts the store again and compares its items with the report queue.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "common/base/digest.h"
#include "common/base/json.h"
#include "tests/unit/slave/quarantine/sample_quarantine.h"

using namespace weir;
using namespace weir::test;

namespace {

constexpr int kThreads = 3;

std::string contentOf(unsigned number) {
    return "Subject: " + std::to_string(number) + "\r\n\r\n" + std::string(number * 7919 % 20'000, 'x') +
           "\r\n";
}

[[noreturn]] void storeForever(const std::filesystem::path& folder, int pipe, unsigned round) {
    ReportQueue queue({folder / "report"});
    QuarantineStore store(folder / "quarantine");
    store.recover(queue);
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            for (unsigned i = 0;; ++i) {
                NewItem wanted = sampleNewItem();
                const unsigned number = (round * kThreads + t) * 10'000 + i;
                wanted.subject = std::to_string(number);
                const Item item = store.store(wanted, contentOf(number));
                queue.append(sampleMailEvent(wanted.mail), {toEvent(item)});
                store.commit(item.id);
                char line[36];
                std::memcpy(line, item.id.value.data(), sizeof line);
                if (::write(pipe, line, sizeof line) != sizeof line) ::_exit(1);
            }
        });
    for (std::thread& thread : threads) thread.join();
    ::_exit(1);
}

std::set<std::string> mailsIn(ReportQueue& queue) {
    std::set<std::string> mails;
    for (const QueuedEvent& event : queue.read(1, 10'000'000, 1u << 30)) {
        const Json body = parseJson(event.body).value();
        if (body.at("kind") == "mail") mails.insert(body.at("id").get<std::string>());
    }
    return mails;
}

}  // namespace

TEST_CASE("through ten kills every answered item is whole, and items and events agree one to one",
          "[crash]") {
    TempFolder folder;
    std::mt19937 random(42);
    std::set<std::string> answered;
    for (unsigned round = 0; round < 10; ++round) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::close(ends[0]);
            storeForever(folder.path(), ends[1], round);
        }
        ::close(ends[1]);
        const int least = std::uniform_int_distribution<int>(1, 60)(random);
        char line[36];
        for (int count = 0; ::read(ends[0], line, sizeof line) == sizeof line;) {
            answered.emplace(line, sizeof line);
            if (++count == least) ::kill(child, SIGKILL);
        }
        ::close(ends[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));
    }
    ReportQueue queue({folder / "report"});
    QuarantineStore store(folder / "quarantine");
    store.recover(queue);
    CHECK(std::filesystem::is_empty(folder / "quarantine" / "incoming"));
    const std::set<std::string> mails = mailsIn(queue);
    std::set<std::string> ofItems;
    for (const Item& item : store.list({}, 1'000'000)) {
        const std::string bytes = textOf(*store.open(item.id));
        CHECK(bytes == contentOf(static_cast<unsigned>(std::stoul(item.subject))));
        CHECK(sha256Hex(bytes) == item.sha256);
        ofItems.insert(item.mail.value);
        answered.erase(item.id.value);
    }
    CHECK(answered.empty());
    CHECK(ofItems == mails);
}
