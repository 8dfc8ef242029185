#include "slave/scan/scanner_pool.h"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <future>
#include <random>

#include "slave/scan/scanners.h"
#include "tests/support/eventually.h"
#include "tests/unit/slave/scan/scanner_peers.h"

using namespace weir;
using namespace std::chrono_literals;
using test::eventually;
using test::ScannerPeer;
using test::ScriptedPeer;
using State = ScanOutcome::State;
using Pool = std::shared_ptr<const ScannerPool>;

namespace {

const Envelope kNobody;
const std::string kMail = "Subject: test\r\n\r\nhello\r\n";
const ScanRequest kRequest{kMail, kNobody};

// Everyone who comes waits until so many are there.
class Meeting {
  public:
    explicit Meeting(int wanted) : wanted_(wanted) {}
    void arrive() {
        std::unique_lock lock(mutex_);
        if (++here_ >= wanted_) changed_.notify_all();
        changed_.wait(lock, [&] { return here_ >= wanted_ || over_; });
    }
    void end() {
        std::lock_guard lock(mutex_);
        over_ = true;
        changed_.notify_all();
    }
    int here() {
        std::lock_guard lock(mutex_);
        return here_;
    }

  private:
    const int wanted_;
    int here_ = 0;
    bool over_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
};

// A clamd that is held back, refuses or answers as the test says.
struct Clamd {
    enum class Mood { kAnswers, kCloses, kCannot };
    std::atomic<Mood> mood = Mood::kAnswers;
    std::atomic<int> connections = 0;
    std::atomic<int> mails = 0;
    std::atomic<int> checks = 0;
    std::function<void()> beforeAnswer = [] {};  // set before the first mail
    ScriptedPeer peer{[this](int socket) { serve(socket); }};

    // A check comes as "zVERSION", a scan begins with "zIDSESSION".
    void serve(int socket) {
        ++connections;
        char first[3] = {};
        if (::recv(socket, first, 2, MSG_PEEK | MSG_WAITALL) != 2) return;
        const auto clamd = test::makePeer(ScannerKind::kClamd);
        if (first[1] == 'V') {
            ++checks;
            if (mood != Mood::kCloses) clamd->answerCheck(socket);
            return;
        }
        if (!clamd->greet(socket)) return;
        while (clamd->readMail(socket)) {
            ++mails;
            beforeAnswer();
            if (mood == Mood::kCloses) return;
            ScriptedPeer::write(socket, mood == Mood::kCannot ? clamd->error() : clamd->clean());
        }
    }
    ScannerSettings settings() const { return test::settingsFor(ScannerKind::kClamd, peer.address()); }
};

std::string failureOf(const ScanOutcome& outcome) {
    return toString(outcome.failure);
}

}  // namespace

TEST_CASE("two scanners of one mail work at the same time: each waits until the other is reached") {
    Meeting meeting(2);
    const auto script = [&](ScannerKind kind) {
        return [&meeting, kind](int socket) {
            const auto peer = test::makePeer(kind);
            peer->greet(socket);
            peer->readMail(socket);
            meeting.arrive();
            ScriptedPeer::write(socket, peer->clean());
        };
    };
    ScriptedPeer clamd(script(ScannerKind::kClamd));
    ScriptedPeer rspamd(script(ScannerKind::kRspamd));
    {
        const Pool virus =
            std::make_shared<const ScannerPool>(test::settingsFor(ScannerKind::kClamd, clamd.address()));
        const Pool spam =
            std::make_shared<const ScannerPool>(test::settingsFor(ScannerKind::kRspamd, rspamd.address()));
        ScanTicket first = virus->start(kRequest);
        ScanTicket second = spam->start(kRequest);
        CHECK(failureOf(first.wait()) == "none");
        CHECK(failureOf(second.wait()) == "none");
    }
    meeting.end();
}

TEST_CASE("as many mails are scanned at the same time as a pool has connections") {
    Meeting meeting(3);
    Clamd clamd;
    clamd.beforeAnswer = [&] { meeting.arrive(); };
    ScannerSettings settings = clamd.settings();
    settings.connections = 3;
    const Pool pool = std::make_shared<const ScannerPool>(settings);
    std::vector<ScanTicket> tickets;
    for (int i = 0; i < 6; ++i) tickets.push_back(pool->start(kRequest));
    for (ScanTicket& ticket : tickets) CHECK(ticket.wait().state == State::kClean);
    CHECK(clamd.connections == 3);
    meeting.end();
}

