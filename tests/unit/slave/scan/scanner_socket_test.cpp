#include "slave/scan/scanner_socket.h"

#include <catch2/catch.hpp>
#include <future>

#include "slave/scan/scan_outcome.h"
#include "tests/support/eventually.h"
#include "tests/support/scripted_peer.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace std::chrono_literals;
using test::ScriptedPeer;

namespace {

Until within(std::chrono::milliseconds time) {
    return Until{std::chrono::steady_clock::now() + time};
}

ScannerSocket connected(const ScriptedPeer& peer, const Until& until) {
    return ScannerSocket(ScannerAddress(peer.address()).targets(until), until);
}

// The failure and text of what `work` throws.
template <class Work>
std::pair<ScanFailure, std::string> failureOf(Work work) {
    try {
        work();
    } catch (const ScanError& error) {
        return {error.failure(), error.what()};
    }
    return {ScanFailure::kNone, ""};
}

}  // namespace

TEST_CASE("a scanner's answer is read up to its mark, however it is cut into pieces") {
    ScriptedPeer peer([](int socket) {
        // What is heard before all was sent ends the sending, so the peer asks first.
        for (const char c : std::string("one\r\ntwo\r")) {
            ScriptedPeer::read(socket, 1);
            ScriptedPeer::write(socket, std::string(1, c));
        }
        ScriptedPeer::write(socket, "\nrest");
    });
    ScannerSocket socket = connected(peer, within(30s));
    REQUIRE(socket.send("012345678"));
    CHECK(socket.readUntil("\r\n", 100) == "one");
    CHECK(socket.readUntil("\r\n", 3) == "two");
    CHECK(socket.readSome(2) == "re");
    CHECK(socket.readSome(100) == "st");
    CHECK(socket.readSome(100).empty());
}

TEST_CASE("a line of a scanner over its limit is nonsense, with or without an end") {
    for (const char* line : {"12345678901\n", "123456789012345678901234567890"}) {
        ScriptedPeer peer([&](int socket) {
            ScriptedPeer::write(socket, line);
            ScriptedPeer::read(socket, 1);
        });
        ScannerSocket socket = connected(peer, within(30s));
        const auto [failure, text] = failureOf([&] { socket.readUntil("\n", 10); });
        CHECK(failure == ScanFailure::kNonsense);
        CHECK_THAT(text, Catch::Contains("more than 10 bytes"));
    }
}

TEST_CASE("a connection that ends before an answer says where it ended") {
    SECTION("without a byte") {
        ScriptedPeer peer([](int) {});
        ScannerSocket socket = connected(peer, within(30s));
        CHECK(failureOf([&] { socket.readUntil("\n", 10); }) ==
              std::pair(ScanFailure::kBroken, std::string("closed the connection without an answer")));
    }
    SECTION("in the middle") {
        ScriptedPeer peer([](int socket) { ScriptedPeer::write(socket, "abc"); });
        ScannerSocket socket = connected(peer, within(30s));
        CHECK(failureOf([&] { socket.readUntil("\n", 10); }) ==
              std::pair(ScanFailure::kBroken,
                        std::string("closed the connection in the middle of its answer")));
    }
}

TEST_CASE("a deadline ends each operation on a scanner's socket") {
    std::promise<void> over;
    const std::shared_future<void> ended = over.get_future().share();
    SECTION("an answer that does not begin") {
        ScriptedPeer peer([=](int) { ended.wait(); });
        ScannerSocket socket = connected(peer, within(100ms));
        CHECK(failureOf([&] { socket.readUntil("\n", 10); }) ==
              std::pair(ScanFailure::kSlow, std::string("did not answer in time")));
        over.set_value();
    }
    SECTION("an answer that does not end") {
        ScriptedPeer peer([=](int socket) {
            ScriptedPeer::write(socket, "abc");
            ended.wait();
        });
        ScannerSocket socket = connected(peer, within(100ms));
        CHECK(failureOf([&] { socket.readUntil("\n", 10); }) ==
              std::pair(ScanFailure::kSlow, std::string("did not end its answer in time")));
        over.set_value();
    }
    SECTION("an answer that drips") {
        ScriptedPeer peer([=](int socket) {
            while (ended.wait_for(1ms) == std::future_status::timeout) ScriptedPeer::write(socket, "a");
        });
        ScannerSocket socket = connected(peer, within(100ms));
        CHECK(failureOf([&] { socket.readUntil("\n", 1 << 20); }).first == ScanFailure::kSlow);
        over.set_value();
    }
    SECTION("a mail that is not taken") {
        ScriptedPeer peer([=](int) { ended.wait(); });
        ScannerSocket socket = connected(peer, within(100ms));
        const std::string mail(64u << 20, 'x');
        CHECK(failureOf([&] { socket.send(mail); }) ==
              std::pair(ScanFailure::kSlow, std::string("did not take the mail in time")));
        over.set_value();
    }
}

TEST_CASE("a signal ends a wait on a scanner's socket") {
    std::promise<void> over;
    const std::shared_future<void> ended = over.get_future().share();
    ScriptedPeer peer([=](int) { ended.wait(); });
    Signal signal;
    const auto far = std::chrono::steady_clock::now() + 1h;
    ScannerSocket socket = connected(peer, Until{far, signal.fd()});
    std::thread other([&] { signal.raise(); });
    CHECK(failureOf([&] { socket.readUntil("\n", 10); }).first == ScanFailure::kGivenUp);
    other.join();
    over.set_value();
}

