#include "slave/dns/resolver.h"

#include <catch2/catch.hpp>
#include <thread>

#include "common/base/error.h"
#include "tests/support/dns_server.h"
#include "tests/support/eventually.h"
#include "tests/support/thrown_code.h"

using namespace weir;
using namespace std::chrono_literals;
using test::DnsBehaviour;
using test::DnsServer;
using test::eventually;
using Kind = test::DnsBehaviour::Kind;
using State = DnsAnswer::State;

namespace {

ResolverSettings settingsFor(const DnsServer& server) {
    ResolverSettings settings;
    settings.servers.addresses = server.address();
    settings.servers.timeout = 300ms;
    settings.servers.tries = 2;
    return settings;
}

Resolver::Deadline soon() {
    return std::chrono::steady_clock::now() + 20s;
}

std::vector<std::string> recordsOf(Resolver& resolver, const std::string& name, DnsType type) {
    return resolver.lookup(name, type, soon()).answer.records;
}

}  // namespace

TEST_CASE("the resolver gets every type from the configured server") {
    DnsServer server;
    server.add("mail.example.org", {"A", "192.0.2.1"});
    server.add("mail.example.org", {"A", "192.0.2.2"});
    server.add("mail.example.org", {"AAAA", "2001:db8::1"});
    server.add("example.org", {"MX", "20 Mail2.example.org"});
    server.add("example.org", {"MX", "10 mail.example.org"});
    server.add("example.org", {"TXT", "v=spf1 -all"});
    server.add("1.2.0.192.in-addr.arpa", {"PTR", "mail.example.org"});
    server.add("www.example.org", {"CNAME", "mail.example.org"});
    server.add("a b\\c:/d.example.org", {"A", "192.0.2.9"});
    Resolver resolver(settingsFor(server));
    CHECK(recordsOf(resolver, "mail.example.org", DnsType::kA) ==
          std::vector<std::string>{"192.0.2.1", "192.0.2.2"});
    CHECK(recordsOf(resolver, "MAIL.example.org.", DnsType::kAaaa) ==
          std::vector<std::string>{"2001:db8::1"});
    CHECK(recordsOf(resolver, "example.org", DnsType::kMx) ==
          std::vector<std::string>{"mail.example.org", "mail2.example.org"});
    CHECK(recordsOf(resolver, "example.org", DnsType::kTxt) == std::vector<std::string>{"v=spf1 -all"});
    CHECK(recordsOf(resolver, "1.2.0.192.in-addr.arpa", DnsType::kPtr) ==
          std::vector<std::string>{"mail.example.org"});
    CHECK(recordsOf(resolver, "www.example.org", DnsType::kAaaa) == std::vector<std::string>{"2001:db8::1"});
    CHECK(recordsOf(resolver, "a b\\c:/d.example.org", DnsType::kA) == std::vector<std::string>{"192.0.2.9"});
    CHECK(resolver.lookup("example.org", DnsType::kA, soon()).answer.state == State::kNoData);
    CHECK(resolver.lookup("no.example.org", DnsType::kA, soon()).answer.state == State::kNoName);
    const auto counters = resolver.counters();
    CHECK(counters.queries == 9);
    CHECK(counters.ended == 9);
    CHECK(counters.failures == 0);
    CHECK(counters.latencySeconds > 0);
    CHECK(counters.inFlight == 0);
}

TEST_CASE("what is no DNS name is not asked for") {
    DnsServer server;
    Resolver resolver(settingsFor(server));
    CHECK(resolver.lookup("a..b", DnsType::kA, soon()).answer.state == State::kNoName);
    CHECK(resolver.lookup("", DnsType::kA, soon()).answer.state == State::kNoName);
    CHECK(resolver.lookup("hidden.onion", DnsType::kA, soon()).answer.state == State::kNoName);
    CHECK(server.askedAtAll() == 0);
}