TEST_CASE("a mail that finds no connection free in time is busy, and never sent") {
    Meeting never(1000);
    Clamd clamd;
    clamd.beforeAnswer = [&] { never.arrive(); };
    ScannerSettings settings = clamd.settings();
    settings.timeout = 300ms;
    Pool pool = std::make_shared<const ScannerPool>(settings);
    ScanTicket first = pool->start(kRequest);
    REQUIRE(eventually([&] { return never.here() == 1; }));
    ScanTicket second = pool->start(kRequest);
    CHECK(pool->health().waiting == 1);
    CHECK(pool->health().inUse == 1);
    CHECK(failureOf(second.wait()) == "busy");
    CHECK(second.wait().detail == "clamd is busy: none of 1 connections was free in time (300 ms)");
    CHECK(failureOf(first.wait()) == "slow");
    const ScannerHealth health = pool->health();
    CHECK(health.notAsked == 1);
    CHECK(health.failures == 1);
    pool.reset();
    never.end();
}

TEST_CASE("a mail that is given up while it waits is never sent") {
    Meeting first(2);
    Clamd clamd;
    clamd.beforeAnswer = [&] { first.arrive(); };
    const Pool pool = std::make_shared<const ScannerPool>(clamd.settings());
    ScanTicket running = pool->start(kRequest);
    REQUIRE(eventually([&] { return first.here() == 1; }));
    { const ScanTicket dropped = pool->start(kRequest); }
    CHECK(pool->health().waiting == 0);
    first.end();
    CHECK(running.wait().state == State::kClean);
    CHECK(pool->start(kRequest).wait().state == State::kClean);
    CHECK(clamd.mails == 2);
}

TEST_CASE("a caller with a deadline of his own looks again later") {
    Meeting held(2);
    Clamd clamd;
    clamd.beforeAnswer = [&] { held.arrive(); };
    const Pool pool = std::make_shared<const ScannerPool>(clamd.settings());
    ScanTicket ticket = pool->start(kRequest);
    CHECK_FALSE(ticket.waitUntil(std::chrono::steady_clock::now() + 20ms));
    held.end();
    CHECK(ticket.waitUntil(std::chrono::steady_clock::now() + 5s));
    CHECK(ticket.wait().state == State::kClean);
    CHECK(&ticket.wait() == &ticket.wait());
}

TEST_CASE("a scanner that fails again and again is not asked until its pause is over, and heals") {
    std::atomic<std::int64_t> millis = 0;
    Clamd clamd;
    clamd.mood = Clamd::Mood::kCloses;
    ScannerSettings settings = clamd.settings();
    settings.breaker = BreakerSettings{3, 1000ms, 4000ms};
    const Pool pool = std::make_shared<const ScannerPool>(
        settings, [&] { return CircuitBreaker::Time(std::chrono::milliseconds(millis)); });
    const auto scan = [&] { return ScanOutcome(pool->start(kRequest).wait()); };

    for (int i = 0; i < 3; ++i) CHECK(failureOf(scan()) == "broken");
    CHECK(pool->health().state == ScannerHealth::State::kOpen);
    CHECK_FALSE(pool->health().ok);
    for (int i = 0; i < 10; ++i) CHECK(failureOf(scan()) == "open");
    CHECK(scan().detail ==
          "clamd is not asked for now, after 3 failures in a row; the last: clamd closed the connection "
          "without an answer");
    CHECK(clamd.mails == 3);
    CHECK(pool->health().notAsked == 11);

    millis = 1000;
    CHECK(failureOf(scan()) == "broken");
    CHECK(failureOf(scan()) == "open");
    CHECK(clamd.mails == 4);
    millis = 2500;
    CHECK(failureOf(scan()) == "open");  // twice as long

    clamd.mood = Clamd::Mood::kAnswers;
    millis = 3000;
    CHECK(scan().state == State::kClean);
    CHECK(pool->health().state == ScannerHealth::State::kOk);
    clamd.mood = Clamd::Mood::kCloses;
    for (int i = 0; i < 3; ++i) CHECK(failureOf(scan()) == "broken");
}

