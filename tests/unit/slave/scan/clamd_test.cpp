#include "slave/scan/clamd.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "tests/support/scripted_peer.h"

using namespace weir;
using test::ScriptedPeer;

namespace {

AntivirusSection section(const std::string& address, int timeoutMillis = 5000) {
    AntivirusSection section;
    section.enabled = true;
    section.address = address;
    section.timeoutMillis = timeoutMillis;
    return section;
}

// What a client sent over INSTREAM, chunks put together again; empty when the frame is wrong.
std::string receivedMail(int socket) {
    if (ScriptedPeer::read(socket, 10) != std::string("zINSTREAM\0", 10)) return {};
    std::string mail;
    for (;;) {
        std::uint32_t length = 0;
        const std::string word = ScriptedPeer::read(socket, 4);
        if (word.size() != 4) return {};
        std::memcpy(&length, word.data(), 4);
        if (length == 0) return mail;
        mail += ScriptedPeer::read(socket, ntohl(length));
    }
}

}  // namespace

TEST_CASE("a clean mail arrives at clamd byte for byte and is clean") {
    std::string mail(700'000, 'x');
    mail[300'000] = '\0';
    std::string seen;
    VirusResult result;
    {
        ScriptedPeer clamd([&](int socket) {
            seen = receivedMail(socket);
            ScriptedPeer::write(socket, std::string("stream: OK\0", 11));
        });
        result = scanWithClamd(section(clamd.address()), mail);
    }
    CHECK(result.state == VirusResult::State::kClean);
    CHECK(result.names.empty());
    CHECK(seen == mail);
    CHECK(result.millis > 0);
}

TEST_CASE("the name of what clamd found is the answer") {
    ScriptedPeer clamd([](int socket) {
        receivedMail(socket);
        ScriptedPeer::write(socket, std::string("stream: Win.Test.EICAR_HDB-1 FOUND\0", 35));
    });
    const VirusResult result = scanWithClamd(section(clamd.address()), "mail");
    CHECK(result.state == VirusResult::State::kInfected);
    REQUIRE(result.names.size() == 1);
    CHECK(result.names[0] == "Win.Test.EICAR_HDB-1");
}

TEST_CASE("clamd's own size limit, told in the middle of the transfer, is too large") {
    ScriptedPeer clamd([](int socket) {
        ScriptedPeer::read(socket, 100'000);
        ScriptedPeer::write(socket, std::string("INSTREAM size limit exceeded. ERROR\0", 36));
        ::shutdown(socket, SHUT_WR);
        while (!ScriptedPeer::read(socket, 1 << 20).empty()) {
        }
    });
    const VirusResult result = scanWithClamd(section(clamd.address()), std::string(8u << 20, 'x'));
    CHECK(result.state == VirusResult::State::kTooLarge);
}

TEST_CASE("a mail over the section's limit is not sent at all") {
    AntivirusSection small = section("inet:127.0.0.1:1");
    small.maxBytes = 10;
    CHECK(scanWithClamd(small, "eleven bytes").state == VirusResult::State::kTooLarge);
}

TEST_CASE("what leaves a mail unscanned is unavailable, with the reason") {
    SECTION("nobody listens") {
        int port = 0;
        {
            port = ScriptedPeer([](int) {}).port();
        }
        const auto result = scanWithClamd(section("inet:127.0.0.1:" + std::to_string(port)), "mail");
        CHECK(result.state == VirusResult::State::kUnavailable);
        CHECK_THAT(result.detail, Catch::Contains("refused"));
    }
    SECTION("clamd is silent: the deadline ends it") {
        std::atomic<bool> done = false;
        ScriptedPeer clamd([&](int socket) {
            receivedMail(socket);
            ScriptedPeer::read(socket, 1);  // until the client gives up
            done = true;
        });
        const auto result = scanWithClamd(section(clamd.address(), 200), "mail");
        CHECK(result.state == VirusResult::State::kUnavailable);
        CHECK_THAT(result.detail, Catch::Contains("in time"));
        CHECK(result.millis >= 200);
        CHECK(result.millis < 4000);
    }
    SECTION("clamd closes without an answer") {
        ScriptedPeer clamd([](int socket) { receivedMail(socket); });
        CHECK(scanWithClamd(section(clamd.address()), "mail").state == VirusResult::State::kUnavailable);
    }
    SECTION("clamd says something else") {
        ScriptedPeer clamd([](int socket) {
            receivedMail(socket);
            ScriptedPeer::write(socket, std::string("Can't allocate memory ERROR\0", 28));
        });
        const auto result = scanWithClamd(section(clamd.address()), "mail");
        CHECK(result.state == VirusResult::State::kUnavailable);
        CHECK_THAT(result.detail, Catch::Contains("allocate memory"));
    }
    SECTION("clamd never ends its answer") {
        ScriptedPeer clamd([](int socket) {
            receivedMail(socket);
            ScriptedPeer::write(socket, std::string(1 << 20, 'A'));
        });
        const auto result = scanWithClamd(section(clamd.address()), "mail");
        CHECK(result.state == VirusResult::State::kUnavailable);
        CHECK(result.detail.size() < 5000);
    }
    SECTION("the address cannot be read") {
        CHECK(scanWithClamd(section("clamd.example"), "mail").state == VirusResult::State::kUnavailable);
    }
}

TEST_CASE("health is clamd's version, or what failed") {
    ScriptedPeer clamd([](int socket) {
        if (ScriptedPeer::read(socket, 9) == std::string("zVERSION\0", 9)) {
            ScriptedPeer::write(socket, std::string("ClamAV 1.4.6/27000/Sat\0", 23));
        }
    });
    const ScannerHealth health = clamdHealth(clamd.address(), std::chrono::seconds(5));
    CHECK(health.ok);
    CHECK(health.detail == "ClamAV 1.4.6, signatures 27000 of Sat");
    const ScannerHealth missing = clamdHealth("unix:/nonexistent/clamd.sock", std::chrono::seconds(1));
    CHECK_FALSE(missing.ok);
    CHECK_FALSE(missing.detail.empty());
}
