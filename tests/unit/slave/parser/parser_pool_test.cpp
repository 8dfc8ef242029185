#include "slave/parser/parser_pool.h"

#include <signal.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "common/base/error.h"
#include "common/mail/html_reading.h"
#include "tests/support/eventually.h"
#include "tests/support/thrown_code.h"

using namespace weir;
using namespace std::chrono_literals;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

ParserPoolSettings settings(std::size_t processes = 1) {
    ParserPoolSettings settings;
    settings.program = WEIR_PARSER_WORKER;
    settings.processes = processes;
    return settings;
}

ParserPool::Deadline soon() {
    return std::chrono::steady_clock::now() + 20s;
}

ParseItem html(std::string_view text) {
    return {ParseKind::kHtml, text};
}
ParseItem misbehave(std::string_view how) {
    return {static_cast<ParseKind>(200), how};
}

std::string textOf(const ParseResult& result) {
    const auto* answer = result.as<HtmlReading>();
    return answer ? answer->text : std::string("no answer: ") + result.reason;
}

std::vector<ParseResult> ask(ParserPool& pool, std::vector<ParseItem> items) {
    return pool.parse(items, soon());
}

// Processes that this one has started, and the state of each as in /proc.
std::map<pid_t, std::string> children() {
    std::map<pid_t, std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream stat(entry.path() / "stat");
        std::string pid, command, state, parent;
        stat >> pid >> command >> state >> parent;
        if (parent == std::to_string(::getpid())) found[std::stoi(pid)] = state;
    }
    return found;
}

bool nextRequestWorks(ParserPool& pool) {
    const auto results = ask(pool, {html("<p>next</p>")});
    return textOf(results.at(0)) == "next";
}

}  // namespace

TEST_CASE("items of one request are parsed each for itself, in another process") {
    ParserPool pool(settings());
    const std::string page = "<html><style>x</style><p>Hello <b>World</b></p><p>bye";
    const auto results =
        ask(pool, {html(page), html(""), {ParseKind::kFileType, "%PDF-1.4\n"}, html("<br>x")});
    REQUIRE(results.size() == 4);
    CHECK(textOf(results[0]) == readHtml(page).text);
    CHECK(results[0].as<HtmlReading>()->cut.empty());
    CHECK(textOf(results[1]).empty());
    REQUIRE(results[2].as<FileTypeAnswer>());
    CHECK(results[2].as<FileTypeAnswer>()->type == "application/pdf");
    CHECK(textOf(results[3]) == "x");
    const ParserHealth health = pool.health();
    CHECK(health.requests == 1);
    CHECK(health.items == 4);
    CHECK(health.lost == 0);
    CHECK(health.processes == 1);
    CHECK(health.atWork == 0);
}

TEST_CASE("a request without items has an answer without results") {
    ParserPool pool(settings());
    CHECK(ask(pool, {}).empty());
}

TEST_CASE("the text of an HTML item is cut at its limit, and the answer says so") {
    ParserPool pool(settings());
    ParseLimits limits;
    limits.html.textBytes = 5;
    const std::vector<ParseItem> items{html("<p>0123456789")};
    const auto results = pool.parse(items, soon(), limits);
    REQUIRE(results.at(0).as<HtmlReading>());
    CHECK(results[0].as<HtmlReading>()->text == "01234");
    CHECK(results[0].as<HtmlReading>()->cut == readHtml(items[0].bytes, limits.html).cut);
    CHECK_FALSE(results[0].as<HtmlReading>()->cut.empty());
}

TEST_CASE("a parser process that does what it may not do is ended at once, named and replaced") {
    ParserPool pool(settings());
    for (const char* how :
         {"open a file", "make a socket", "fork", "run a program", "signal the slave",
          "read another descriptor", "make executable memory", "truncate the shared memory"}) {
        INFO(how);
        const auto results = ask(pool, {html("<p>before"), misbehave(how), html("<p>after")});
        REQUIRE(results.size() == 3);
        CHECK(textOf(results[0]) == "before");
        CHECK(results[1].failure == ParseFailure::kForbiddenCall);
        CHECK_THAT(results[1].reason, Catch::Contains("signal 31"));
        CHECK(textOf(results[2]) == "after");
        CHECK(nextRequestWorks(pool));
    }
    CHECK(pool.health().lost == 8);
    CHECK(pool.health().failures[static_cast<std::size_t>(ParseFailure::kForbiddenCall)] == 8);
    CHECK(pool.health().problem.empty());
}