TEST_CASE("one mail alone finds out whether a scanner is back, and those beside it do not wait for it") {
    std::atomic<std::int64_t> millis = 0;
    Meeting probe(1000);
    std::atomic<bool> back = false;
    Clamd clamd{.beforeAnswer = [&] {
        if (back) probe.arrive();
    }};
    clamd.mood = Clamd::Mood::kCloses;
    ScannerSettings settings = clamd.settings();
    settings.connections = 4;
    settings.breaker = BreakerSettings{1, 1000ms, 4000ms};
    Pool pool = std::make_shared<const ScannerPool>(
        settings, [&] { return CircuitBreaker::Time(std::chrono::milliseconds(millis)); });
    CHECK(failureOf(pool->start(kRequest).wait()) == "broken");
    clamd.mood = Clamd::Mood::kAnswers;
    back = true;
    millis = 1000;
    ScanTicket first = pool->start(kRequest);
    REQUIRE(eventually([&] { return probe.here() == 1; }));
    for (int i = 0; i < 5; ++i) CHECK(failureOf(pool->start(kRequest).wait()) == "open");
    probe.end();
    CHECK(first.wait().state == State::kClean);
    CHECK(pool->start(kRequest).wait().state == State::kClean);
}

TEST_CASE("mails that wait for a connection when the breaker opens are not sent any more") {
    Meeting held(2);
    Clamd clamd;
    clamd.mood = Clamd::Mood::kCloses;
    clamd.beforeAnswer = [&] { held.arrive(); };
    ScannerSettings settings = clamd.settings();
    settings.breaker.failures = 1;
    const Pool pool = std::make_shared<const ScannerPool>(settings, [] { return CircuitBreaker::Time{}; });
    ScanTicket first = pool->start(kRequest);
    REQUIRE(eventually([&] { return held.here() == 1; }));
    std::vector<ScanTicket> waiting;
    for (int i = 0; i < 5; ++i) waiting.push_back(pool->start(kRequest));
    held.end();
    CHECK(failureOf(first.wait()) == "broken");
    for (ScanTicket& ticket : waiting) CHECK(failureOf(ticket.wait()) == "open");
    CHECK(clamd.mails == 1);
}

TEST_CASE("an error that the scanner tells does not open the breaker: it may be that one mail") {
    Clamd clamd;
    clamd.mood = Clamd::Mood::kCannot;
    ScannerSettings settings = clamd.settings();
    settings.breaker.failures = 1;
    const Pool pool = std::make_shared<const ScannerPool>(settings);
    for (int i = 0; i < 5; ++i) CHECK(failureOf(pool->start(kRequest).wait()) == "error");
    CHECK(clamd.mails == 5);
    CHECK(pool->health().state == ScannerHealth::State::kFailing);
    CHECK(pool->health().detail == "clamd said: stream: Can't allocate memory ERROR");
}

TEST_CASE("a scanner is checked by the pool itself: it heals without a mail that waits for it") {
    Clamd clamd;
    clamd.mood = Clamd::Mood::kCloses;
    ScannerSettings settings = clamd.settings();
    settings.breaker = BreakerSettings{1, 1ms, 10ms};
    settings.checkEvery = 1h;
    const Pool pool = std::make_shared<const ScannerPool>(settings);
    REQUIRE(eventually([&] { return pool->health().state == ScannerHealth::State::kOpen; }));
    REQUIRE(eventually([&] { return clamd.checks >= 3; }));
    CHECK(clamd.mails == 0);
    clamd.mood = Clamd::Mood::kAnswers;
    REQUIRE(eventually([&] { return pool->health().ok; }));
    CHECK(pool->start(kRequest).wait().state == State::kClean);
}

TEST_CASE("a pool ends while a check of it waits for an answer") {
    std::atomic<bool> reached = false;
    ScriptedPeer silent([&](int socket) {
        ScriptedPeer::read(socket, 9);
        reached = true;
        ScriptedPeer::read(socket, 1);
    });
    ScannerSettings settings = test::settingsFor(ScannerKind::kClamd, silent.address());
    settings.timeout = 1h;
    settings.checkEvery = 1h;
    Pool pool = std::make_shared<const ScannerPool>(settings);
    REQUIRE(eventually([&] { return reached.load(); }));
    pool.reset();
}