TEST_CASE("a kept connection is quiet until the scanner says something or closes") {
    std::promise<void> speak;
    ScriptedPeer peer([&](int) { speak.get_future().wait(); });
    ScannerSocket socket = connected(peer, within(30s));
    CHECK(socket.quiet());
    speak.set_value();
    CHECK(test::eventually([&] { return !socket.quiet(); }));
}

TEST_CASE("an answer in the middle of a transfer ends it") {
    ScriptedPeer peer([](int socket) {
        ScriptedPeer::read(socket, 1000);
        ScriptedPeer::write(socket, "enough\n");
        ::shutdown(socket, SHUT_WR);
        while (!ScriptedPeer::read(socket, 1 << 20).empty()) {
        }
    });
    const std::string mail(64u << 20, 'x');
    ScannerSocket socket = connected(peer, within(10s));
    CHECK_FALSE(socket.send(mail));
    CHECK(socket.readUntil("\n", 100) == "enough");
}

TEST_CASE("nobody behind a scanner's address is away, with the reason") {
    const auto reason = [](const std::string& address) {
        return failureOf([&] {
            const Until until = within(30s);
            ScannerSocket(ScannerAddress(address).targets(until), until);
        });
    };
    int port = 0;
    {
        port = ScriptedPeer([](int) {}).port();
    }
    CHECK(reason("inet:127.0.0.1:" + std::to_string(port)) ==
          std::pair(ScanFailure::kAway, std::string("cannot be reached: Connection refused")));
    CHECK(reason("unix:/nonexistent/scanner.sock") ==
          std::pair(ScanFailure::kAway, std::string("cannot be reached: No such file or directory")));
    CHECK(reason("unix:/" + std::string(200, 'x')).first == ScanFailure::kAway);
    CHECK(reason("no address").first == ScanFailure::kAway);
}

TEST_CASE("every address of a host is tried") {
    ScriptedPeer peer([](int socket) { ScriptedPeer::write(socket, "here\n"); });
    int deadPort = 0;
    {
        deadPort = ScriptedPeer([](int) {}).port();
    }
    ScannerAddress address("inet:scanner.example:1", [&](const std::string&, int) {
        auto targets = lookUpHost("127.0.0.1", deadPort);
        targets->push_back(lookUpHost("127.0.0.1", peer.port())->front());
        return targets;
    });
    const Until until = within(30s);
    ScannerSocket socket(address.targets(until), until);
    CHECK(socket.readUntil("\n", 10) == "here");
}

TEST_CASE("a host name that is not answered for holds nobody longer than his deadline") {
    std::promise<void> over;
    const std::shared_future<void> ended = over.get_future().share();
    std::atomic<int> asked = 0;
    ScannerAddress address("inet:scanner.example:1", [=, &asked](const std::string& host, int port) {
        if (host == "scanner.example") ++asked;
        ended.wait();
        return lookUpHost("127.0.0.1", port);
    });
    for (int i = 0; i < 2; ++i) {
        const auto [failure, text] = failureOf([&] { address.targets(within(50ms)); });
        CHECK(failure == ScanFailure::kSlow);
        CHECK_THAT(text, Catch::Contains("look-up of host scanner.example"));
    }
    Signal signal;
    signal.raise();
    CHECK(failureOf([&] {
              address.targets(Until{std::chrono::steady_clock::now() + 1h, signal.fd()});
          }).first == ScanFailure::kGivenUp);
    over.set_value();
    CHECK(address.targets(within(30s)).size() == 1);
    CHECK(asked == 1);
}

TEST_CASE("a host name that does not exist is not looked up for each mail") {
    std::atomic<int> asked = 0;
    ScannerAddress address("inet:scanner.example:1", [&](const std::string&, int) {
        ++asked;
        return Expected<std::vector<SocketTarget>>(problem("", "host scanner.example: no such name"));
    });
    for (int i = 0; i < 3; ++i) {
        const auto [failure, text] = failureOf([&] { address.targets(within(30s)); });
        CHECK(failure == ScanFailure::kAway);
        CHECK_THAT(text, Catch::Contains("no such name"));
    }
    CHECK(asked == 1);
}

TEST_CASE("a scanner is reached over a Unix socket") {
    const test::TempFolder folder;
    const std::string path = (folder / "scanner.sock").string();
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto targets = ScannerAddress("unix:" + path).targets(within(30s));
    ::bind(listener, reinterpret_cast<const sockaddr*>(&targets.front().address), targets.front().size);
    ::listen(listener, 1);
    std::thread peer([&] {
        const int accepted = ::accept(listener, nullptr, nullptr);
        ScriptedPeer::write(accepted, "here\n");
        ::close(accepted);
    });
    ScannerSocket socket(targets, within(30s));
    CHECK(socket.readUntil("\n", 10) == "here");
    peer.join();
    ::close(listener);
}

TEST_CASE("text of a peer is shown on one line, as valid UTF-8, and cut") {
    CHECK(peerText("  two\r\nlines\t ") == "two  lines");
    CHECK(peerText(std::string("nul\0byte", 8)) == "nul byte");
    CHECK(peerText("\xff") == "\xef\xbf\xbd");
    CHECK(peerText(std::string(1000, 'x'), 10) == "xxxxxxxxxx");
    CHECK(peerText(std::string(1000, '\xff'), 10).size() == 9);
}
