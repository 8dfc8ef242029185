// Clock, ids, digests, log, guarded, snapshot and worker.
#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <stdexcept>

#include "common/base/clock.h"
#include "common/base/control.h"
#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/base/error.h"
#include "common/base/guarded.h"
#include "common/base/ids.h"
#include "common/base/log.h"
#include "common/base/snapshot.h"
#include "common/base/worker.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace std::chrono_literals;

TEST_CASE("times are shown as RFC 3339 in UTC and read back") {
    CHECK(toText(fromMillis(0)) == "1970-01-01T00:00:00.000Z");
    CHECK(toText(fromMillis(1795293772123)) == "2026-11-21T20:42:52.123Z");
    CHECK(toMillis(*timeFromText("2026-11-21T20:42:52.123Z")) == 1795293772123);
    CHECK(toMillis(*timeFromText("2026-11-21T22:12:52.1+01:30")) == 1795293772100);
    for (const char* wrong : {"", "2026-11-21", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
                              "2026-11-21T20:42:52", "2026-11-21T25:00:00Z", "2026-11-21T20:42:52.1x"})
        CHECK_FALSE(timeFromText(wrong));
}

TEST_CASE("ids are unique, well formed, and sort by time where they say so") {
    std::set<std::string> seen;
    std::string last;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = newTimeUuid();
        CHECK(isUuid(id));
        CHECK(id > last);
        last = id;
        seen.insert(id);
        seen.insert(newUuid());
    }
    CHECK(seen.size() == 2000);
    CHECK_FALSE(isUuid("../../../../etc/passwd00000000000000"));
    CHECK(randomHex(16).size() == 32);
}

TEST_CASE("digests match the published vectors") {
    CHECK(sha256Hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // RFC 4231, test case 2
    CHECK(toHex(hmacSha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    Sha256 pieces;
    pieces.add("a");
    pieces.add("bc");
    Sha256 apart = pieces.copy();
    apart.add("d");
    CHECK(pieces.hex() == sha256Hex("abc"));
    CHECK(toHex(apart.bytes()) == sha256Hex("abcd"));
    for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd\xfc"})
        CHECK(fromBase64Url(toBase64Url(text)) == text);
    CHECK(fromBase64Url("a+b").empty());
    CHECK(equalSecret("same", "same"));
    CHECK_FALSE(equalSecret("same", "sane"));
    CHECK_FALSE(equalSecret("same", "sam"));
}

TEST_CASE("no value can begin a log line or a field") {
    CHECK(logEscaped("plain@x.example") == "plain@x.example");
    CHECK(logEscaped("") == "\"\"");
    CHECK(logEscaped("a b") == "\"a b\"");
    CHECK(logEscaped("x\r\n2026 error fake") == "\"x\\x0d\\x0a2026 error fake\"");
    CHECK(logEscaped("a\" verdict=\"deliver") == "\"a\\\" verdict=\\\"deliver\"");
    CHECK(logEscaped("gr\xc3\xbc\xc3\x9f") == "\"gr\xc3\xbc\xc3\x9f\"");
    CHECK(logEscaped("\xff\x1b[31m") == "\"\\xff\\x1b[31m\"");
    CHECK(logEscaped("\xc2\x85") == "\"\\xc2\\x85\"");           // next line
    CHECK(logEscaped("\xe2\x80\xa8") == "\"\\xe2\\x80\\xa8\"");  // line separator
    CHECK(logEscaped(std::string(10'000, 'x')).size() < 600);
}

TEST_CASE("the log goes on in a new file after rotation") {
    test::TempFolder folder;
    setLogFile(folder / "weir.log");
    logInfo("test.first", {{"n", 1}, {"ok", true}, {"ms", 2.34}, {"text", "a b"}});
    std::filesystem::rename(folder / "weir.log", folder / "weir.log.1");
    reopenLogFile();
    logInfo("test.second");
    setLogLevel(LogLevel::kError);
    logInfo("test.hidden");
    setLogLevel(LogLevel::kInfo);
    setLogFile("");
    CHECK_THAT(readFile(folder / "weir.log.1"),
               Catch::EndsWith(" info test.first n=1 ok=yes ms=2.3 text=\"a b\"\n"));
    CHECK_THAT(readFile(folder / "weir.log"),
               Catch::EndsWith(" info test.second\n") && !Catch::Contains("hidden"));
    CHECK_THROWS_AS(setLogFile(folder / "none/weir.log"), Error);
}

TEST_CASE("a reader keeps the snapshot it took") {
    Snapshot<int> snapshot(std::make_shared<const int>(1));
    const auto held = snapshot.get();
    snapshot.set(std::make_shared<const int>(2));
    CHECK(*held == 1);
    CHECK(*snapshot.get() == 2);
}

TEST_CASE("a worker turns again when woken, survives a failing turn, and stops at once") {
    std::atomic<int> turns = 0;
    Worker worker(
        "test-worker",
        [&]() -> std::chrono::milliseconds {
            if (++turns == 2) throw std::runtime_error("this turn fails");
            return 1h;
        },
        1ms);
    REQUIRE(test::eventually([&] { return turns == 1; }));
    worker.wake();
    REQUIRE(test::eventually([&] { return turns == 3; }));  // the failing turn and the one after its pause
    worker.stop();
    worker.wake();
    CHECK(turns == 3);
}

TEST_CASE("guarded data is reached with the lock held") {
    Guarded<std::vector<int>> numbers;
    std::condition_variable changed;
    std::thread other([&] {
        numbers.lock()->push_back(7);
        changed.notify_all();
    });
    {
        auto lock = numbers.lock();
        CHECK(lock.waitUntil(changed, std::chrono::steady_clock::now() + 10s,
                             [](const std::vector<int>& all) { return !all.empty(); }));
    }
    other.join();
    auto lock = numbers.lock();
    CHECK_FALSE(lock.waitUntil(changed, std::chrono::steady_clock::now() + 1ms,
                               [](const std::vector<int>& all) { return all.size() > 1; }));
}

TEST_CASE("a program as it is shipped has no switch that takes a protection away") {
    ::setenv("WEIR_CONTROL_OFF", "report-durable", 1);
    CHECK_FALSE(controlOff("report-durable"));
    ::unsetenv("WEIR_CONTROL_OFF");
}