TEST_CASE("a parser process that dies is named with what it died of, and replaced") {
    ParserPool pool(settings());
    for (const char* how : {"crash", "abort", "overflow the stack", "write to the request", "exit"}) {
        INFO(how);
        const auto results = ask(pool, {html("<p>before"), misbehave(how), html("<p>after")});
        REQUIRE(results.size() == 3);
        CHECK(textOf(results[0]) == "before");
        CHECK(results[1].failure == ParseFailure::kDied);
        CHECK(!results[1].reason.empty());
        CHECK(textOf(results[2]) == "after");
        CHECK(nextRequestWorks(pool));
    }
    if (!kSanitized) {
        CHECK_THAT(ask(pool, {misbehave("crash")})[0].reason, Catch::Contains("signal 11"));
        CHECK_THAT(ask(pool, {misbehave("abort")})[0].reason, Catch::Contains("signal 6"));
    }
    CHECK_THAT(ask(pool, {misbehave("exit")})[0].reason, Catch::Contains("ended itself with 7"));
}

TEST_CASE("a parser process gets no more memory than its limit") {
    if (kSanitized) {
        WARN("skipped: address space cannot be limited under sanitizers");
        return;
    }
    ParserPool pool(settings());
    const auto results = ask(pool, {html("<p>before"), misbehave("allocate 2 GB"), html("<p>after")});
    REQUIRE(results.size() == 3);
    CHECK(textOf(results[0]) == "before");
    CHECK(results[1].failure == ParseFailure::kMemory);
    CHECK(textOf(results[2]) == "after");
    CHECK(nextRequestWorks(pool));
    CHECK(pool.health().started == 2);
}

TEST_CASE("an item that never ends is given up at the deadline, and its process with it") {
    ParserPool pool(settings());
    const std::vector<ParseItem> items{html("<p>before"), misbehave("loop for ever"), html("<p>after")};
    const auto results = pool.parse(items, std::chrono::steady_clock::now() + 300ms);
    REQUIRE(results.size() == 3);
    CHECK(textOf(results[0]) == "before");
    CHECK(results[1].failure == ParseFailure::kTimeout);
    CHECK(results[2].failure == ParseFailure::kNotTried);
    CHECK(nextRequestWorks(pool));
}

TEST_CASE("a parser process that is used up by its own CPU time dies, whoever waits for it") {
    ParserPoolSettings short_ = settings();
    short_.limits.cpuSeconds = 1;
    ParserPool pool(short_);
    const auto results = ask(pool, {misbehave("loop for ever")});
    CHECK(results[0].failure == ParseFailure::kDied);
    CHECK(nextRequestWorks(pool));
}

TEST_CASE("an answer that is none is refused, and the process that gave it is replaced") {
    ParserPool pool(settings());
    for (const char* how : {"answer nonsense", "answer for another request", "answer more items",
                            "answer more bytes", "say one byte", "say too much", "answer 64 MB", "throw"}) {
        INFO(how);
        const auto results = ask(pool, {misbehave(how)});
        REQUIRE(results.size() == 1);
        CHECK(results[0].failure == ParseFailure::kBadAnswer);
        CHECK(!results[0].reason.empty());
        CHECK(nextRequestWorks(pool));
    }
}

TEST_CASE("what a process says before it is asked is never taken for an answer") {
    ParserPool pool(settings());
    CHECK(ask(pool, {misbehave("answer twice")})[0].failed());
    for (int i = 0; i < 5; ++i) CHECK(nextRequestWorks(pool));
}

TEST_CASE("a mail may cost so many processes and no more") {
    ParserPool pool(settings());
    std::vector<ParseItem> items(10, misbehave("crash"));
    items.push_back(html("<p>last"));
    const auto results = ask(pool, items);
    REQUIRE(results.size() == 11);
    for (std::size_t i = 0; i < 3; ++i) CHECK(results[i].failure == ParseFailure::kDied);
    for (std::size_t i = 3; i < 11; ++i) CHECK(results[i].failure == ParseFailure::kNotTried);
    CHECK(pool.health().lost == 3);
    CHECK(nextRequestWorks(pool));
}

