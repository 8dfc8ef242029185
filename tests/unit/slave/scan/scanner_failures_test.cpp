// What every kind of scanner can do wrong, and what becomes of the mail.
#include <atomic>
#include <catch2/catch.hpp>
#include <future>

#include "slave/scan/scanner_pool.h"
#include "tests/unit/slave/scan/scanner_peers.h"

using namespace weir;
using namespace std::chrono_literals;
using test::ScannerPeer;
using test::ScriptedPeer;
using State = ScanOutcome::State;

namespace {

const Envelope kNobody;
const std::string kMail = "Subject: test\r\n\r\nhello\r\n";
const std::string kLargeMail(64u << 20, 'x');  // more than fits between two sockets

// What a peer of this kind does with one connection.
using Script = std::function<void(ScannerPeer&, int socket)>;

struct FailureCase {
    FailureCase(ScannerKind kind, Script script)
        : peer([=, this](int socket) {
              ++connections;
              const auto each = test::makePeer(kind);
              each->over = ended;
              script(*each, socket);
          }),
          settings(test::settingsFor(kind, peer.address())) {}
    ~FailureCase() {
        pool.reset();  // before the peer, which waits for its connections
        over.set_value();
    }

    ScanOutcome scan(const std::string& mail = kMail) {
        if (!pool) pool = std::make_shared<const ScannerPool>(settings);
        return pool->start({mail, kNobody}).wait();
    }

    std::atomic<int> connections = 0;
    std::promise<void> over;
    const std::shared_future<void> ended = over.get_future().share();
    ScriptedPeer peer;
    ScannerSettings settings;
    std::shared_ptr<const ScannerPool> pool;
};

void untilClientGoes(int socket) {
    while (!ScriptedPeer::read(socket, 1 << 16).empty()) {
    }
}

template <class Test>
void forEachKind(Test test) {
    for (const ScannerKind kind : test::allKinds()) {
        DYNAMIC_SECTION(toString(kind)) {
            test(kind);
        }
    }
}

void checkFailure(const ScanOutcome& outcome, ScanFailure failure, const std::string& text) {
    CHECK(outcome.state == State::kUnavailable);
    CHECK(std::string(toString(outcome.failure)) == toString(failure));
    CHECK_THAT(outcome.detail, Catch::Contains(text));
    CHECK(outcome.detail.size() < 500);
    CHECK(outcome.names.empty());
}

// Answers the preview of a large mail, so that the rest of it is sent.
void askForMore(ScannerKind kind, int socket) {
    if (kind != ScannerKind::kIcap) return;
    test::readThrough(socket, "\r\n0\r\n\r\n");
    ScriptedPeer::write(socket, "ICAP/1.0 100 Continue\r\n\r\n");
}

}  // namespace

TEST_CASE("a mail reaches the scanner byte for byte, and nothing found is clean") {
    forEachKind([](ScannerKind kind) {
        for (const std::size_t size : {std::size_t(0), std::size_t(1), std::size_t(1023), std::size_t(1024),
                                       std::size_t(1025), std::size_t(700'000)}) {
            std::string mail(size, '.');
            for (std::size_t i = 0; i < size; i += 7) mail[i] = static_cast<char>(i);
            std::string seen;
            {
                FailureCase it(kind, [&](ScannerPeer& peer, int socket) {
                    peer.greet(socket);
                    seen = peer.readMail(socket).value_or("no mail");
                    ScriptedPeer::write(socket, peer.clean());
                });
                const ScanOutcome outcome = it.scan(mail);
                CHECK(std::string(toString(outcome.state)) == "clean");
                CHECK(outcome.detail.empty());
                CHECK(outcome.names.empty());
                CHECK(outcome.millis > 0);
            }
            CHECK(seen == mail);
        }
    });
}

TEST_CASE("what a scanner finds is found, with what it says about it") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [](ScannerPeer& peer, int socket) { peer.serve(socket); });
        const ScanOutcome outcome = it.scan("VIRUS");
        CHECK(outcome.state == State::kFound);
        if (kind == ScannerKind::kClamd || kind == ScannerKind::kIcap) {
            CHECK(outcome.names == std::vector<std::string>{"Test.Virus"});
        } else {
            CHECK(outcome.score >= outcome.required);
            CHECK(outcome.symbols.at(0).name == "GTUBE");
        }
    });
}

