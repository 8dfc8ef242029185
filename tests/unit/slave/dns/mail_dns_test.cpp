#include "slave/dns/mail_dns.h"

#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/dns_server.h"
#include "tests/support/eventually.h"

using namespace weir;
using namespace std::chrono_literals;
using test::DnsServer;
using test::eventually;
using Kind = test::DnsBehaviour::Kind;
using State = DnsAnswer::State;

namespace {

struct Slave {
    DnsServer server;
    Resolver resolver;
    Slave() : resolver(settings(server)) {
        for (int i = 0; i < 20; ++i)
            server.add("n" + std::to_string(i) + ".test", {"TXT", std::to_string(i)});
    }
    static ResolverSettings settings(const DnsServer& server) {
        ResolverSettings settings;
        settings.servers.addresses = server.address();
        settings.servers.timeout = 20s;
        return settings;
    }
};

}  // namespace

TEST_CASE("a mail's questions are answered and counted") {
    Slave slave;
    slave.resolver.lookup("n1.test", DnsType::kTxt, std::chrono::steady_clock::now() + 10s);
    MailDns dns(slave.resolver, {});
    CHECK(dns.lookup("n0.test", DnsType::kTxt).records == std::vector<std::string>{"0"});
    CHECK(dns.lookup("N1.test.", DnsType::kTxt).records == std::vector<std::string>{"1"});
    CHECK(dns.lookup("no.test", DnsType::kA).state == State::kNoName);
    CHECK(dns.lookup("a..b", DnsType::kA).state == State::kNoName);
    const auto counts = dns.counts();
    CHECK(counts.asked == 3);
    CHECK(counts.cached == 1);
    CHECK(counts.failed == 0);
    CHECK(counts.overBudget == 0);
    CHECK(counts.waitedMillis > 0);
    const auto trace = dns.trace();
    REQUIRE(trace.size() == 3);
    CHECK(trace[0].question == DnsQuestion{"n0.test", DnsType::kTxt});
    CHECK(trace[0].records == 1);
    CHECK(trace[0].millis > 0);
    CHECK(trace[1].cached);
    CHECK(trace[1].millis == 0);
    CHECK(trace[2].state == State::kNoName);
}

TEST_CASE("the same question has one answer in one mail, failures too") {
    Slave slave;
    slave.server.behave("bad.test", {Kind::kServfail});
    MailDns dns(slave.resolver, {});
    CHECK(dns.lookup("bad.test", DnsType::kTxt).state == State::kTempError);
    slave.server.behave("bad.test", {});
    slave.server.add("bad.test", {"TXT", "now"});
    CHECK(dns.lookup("bad.test", DnsType::kTxt).state == State::kTempError);
    CHECK(dns.counts().asked == 1);
    CHECK(dns.counts().failed == 1);
}

TEST_CASE("past its number of questions a mail gets failures that say so, and known answers still") {
    Slave slave;
    MailDnsBudget budget;
    budget.queries = 3;
    MailDns dns(slave.resolver, budget);
    for (int i = 0; i < 3; ++i) CHECK(dns.lookup("n" + std::to_string(i) + ".test", DnsType::kTxt).found());
    const auto refused = dns.lookup("n3.test", DnsType::kTxt);
    CHECK(refused.state == State::kTempError);
    CHECK_THAT(refused.detail, Catch::Contains("budget of 3 DNS questions"));
    CHECK(dns.lookup("n2.test", DnsType::kTxt).found());
    dns.expect("n4.test", DnsType::kTxt);
    CHECK(dns.counts().overBudget == 1);
    CHECK(slave.server.asked("n3.test", "TXT") == 0);
    CHECK(slave.server.askedAtAll() == 3);
    MailDns next(slave.resolver, budget);
    CHECK(next.lookup("n3.test", DnsType::kTxt).found());
}

TEST_CASE("past its time to wait a mail gets what is cached and nothing else") {
    Slave slave;
    slave.resolver.lookup("n1.test", DnsType::kTxt, std::chrono::steady_clock::now() + 10s);
    slave.server.behave("slow.test", {Kind::kHold});
    MailDnsBudget budget;
    budget.wait = 50ms;
    MailDns dns(slave.resolver, budget);
    const auto slow = dns.lookup("slow.test", DnsType::kTxt);
    CHECK(slow.state == State::kTempError);
    CHECK_THAT(slow.detail, Catch::Contains("budget of 50 ms"));
    slave.server.behave("n2.test", {Kind::kHold});
    CHECK(dns.lookup("n2.test", DnsType::kTxt).state == State::kTempError);
    CHECK(dns.lookup("n1.test", DnsType::kTxt).found());
    CHECK(dns.counts().overBudget == 2);
}

TEST_CASE("one look-up waits no longer than its own part") {
    Slave slave;
    slave.server.behave("slow.test", {Kind::kHold});
    MailDnsBudget budget;
    budget.oneWait = 30ms;
    MailDns dns(slave.resolver, budget);
    CHECK_THAT(dns.lookup("slow.test", DnsType::kTxt).detail, Catch::Contains("no answer within"));
    CHECK(dns.lookup("n1.test", DnsType::kTxt).state == State::kFound);
    CHECK(dns.counts().overBudget == 0);
}

TEST_CASE("the mail's deadline ends every wait") {
    Slave slave;
    slave.server.behave("slow.test", {Kind::kHold});
    MailDnsBudget budget;
    budget.deadline = std::chrono::steady_clock::now() + 40ms;
    MailDns dns(slave.resolver, budget);
    CHECK_THAT(dns.lookup("slow.test", DnsType::kTxt).detail, Catch::Contains("mail's time"));
    slave.server.behave("n1.test", {Kind::kHold});
    CHECK_THAT(dns.lookup("n1.test", DnsType::kTxt).detail, Catch::Contains("mail's time"));
    dns.expect("n2.test", DnsType::kTxt);
    CHECK(dns.counts().asked == 2);
}

TEST_CASE("an expected answer is fetched while nobody waits, and costs its question once") {
    Slave slave;
    MailDnsBudget budget;
    budget.queries = 2;
    MailDns dns(slave.resolver, budget);
    dns.expect("n1.test", DnsType::kTxt);
    dns.expect("n1.test", DnsType::kTxt);
    dns.expect("a..b", DnsType::kTxt);
    CHECK(eventually([&] { return slave.resolver.counters().ended == 1; }));
    CHECK(dns.trace().empty());
    CHECK(dns.counts().asked == 1);
    CHECK(dns.lookup("n1.test", DnsType::kTxt).found());
    CHECK(dns.lookup("n2.test", DnsType::kTxt).found());
    const auto trace = dns.trace();
    REQUIRE(trace.size() == 2);
    CHECK(trace[0].expected);
    CHECK(trace[0].cached);
    CHECK_FALSE(trace[1].expected);
    CHECK(dns.counts().overBudget == 0);
}

TEST_CASE("threads of one mail that ask the same wait for one answer") {
    Slave slave;
    slave.server.add("slow.test", {"TXT", "x"});
    slave.server.behave("slow.test", {Kind::kHold});
    MailDns dns(slave.resolver, {});
    std::atomic<int> found = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] { found += dns.lookup("slow.test", DnsType::kTxt).found() ? 1 : 0; });
    }
    CHECK(eventually([&] { return slave.server.asked("slow.test", "TXT") == 1; }));
    slave.server.release();
    for (std::thread& thread : threads) thread.join();
    CHECK(found == 4);
    CHECK(dns.trace().size() == 1);
}
