#include "slave/link/link_health.h"

#include <catch2/catch.hpp>

#include "common/base/durable_file.h"
#include "common/base/log.h"
#include "slave/link/https_connection.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

int linesWith(const std::string& text, const std::string& part) {
    int count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("a master that goes away and comes back makes one line each") {
    TempFolder folder;
    setLogFile((folder / "log").string());
    LinkHealth health;
    health.succeeded("m:1");
    for (int i = 0; i < 20; ++i) {
        health.failed(Error(ErrorCode::kUnavailable, "refused"));
        health.reportsFailed(Error(ErrorCode::kUnavailable, "refused"));
    }
    CHECK_FALSE(health.state().connected);
    for (int i = 0; i < 20; ++i) health.succeeded("m:1");
    CHECK(health.state().connected);
    setLogFile("");
    const std::string log = readFile(folder / "log");
    CHECK(linesWith(log, "link.away") == 1);
    CHECK(linesWith(log, "link.back") == 1);
    CHECK(linesWith(log, "reports.") == 0);
}

TEST_CASE("a refusal is told once, and again when its reason changes") {
    TempFolder folder;
    setLogFile((folder / "log").string());
    LinkHealth health;
    health.failed(Error(ErrorCode::kUnavailable, "refused"));
    for (int i = 0; i < 5; ++i) health.failed(Error(ErrorCode::kDenied, "removed from the cluster"));
    CHECK(health.state().refusal == "removed from the cluster");
    health.failed(Error(ErrorCode::kDenied, "another certificate"));
    health.succeeded("m:1");
    CHECK(health.state().refusal.empty());
    setLogFile("");
    CHECK(linesWith(readFile(folder / "log"), "link.refused") == 2);
}

TEST_CASE("pauses grow to their longest, differ, and begin anew") {
    Backoff backoff(3s);
    CHECK(backoff.next() <= 100ms);
    for (int i = 0; i < 100; ++i) {
        const auto pause = backoff.next();
        CHECK(pause >= 50ms);
        CHECK(pause <= 3s);
    }
    CHECK(backoff.next() >= 1500ms);
    backoff.reset();
    CHECK(backoff.next() <= 100ms);
    CHECK(backoff.afterRefusal() >= 5s);
}

TEST_CASE("addresses of masters are read, and what is none is refused") {
    CHECK(masterAddressFromText("weir.example")->text() == "weir.example:8444");
    CHECK(masterAddressFromText("10.0.0.1:99")->text() == "10.0.0.1:99");
    CHECK(masterAddressFromText("[::1]:99")->host == "::1");
    CHECK(masterAddressFromText("[::1]")->text() == "[::1]:8444");
    for (const char* text : {"", ":1", "a:", "a:0", "a:65536", "a:b", "[::1", "a b:1", "a:1/x", "http://a:1"})
        CHECK_FALSE(masterAddressFromText(text));
}