TEST_CASE("a mail over our limit is too large, and nobody is asked") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [](ScannerPeer& peer, int socket) { peer.serve(socket); });
        it.settings.maxBytes = 10;
        const ScanOutcome outcome = it.scan("eleven byte");
        CHECK(outcome.state == State::kTooLarge);
        CHECK(outcome.detail == "over our limit of 10 bytes for " + std::string(toString(kind)));
        CHECK(it.scan("ten bytes.").state == State::kClean);
        CHECK(it.connections == 1);
    });
}

TEST_CASE("a scanner that refuses the size in the middle of the transfer is too large") {
    const std::map<ScannerKind, std::string> answers = {
        {ScannerKind::kClamd, std::string("INSTREAM size limit exceeded. ERROR\0", 36)},
        {ScannerKind::kRspamd, "HTTP/1.1 413 Too large\r\nContent-Length: 0\r\n\r\n"},
        {ScannerKind::kSpamd, "SPAMD/1.1 866 EX_TOOBIG\r\n"},
        {ScannerKind::kIcap, "ICAP/1.0 413 Too large\r\n\r\n"}};
    forEachKind([&](ScannerKind kind) {
        FailureCase it(kind, [&](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            askForMore(kind, socket);
            ScriptedPeer::read(socket, 100'000);
            ScriptedPeer::write(socket, answers.at(kind));
            ::shutdown(socket, SHUT_WR);
            untilClientGoes(socket);
        });
        it.settings.maxBytes = kLargeMail.size();
        const ScanOutcome outcome = it.scan(kLargeMail);
        CHECK(outcome.state == State::kTooLarge);
        CHECK_THAT(outcome.detail, Catch::Contains(kind == ScannerKind::kIcap ? "ICAP" : toString(kind)));
    });
}

TEST_CASE("a scanner that nobody runs is away") {
    forEachKind([](ScannerKind kind) {
        std::string address;
        {
            address = ScriptedPeer([](int) {}).address();
        }
        const auto pool = std::make_shared<const ScannerPool>(test::settingsFor(kind, address));
        checkFailure(pool->start({kMail, kNobody}).wait(), ScanFailure::kAway, "refused");
    });
}

TEST_CASE("an address that cannot be read makes every scan unavailable") {
    forEachKind([](ScannerKind kind) {
        const auto pool = std::make_shared<const ScannerPool>(test::settingsFor(kind, "scanner"));
        checkFailure(pool->start({kMail, kNobody}).wait(), ScanFailure::kAway, "expected HOST:PORT");
    });
}

TEST_CASE("a scanner that takes the connection and is silent is slow") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [](ScannerPeer& peer, int) { peer.hold(); });
        it.settings.timeout = 150ms;
        const ScanOutcome outcome = it.scan();
        checkFailure(outcome, ScanFailure::kSlow, "did not answer in time (150 ms)");
        CHECK(outcome.millis >= 150);
    });
}

TEST_CASE("a scanner that stops taking the mail is slow") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [&](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            askForMore(kind, socket);
            ScriptedPeer::read(socket, 100'000);
            peer.hold();
        });
        it.settings.timeout = 300ms;
        it.settings.maxBytes = kLargeMail.size();
        checkFailure(it.scan(kLargeMail), ScanFailure::kSlow, "did not take the mail in time");
    });
}

TEST_CASE("a scanner that has the mail and does not answer is slow") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            peer.readMail(socket);
            peer.hold();
        });
        it.settings.timeout = 300ms;
        checkFailure(it.scan(), ScanFailure::kSlow, "in time");
    });
}

TEST_CASE("a scanner that stops in the middle of its answer is slow") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            peer.readMail(socket);
            ScriptedPeer::write(socket, peer.clean().substr(0, 8));
            peer.hold();
        });
        it.settings.timeout = 300ms;
        checkFailure(it.scan(), ScanFailure::kSlow, "did not end its answer in time");
    });
}