TEST_CASE("an answer comes from the cache while it holds, and holds at least the least time") {
    DnsServer server;
    server.add("a.test", {"TXT", "x", 1000});
    server.add("b.test", {"TXT", "x", 0});
    server.add("c.test", {"TXT", "x", 1'000'000});
    Resolver resolver(settingsFor(server));
    CHECK_FALSE(resolver.lookup("a.test", DnsType::kTxt, soon()).cached);
    const auto again = resolver.lookup("A.test", DnsType::kTxt, soon());
    CHECK(again.cached);
    CHECK(again.answer.records == std::vector<std::string>{"x"});
    CHECK(again.answer.ttl <= 1000s);
    CHECK(again.answer.ttl > 900s);
    CHECK(server.asked("a.test", "TXT") == 1);
    CHECK(resolver.lookup("b.test", DnsType::kTxt, soon()).answer.ttl == ResolverSettings().minTtl);
    CHECK(resolver.lookup("b.test", DnsType::kTxt, soon()).cached);
    CHECK(resolver.lookup("c.test", DnsType::kTxt, soon()).answer.ttl == ResolverSettings().maxTtl);
    CHECK(resolver.counters().cacheHits == 2);
    CHECK(resolver.counters().cacheEntries == 3);
}

TEST_CASE("an answer whose time is over is asked for again") {
    DnsServer server;
    server.add("a.test", {"TXT", "x", 0});
    ResolverSettings settings = settingsFor(server);
    settings.minTtl = 0s;
    Resolver resolver(settings);
    CHECK_FALSE(resolver.lookup("a.test", DnsType::kTxt, soon()).cached);
    CHECK_FALSE(resolver.lookup("a.test", DnsType::kTxt, soon()).cached);
    CHECK(server.asked("a.test", "TXT") == 2);
}

TEST_CASE("that a name or a type is not there is kept as long as the zone says, within bounds") {
    DnsServer server;
    server.add("a.test", {"TXT", "x"});
    ResolverSettings settings = settingsFor(server);
    Resolver resolver(settings);
    CHECK(resolver.lookup("no.test", DnsType::kA, soon()).answer.ttl == settings.negativeTtl);
    server.negativeTtl(70);
    CHECK(resolver.lookup("none.test", DnsType::kA, soon()).answer.ttl == 70s);
    CHECK(resolver.lookup("a.test", DnsType::kA, soon()).answer.ttl == 70s);
    server.negativeTtl(100'000);
    CHECK(resolver.lookup("never.test", DnsType::kA, soon()).answer.ttl == settings.maxNegativeTtl);
    const auto again = resolver.lookup("none.test", DnsType::kA, soon());
    CHECK(again.cached);
    CHECK(again.answer.state == State::kNoName);
    CHECK(resolver.lookup("a.test", DnsType::kA, soon()).answer.state == State::kNoData);
    CHECK(server.askedAtAll() == 4);
}

TEST_CASE("the same question in flight is asked once, whoever waits for it") {
    DnsServer server;
    server.add("slow.test", {"TXT", "x"});
    server.behave("slow.test", {Kind::kHold});
    ResolverSettings settings = settingsFor(server);
    settings.servers.timeout = 20s;
    Resolver resolver(settings);
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int i = 0; i < 20; ++i) {
        threads.emplace_back(
            [&] { right += recordsOf(resolver, "slow.test", DnsType::kTxt).size() == 1 ? 1 : 0; });
    }
    CHECK(eventually(
        [&] { return resolver.counters().joined == 19 && server.asked("slow.test", "TXT") == 1; }));
    server.release();
    for (std::thread& thread : threads) thread.join();
    CHECK(right == 20);
    CHECK(server.asked("slow.test", "TXT") == 1);
    CHECK(resolver.counters().queries == 1);
}

TEST_CASE("who asks waits no longer than the deadline, and the late answer is kept for the next") {
    DnsServer server;
    server.add("slow.test", {"TXT", "x"});
    server.behave("slow.test", {Kind::kHold});
    ResolverSettings settings = settingsFor(server);
    settings.servers.timeout = 20s;
    Resolver resolver(settings);
    const auto answer =
        resolver.lookup("slow.test", DnsType::kTxt, std::chrono::steady_clock::now() + 50ms).answer;
    CHECK(answer.state == State::kTempError);
    CHECK_THAT(answer.detail, Catch::Contains("no answer within"));
    CHECK(resolver.counters().late == 1);
    CHECK(eventually([&] { return server.asked("slow.test", "TXT") == 1; }));
    server.release();
    CHECK(eventually([&] { return resolver.counters().ended == 1; }));
    CHECK(resolver.lookup("slow.test", DnsType::kTxt, soon()).cached);
}