TEST_CASE(
    "an item over the size of a request is refused alone; items over it together go one after the other") {
    ParserPoolSettings small = settings();
    small.requestBytes = 20'000;
    ParserPool pool(small);
    const std::string large = "<p>" + std::string(30'000, 'x'), fits = "<p>" + std::string(15'000, 'y');
    const auto results = ask(pool, {html(fits), html(large), html(fits), html(fits)});
    REQUIRE(results.size() == 4);
    CHECK(textOf(results[0]).size() == 15'000);
    CHECK(results[1].failure == ParseFailure::kTooLarge);
    CHECK(textOf(results[2]).size() == 15'000);
    CHECK(textOf(results[3]).size() == 15'000);
}

TEST_CASE("many small items fill a request to its last byte") {
    ParserPoolSettings small = settings();
    small.requestBytes = 10'000;
    ParserPool pool(small);
    const std::vector<ParseItem> items(5000, html("x"));
    const auto results = pool.parse(items, soon());
    REQUIRE(results.size() == 5000);
    CHECK(std::all_of(results.begin(), results.end(), [](const auto& r) { return textOf(r) == "x"; }));
}

TEST_CASE("answers that do not fit together name the items that got none") {
    ParserPoolSettings small = settings();
    small.answerBytes = 10'000;
    ParserPool pool(small);
    const std::string text(9'000, 'y');
    const auto results = ask(pool, {html(text), html(text)});
    REQUIRE(results.size() == 2);
    CHECK(textOf(results[0]) == text);
    CHECK(results[1].failure == ParseFailure::kBadAnswer);
    CHECK_THAT(results[1].reason, Catch::Contains("longer than the limit"));
    CHECK(nextRequestWorks(pool));
}

TEST_CASE("a large request leaves nothing behind that a small one could trip over") {
    ParserPool pool(settings());
    const std::string large(20u << 20, 'x');
    ParseLimits limits;
    limits.html.bytes = large.size();
    limits.html.textBytes = 8u << 20;
    const std::vector<ParseItem> items{html(large)};
    const auto results = pool.parse(items, soon(), limits);
    REQUIRE(results.at(0).as<HtmlReading>());
    CHECK(results[0].as<HtmlReading>()->text.size() == 8u << 20);
    CHECK(nextRequestWorks(pool));
    CHECK(pool.health().started == 1);
}

TEST_CASE("a process is replaced after its number of requests") {
    ParserPoolSettings few = settings();
    few.requestsEach = 3;
    ParserPool pool(few);
    for (int i = 0; i < 10; ++i) CHECK(nextRequestWorks(pool));
    CHECK(pool.health().started >= 4);
    CHECK(pool.health().lost == 0);
}

TEST_CASE("a process that is killed while it waits is replaced without any item failing") {
    ParserPool pool(settings(2));
    REQUIRE(test::eventually([&] { return pool.health().processes == 2; }));
    const auto pids = children();
    REQUIRE(pids.size() == 2);
    for (const auto& [pid, state] : pids) ::kill(pid, SIGKILL);
    REQUIRE(test::eventually([&] {
        const auto left = children();
        return std::all_of(left.begin(), left.end(), [](const auto& child) { return child.second == "Z"; });
    }));
    for (int i = 0; i < 10; ++i) CHECK(nextRequestWorks(pool));
    CHECK(test::eventually([&] { return pool.health().processes == 2; }));
    CHECK(pool.health().lost == 2);
}

TEST_CASE("no process in time is a failure of its own") {
    ParserPool pool(settings());
    std::thread busy([&] {
        const std::vector<ParseItem> items{misbehave("loop for ever")};
        pool.parse(items, std::chrono::steady_clock::now() + 1s);
    });
    REQUIRE(test::eventually([&] { return pool.health().atWork == 1; }));
    const std::vector<ParseItem> items{html("x")};
    const auto results = pool.parse(items, std::chrono::steady_clock::now() + 50ms);
    CHECK(results.at(0).failure == ParseFailure::kNoProcess);
    busy.join();
    CHECK(nextRequestWorks(pool));
}

TEST_CASE("a pool without a program that works says so at once") {
    ParserPoolSettings wrong = settings();
    wrong.program = "/nowhere/weir-slave";
    CHECK(test::codeOf([&] { ParserPool pool(wrong); }) == ErrorCode::kUnavailable);
    wrong.program = "/bin/true";
    CHECK(test::codeOf([&] { ParserPool pool(wrong); }) == ErrorCode::kUnavailable);
}

TEST_CASE("sixteen threads use a few processes, some of which are lost, and each gets its own answers") {
    ParserPool pool(settings(3));
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int n = 0; n < 16; ++n) {
        threads.emplace_back([&, n] {
            for (int i = 0; i < 40; ++i) {
                const std::string own = std::to_string(n) + "-" + std::to_string(i);
                const std::string page = "<p>" + own + std::string(static_cast<std::size_t>(i) * 500, ' ');
                const bool bad = (n + i) % 16 == 0;
                const ParseItem middle =
                    bad ? misbehave(i % 2 ? "crash" : "answer nonsense") : html("<b>x</b>");
                const std::vector<ParseItem> items{html(page), middle, html(page)};
                const auto results = pool.parse(items, std::chrono::steady_clock::now() + 120s);
                const bool good = textOf(results[0]) == own && textOf(results[2]) == own &&
                                  results[1].failed() == bad && (bad || textOf(results[1]) == "x");
                if (!good) ++wrong;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(wrong == 0);
    const ParserHealth health = pool.health();
    CHECK(health.requests == 640);
    CHECK(health.items == 3 * 640);
    CHECK(health.lost == 40);
    CHECK(test::eventually([&] { return pool.health().processes == 3; }));
}