TEST_CASE("a scanner that answers byte by byte for ever is slow") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [&](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            peer.readMail(socket);
            const std::string answer = peer.clean();
            ScriptedPeer::write(socket, answer.substr(0, 9));
            while (peer.over.wait_for(2ms) == std::future_status::timeout) ScriptedPeer::write(socket, " ");
        });
        it.settings.timeout = 300ms;
        checkFailure(it.scan(), ScanFailure::kSlow, "did not end its answer in time");
    });
}

TEST_CASE("a scanner that closes before it has read anything is broken") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [](ScannerPeer&, int) {});
        checkFailure(it.scan(), ScanFailure::kBroken, "the connection");
        CHECK(it.connections == 1);
    });
}

TEST_CASE("a scanner that closes instead of answering is broken") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            peer.readMail(socket);
        });
        checkFailure(it.scan(), ScanFailure::kBroken, "closed the connection");
        CHECK(it.connections == 1);
    });
}

TEST_CASE("an answer that is cut anywhere is never taken for clean") {
    forEachKind([](ScannerKind kind) {
        const bool wants = GENERATE(false, true);
        std::atomic<std::size_t> cut = 0;
        std::atomic<std::size_t> length = 1;
        FailureCase it(kind, [&](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            peer.readMail(socket);
            const std::string answer = wants ? peer.found() : peer.clean();
            length = answer.size();
            ScriptedPeer::write(socket, answer.substr(0, cut));
        });
        for (; cut < length; ++cut) {
            const ScanOutcome outcome = it.scan();
            CAPTURE(cut.load(), outcome.detail);
            // What an ICAP server found stands in the head of its answer.
            if (kind == ScannerKind::kIcap && wants && outcome.state == State::kFound) continue;
            CHECK(outcome.state == State::kUnavailable);
            CHECK(outcome.failure == ScanFailure::kBroken);
        }
        CHECK(length > 10);
    });
}

TEST_CASE("an answer of another protocol is nonsense") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            peer.readMail(socket);
            ScriptedPeer::write(socket, peer.nonsense());
            untilClientGoes(socket);
        });
        checkFailure(it.scan(), ScanFailure::kNonsense, "!? what is this");
    });
}

TEST_CASE("a scanner that says it cannot scan is an error, in its words") {
    const std::map<ScannerKind, std::string> words = {
        {ScannerKind::kClamd, "said: stream: Can't allocate memory ERROR"},
        {ScannerKind::kRspamd, "said: 500 invalid command: invalid command"},
        {ScannerKind::kSpamd, "said: 76 Bad header line: FOO"},
        {ScannerKind::kIcap, "said: 500 Server error"}};
    forEachKind([&](ScannerKind kind) {
        FailureCase it(kind, [](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            peer.readMail(socket);
            ScriptedPeer::write(socket, peer.error());
        });
        checkFailure(it.scan(), ScanFailure::kError, words.at(kind));
    });
}

TEST_CASE("an answer that never ends is nonsense, and little of it is kept") {
    const std::map<ScannerKind, std::string> beginnings = {
        {ScannerKind::kClamd, "1: stream: "},
        {ScannerKind::kRspamd, "HTTP/1.1 200 OK\r\n\r\n{\"action\":\""},
        {ScannerKind::kSpamd, "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.0 / 5.0\r\n\r\n"},
        {ScannerKind::kIcap, "ICAP/1.0 204 Unmodified\r\nX-Endless: "}};
    forEachKind([&](ScannerKind kind) {
        FailureCase it(kind, [&](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            peer.readMail(socket);
            ScriptedPeer::write(socket, beginnings.at(kind));
            const std::string more(1 << 20, 'A');
            for (int i = 0; i < 100; ++i) ScriptedPeer::write(socket, more);
        });
        checkFailure(it.scan(), ScanFailure::kNonsense, "more than");
    });
}