TEST_CASE("an answer that was started comes without being waited for") {
    DnsServer server;
    server.add("a.test", {"TXT", "x"});
    Resolver resolver(settingsFor(server));
    resolver.start("a.test", DnsType::kTxt);
    resolver.start("a..test", DnsType::kTxt);
    CHECK(eventually([&] { return resolver.counters().ended == 1; }));
    CHECK(resolver.lookup("a.test", DnsType::kTxt, soon()).cached);
    resolver.start("a.test", DnsType::kTxt);
    CHECK(resolver.counters().queries == 1);
}

TEST_CASE("a truncated answer is fetched over TCP, as long as it is") {
    DnsServer server;
    std::vector<std::string> expected;
    for (int i = 0; i < 60; ++i) {
        const std::string text = std::to_string(i) + std::string(900, 'x');
        server.add("long.test", {"TXT", text});
        expected.push_back(text);
    }
    server.behave("long.test", {Kind::kTruncate});
    Resolver resolver(settingsFor(server));
    CHECK(recordsOf(resolver, "long.test", DnsType::kTxt) == expected);
    CHECK(server.askedOverTcp("long.test", "TXT") == 1);
}

TEST_CASE("a server that fails, refuses, is silent or talks nonsense is a failure with its reason") {
    DnsServer server;
    ResolverSettings settings = settingsFor(server);
    settings.servers.timeout = 100ms;
    const auto [kind, reason] = GENERATE(table<Kind, std::string>({{Kind::kServfail, "SERVFAIL"},
                                                                   {Kind::kRefused, "REFUSED"},
                                                                   {Kind::kDrop, "time-out"},
                                                                   {Kind::kGarbage, "time-out"},
                                                                   {Kind::kWrongId, "time-out"},
                                                                   {Kind::kCutShort, "malformed"}}));
    server.add("bad.test", {"TXT", "x"});
    server.behave("bad.test", {kind});
    Resolver resolver(settings);
    const auto answer = resolver.lookup("bad.test", DnsType::kTxt, soon()).answer;
    INFO(reason << " / " << answer.detail);
    CHECK(answer.state == State::kTempError);
    CHECK(answer.records.empty());
    CHECK_THAT(answer.detail, Catch::Contains(reason));
    CHECK(resolver.counters().failures == 1);
    // Kept for a moment: the next mail does not wait again.
    const auto asked = server.askedAtAll();
    const auto again = resolver.lookup("bad.test", DnsType::kTxt, soon());
    CHECK(again.cached);
    CHECK(again.answer.state == State::kTempError);
    CHECK(server.askedAtAll() == asked);
}

TEST_CASE("a failure is not kept where the settings say so") {
    DnsServer server;
    server.behave("bad.test", {Kind::kServfail});
    ResolverSettings settings = settingsFor(server);
    settings.failureTtl = 0s;
    Resolver resolver(settings);
    CHECK(resolver.lookup("bad.test", DnsType::kTxt, soon()).answer.state == State::kTempError);
    server.add("bad.test", {"TXT", "x"});
    server.behave("bad.test", {});
    CHECK(resolver.lookup("bad.test", DnsType::kTxt, soon()).answer.found());
}

TEST_CASE("answers with another id or to another question are not taken") {
    DnsServer server;
    const auto kind = GENERATE(Kind::kForgedFirst, Kind::kOtherQuestion);
    server.add("a.test", {"A", "192.0.2.1"});
    server.behave("a.test", {kind});
    ResolverSettings settings = settingsFor(server);
    settings.servers.timeout = 5s;
    Resolver resolver(settings);
    CHECK(recordsOf(resolver, "a.test", DnsType::kA) == std::vector<std::string>{"192.0.2.1"});
}

TEST_CASE("a slow answer within the time is an answer") {
    DnsServer server;
    server.add("a.test", {"A", "192.0.2.1"});
    server.behave("a.test", {Kind::kAnswer, 150ms});
    ResolverSettings settings = settingsFor(server);
    settings.servers.timeout = 10s;
    Resolver resolver(settings);
    CHECK(recordsOf(resolver, "a.test", DnsType::kA).size() == 1);
    CHECK(resolver.counters().latencySeconds >= 0.14);
}

TEST_CASE("the second server answers when the first one is silent") {
    DnsServer silent, server;
    silent.behave("a.test", {Kind::kDrop});
    server.add("a.test", {"A", "192.0.2.1"});
    ResolverSettings settings = settingsFor(server);
    settings.servers.addresses = silent.address() + "," + server.address();
    Resolver resolver(settings);
    CHECK(recordsOf(resolver, "a.test", DnsType::kA).size() == 1);
    CHECK(silent.asked("a.test", "A") == 1);
}