TEST_CASE("health tells version, signatures, counts and the last error of every kind of scanner") {
    for (const ScannerKind kind : test::allKinds()) {
        DYNAMIC_SECTION(toString(kind)) {
            std::atomic<bool> checking = true;
            std::atomic<bool> closes = false;
            ScriptedPeer peer([&](int socket) {
                const auto each = test::makePeer(kind);
                if (checking) {
                    each->answerCheck(socket);
                    return;
                }
                each->serve(socket, [&] { return !closes; });
            });
            ScannerSettings settings = test::settingsFor(kind, peer.address());
            CHECK(std::make_shared<const ScannerPool>(settings)->health().detail == "not asked yet");
            settings.checkEvery = 1h;
            settings.connections = 2;
            const Pool pool = std::make_shared<const ScannerPool>(settings);
            REQUIRE(eventually([&] { return pool->health().state == ScannerHealth::State::kOk; }));
            checking = false;
            const std::map<ScannerKind, std::pair<std::string, std::string>> expected = {
                {ScannerKind::kClamd, {"ClamAV 1.4.6", "27000 of Sat Nov 21 2026"}},
                {ScannerKind::kRspamd, {"rspamd/3.4", ""}},
                {ScannerKind::kSpamd, {"SPAMD/1.5", ""}},
                {ScannerKind::kIcap, {"Test service", "\"T1\""}}};
            ScannerHealth health = pool->health();
            CHECK(std::pair(health.version, health.signatures) == expected.at(kind));
            CHECK(health.ok);
            CHECK(health.lastError.empty());
            CHECK(health.connections == 2);

            CHECK(pool->start(kRequest).wait().state == State::kClean);
            CHECK(pool->start({"VIRUS", kNobody}).wait().state == State::kFound);
            closes = true;
            CHECK(pool->start(kRequest).wait().state == State::kUnavailable);
            health = pool->health();
            CHECK(health.scans == 2);
            CHECK(health.found == 1);
            CHECK(health.failures == 1);
            CHECK(health.averageMillis > 0);
            CHECK(health.state == ScannerHealth::State::kFailing);
            CHECK(health.detail == health.lastError);
            CHECK_THAT(health.lastError, Catch::StartsWith(toString(kind)));
            CHECK(health.lastErrorAt > TimePoint{});
        }
    }
}

TEST_CASE("a pool whose settings did not change survives a publish with its connections") {
    Clamd clamd;
    std::map<std::string, ScannerSettings> wanted = {{"clamd", clamd.settings()}};
    auto scanners = std::make_shared<const Scanners>(wanted, Scanners());
    CHECK(scanners->find("clamd")->start(kRequest).wait().state == State::kClean);
    wanted.emplace("other", test::settingsFor(ScannerKind::kSpamd, "inet:127.0.0.1:1"));
    const ScannerPool* before = scanners->find("clamd").get();
    scanners = std::make_shared<const Scanners>(wanted, *scanners);
    CHECK(scanners->find("clamd").get() == before);
    CHECK(scanners->find("clamd")->start(kRequest).wait().state == State::kClean);
    CHECK(clamd.connections == 1);
    CHECK(scanners->health().size() == 2);
    CHECK(scanners->health().at("clamd").scans == 2);
    wanted.erase("other");
    CHECK(Scanners(wanted, *scanners).find("other") == nullptr);
}

TEST_CASE("settings that change replace the pool and leave the scan in flight alone") {
    Meeting held(2);
    Clamd old;
    Clamd fresh;
    old.beforeAnswer = [&] { held.arrive(); };
    auto scanners = std::make_shared<const Scanners>(
        std::map<std::string, ScannerSettings>{{"clamd", old.settings()}}, Scanners());
    ScanTicket inFlight = scanners->find("clamd")->start(kRequest);
    REQUIRE(eventually([&] { return held.here() == 1; }));
    scanners = std::make_shared<const Scanners>(
        std::map<std::string, ScannerSettings>{{"clamd", fresh.settings()}}, *scanners);
    CHECK(scanners->find("clamd")->start(kRequest).wait().state == State::kClean);
    CHECK(fresh.mails == 1);
    CHECK(old.mails == 1);
    held.end();
    CHECK(inFlight.wait().state == State::kClean);
}

TEST_CASE("many threads scan, wait and give up, and every mail gets its own answer") {
    const ScannerKind kind = GENERATE(ScannerKind::kClamd, ScannerKind::kIcap, ScannerKind::kRspamd);
    ScriptedPeer peer([kind](int socket) { test::makePeer(kind)->serve(socket); });
    ScannerSettings settings = test::settingsFor(kind, peer.address());
    settings.connections = 3;
    settings.timeout = 60s;
    const Pool pool = std::make_shared<const ScannerPool>(settings);
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (unsigned seed = 0; seed < 8; ++seed) {
        threads.emplace_back([&, seed] {
            std::mt19937 random(seed);
            for (int i = 0; i < 60; ++i) {
                const std::string mail(random() % 5000, 'x');
                const std::string virus = mail + "VIRUS";
                ScanTicket clean = pool->start({mail, kNobody});
                ScanTicket found = pool->start({virus, kNobody});
                if (random() % 4 == 0) continue;
                if (clean.wait().state != State::kClean || found.wait().state != State::kFound) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
    CHECK(pool->health().inUse == 0);
    CHECK(pool->health().waiting == 0);
}