TEST_CASE("a head with endless lines is nonsense") {
    forEachKind([](ScannerKind kind) {
        if (kind == ScannerKind::kClamd) return;  // its answer is one line
        FailureCase it(kind, [&](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            peer.readMail(socket);
            std::string head = peer.clean();
            head.resize(head.find("\r\n") + 2);
            for (int i = 0; i < 100'000; ++i) head += "X-More: of it\r\n";
            ScriptedPeer::write(socket, head);
            untilClientGoes(socket);
        });
        checkFailure(it.scan(), ScanFailure::kNonsense, "");
    });
}

TEST_CASE("a result that comes before the whole mail was taken is nonsense") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [&](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            askForMore(kind, socket);
            ScriptedPeer::read(socket, 100'000);
            std::string answer = peer.clean();
            if (kind == ScannerKind::kClamd) answer[0] = '1';
            ScriptedPeer::write(socket, answer);
            ::shutdown(socket, SHUT_WR);
            untilClientGoes(socket);
        });
        it.settings.maxBytes = kLargeMail.size();
        checkFailure(it.scan(kLargeMail), ScanFailure::kNonsense, "before it had the whole mail");
    });
}

TEST_CASE("a connection is kept as long as the scanner keeps it") {
    forEachKind([](ScannerKind kind) {
        FailureCase it(kind, [](ScannerPeer& peer, int socket) { peer.serve(socket); });
        for (int i = 0; i < 5; ++i) {
            CHECK(it.scan().state == State::kClean);
            CHECK(it.scan("VIRUS").state == State::kFound);
        }
        // spamd closes after each; of an ICAP answer that names a virus the rest is not waited for.
        const std::map<ScannerKind, int> expected = {{ScannerKind::kSpamd, 10}, {ScannerKind::kIcap, 5}};
        const auto known = expected.find(kind);
        CHECK(it.connections == (known == expected.end() ? 1 : known->second));
    });
}

TEST_CASE("a kept connection that the scanner has closed is replaced without a word") {
    forEachKind([](ScannerKind kind) {
        if (kind == ScannerKind::kSpamd) return;   // keeps none
        const bool reads = GENERATE(false, true);  // closes at once, or only when the next mail comes
        FailureCase it(kind, [=](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            peer.readMail(socket);
            ScriptedPeer::write(socket, peer.clean());
            if (reads) peer.readMail(socket);
        });
        for (int i = 1; i <= 4; ++i) {
            CHECK(it.scan().state == State::kClean);
            CHECK(it.connections == i);
        }
    });
}

TEST_CASE("a stale connection is tried again once, not for ever") {
    forEachKind([](ScannerKind kind) {
        if (kind == ScannerKind::kSpamd) return;
        std::atomic<bool> answers = true;
        FailureCase it(kind, [&](ScannerPeer& peer, int socket) {
            peer.greet(socket);
            while (peer.readMail(socket) && answers) ScriptedPeer::write(socket, peer.clean());
        });
        CHECK(it.scan().state == State::kClean);
        answers = false;
        checkFailure(it.scan(), ScanFailure::kBroken, "closed the connection without an answer");
        CHECK(it.connections == 2);
    });
}

TEST_CASE("a mail that was given up is not looked at again, and the next one is scanned") {
    forEachKind([](ScannerKind kind) {
        std::promise<void> reached;
        std::atomic<bool> silent = true;
        FailureCase it(kind, [&](ScannerPeer& peer, int socket) {
            if (!silent.exchange(false)) return peer.serve(socket);
            reached.set_value();
            untilClientGoes(socket);
        });
        it.settings.timeout = 1h;
        it.pool = std::make_shared<const ScannerPool>(it.settings);
        {
            auto mail = std::make_unique<std::string>(kLargeMail.substr(0, 20u << 20));
            auto envelope = std::make_unique<Envelope>();
            auto ticket = std::make_unique<ScanTicket>(it.pool->start({*mail, *envelope}));
            reached.get_future().wait();
            CHECK_FALSE(ticket->waitUntil(std::chrono::steady_clock::now()));
            ticket.reset();  // from here on the mail may go, which AddressSanitizer watches
        }
        CHECK(it.scan().state == State::kClean);
        const ScannerHealth health = it.pool->health();
        CHECK(health.failures == 0);
        CHECK(health.inUse == 0);
    });
}