TEST_CASE("a question over the limit in flight is refused at once") {
    DnsServer server;
    for (const char* name : {"a.test", "b.test", "c.test"}) {
        server.add(name, {"A", "192.0.2.1"});
        server.behave(name, {Kind::kHold});
    }
    ResolverSettings settings = settingsFor(server);
    settings.maxInFlight = 2;
    settings.servers.timeout = 20s;
    Resolver resolver(settings);
    resolver.start("a.test", DnsType::kA);
    resolver.start("b.test", DnsType::kA);
    const auto answer = resolver.lookup("c.test", DnsType::kA, soon()).answer;
    CHECK(answer.state == State::kTempError);
    CHECK_THAT(answer.detail, Catch::Contains("more than 2"));
    CHECK(resolver.counters().refused == 1);
    CHECK(eventually([&] { return server.askedAtAll() == 2; }));
    server.release();
    CHECK(recordsOf(resolver, "a.test", DnsType::kA).size() == 1);
    CHECK(recordsOf(resolver, "c.test", DnsType::kA).size() == 1);
}

TEST_CASE("the resolver is well while a server answers, and says what is wrong when none does") {
    auto server = std::make_unique<DnsServer>();
    ResolverSettings settings = settingsFor(*server);
    settings.servers.timeout = 200ms;
    settings.failureTtl = 0s;
    SECTION("it answers the question for the root, or any other") {
        Resolver resolver(settings);
        const auto health = resolver.health(10s);
        CHECK(health.ok);
        CHECK_THAT(health.detail, Catch::Contains("answers in"));
        CHECK(server->askedAtAll() == 1);
        CHECK(resolver.health(10s).ok);  // seen a moment ago
        CHECK(server->askedAtAll() == 1);
    }
    SECTION("it refuses") {
        server->behave("", {Kind::kRefused});
        Resolver resolver(settings);
        CHECK_FALSE(resolver.health(10s).ok);
        CHECK(resolver.health(10s).detail.find("REFUSED") != std::string::npos);
    }
    SECTION("it is not there") {
        server.reset();
        Resolver resolver(settings);
        const auto health = resolver.health(10s);
        CHECK_FALSE(health.ok);
        CHECK_FALSE(health.detail.empty());
    }
    SECTION("it is silent for longer than the caller waits") {
        server->behave("", {Kind::kDrop});
        settings.servers.timeout = 20s;
        Resolver resolver(settings);
        CHECK_THAT(resolver.health(50ms).detail, Catch::Contains("no answer within 50"));
    }
}

TEST_CASE("servers that cannot be read are refused at the start") {
    ResolverSettings settings;
    settings.servers.addresses = GENERATE("nonsense", "192.0.2.1:port", "ns.example.org");
    CHECK(test::codeOf([&] { Resolver resolver(settings); }) == ErrorCode::kInvalid);
}

TEST_CASE("the system's servers serve where none are configured") {
    Resolver resolver(ResolverSettings{});
    CHECK(resolver.counters().lookups == 0);
}

TEST_CASE("a resolver ends with questions on their way") {
    DnsServer server;
    for (int i = 0; i < 50; ++i) server.behave("n" + std::to_string(i) + ".test", {Kind::kDrop});
    ResolverSettings settings = settingsFor(server);
    settings.servers.timeout = 20s;
    const auto start = std::chrono::steady_clock::now();
    {
        Resolver resolver(settings);
        for (int i = 0; i < 50; ++i) resolver.start("n" + std::to_string(i) + ".test", DnsType::kA);
        CHECK(eventually([&] { return server.askedAtAll() > 0; }));
    }
    CHECK(std::chrono::steady_clock::now() - start < 10s);
}

TEST_CASE("many threads with many names all get their own answers") {
    DnsServer server;
    for (int i = 0; i < 100; ++i) server.add("n" + std::to_string(i) + ".test", {"TXT", std::to_string(i)});
    ResolverSettings settings = settingsFor(server);
    settings.servers.timeout = 5s;
    settings.cacheEntries = 20;
    Resolver resolver(settings);
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) {
                const int n = (i * 7 + t * 13) % 100;
                const auto records = recordsOf(resolver, "n" + std::to_string(n) + ".test", DnsType::kTxt);
                if (records != std::vector<std::string>{std::to_string(n)}) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
    CHECK(resolver.counters().lookups == 1600);
    CHECK(resolver.counters().cacheEntries <= 20);
}
