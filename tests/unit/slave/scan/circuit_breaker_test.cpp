#include "slave/scan/circuit_breaker.h"

#include <catch2/catch.hpp>

using namespace weir;
using namespace std::chrono_literals;
using Pass = CircuitBreaker::Pass;
using State = CircuitBreaker::State;

namespace {

struct BreakerCase {
    CircuitBreaker::Time time{};
    CircuitBreaker breaker{BreakerSettings{3, 1000ms, 4000ms}, [this] { return time; }};

    void fail() { breaker.failed(breaker.admit(), "went wrong"); }
    void open() {
        for (int i = 0; i < 3; ++i) fail();
    }
    // How long it refuses from now on.
    std::chrono::milliseconds pause() {
        const auto began = time;
        while (breaker.refuses()) time += 100ms;
        return std::chrono::duration_cast<std::chrono::milliseconds>(time - began);
    }
};

}  // namespace

TEST_CASE("a breaker lets everyone through until it has seen so many failures in a row") {
    BreakerCase it;
    it.fail();
    it.fail();
    CHECK_FALSE(it.breaker.refuses());
    CHECK(it.breaker.admit() == Pass::kScan);
    it.breaker.succeeded(Pass::kScan);
    it.fail();
    it.fail();
    CHECK(it.breaker.status().state == State::kClosed);
    CHECK(it.breaker.status().failures == 2);
    it.fail();
    CHECK(it.breaker.status().state == State::kOpen);
    CHECK(it.breaker.status().reason == "went wrong");
    CHECK(it.breaker.refuses());
    CHECK(it.breaker.admit() == Pass::kRefused);
}

TEST_CASE("after the pause of a breaker one alone is let through") {
    BreakerCase it;
    it.open();
    it.time += 999ms;
    CHECK(it.breaker.admit() == Pass::kRefused);
    it.time += 1ms;
    CHECK_FALSE(it.breaker.refuses());
    CHECK(it.breaker.admit() == Pass::kProbe);
    CHECK(it.breaker.refuses());
    CHECK(it.breaker.admit() == Pass::kRefused);
    it.time += 1h;
    CHECK(it.breaker.admit() == Pass::kRefused);
    it.breaker.succeeded(Pass::kProbe);
    CHECK(it.breaker.status().state == State::kClosed);
    CHECK(it.breaker.admit() == Pass::kScan);
    CHECK(it.breaker.admit() == Pass::kScan);
}

TEST_CASE(
    "each probe that fails doubles the pause of a breaker up to its limit, and a success takes it back") {
    BreakerCase it;
    it.open();
    CHECK(it.pause() == 1000ms);
    for (const auto expected : {2000ms, 4000ms, 4000ms}) {
        it.fail();
        CHECK(it.pause() == expected);
    }
    it.breaker.succeeded(it.breaker.admit());
    it.open();
    CHECK(it.pause() == 1000ms);
}

TEST_CASE("a probe that was given up leaves its place to the next") {
    BreakerCase it;
    it.open();
    it.time += 1s;
    it.breaker.undecided(it.breaker.admit());
    CHECK(it.breaker.status().state == State::kOpen);
    CHECK(it.breaker.admit() == Pass::kProbe);
}

TEST_CASE("a scanner that answers a check alone is on trial: its next failure opens the breaker for longer") {
    BreakerCase it;
    it.open();
    it.time += 1s;
    it.breaker.answered(it.breaker.admit());
    CHECK(it.breaker.status().state == State::kClosed);
    it.fail();
    CHECK(it.breaker.status().state == State::kOpen);
    CHECK(it.pause() == 2000ms);
    it.breaker.answered(it.breaker.admit());
    it.breaker.succeeded(it.breaker.admit());
    it.fail();
    CHECK(it.breaker.status().state == State::kClosed);
}

TEST_CASE("a check that is answered does not hide that scans fail") {
    BreakerCase it;
    for (int i = 0; i < 3; ++i) {
        it.fail();
        it.breaker.answered(Pass::kScan);
    }
    CHECK(it.breaker.status().state == State::kOpen);
}

TEST_CASE("scans that were under way when a breaker opened") {
    BreakerCase it;
    const Pass late = it.breaker.admit();
    it.open();
    SECTION("do not lengthen the pause when they fail") {
        it.breaker.failed(late, "late");
        CHECK(it.pause() == 1000ms);
    }
    SECTION("close it when they succeed") {
        it.breaker.succeeded(late);
        CHECK(it.breaker.status().state == State::kClosed);
    }
}
