// What the nodes know together, between real links and a real master.
#include <catch2/catch.hpp>

#include "common/wire/compression.h"
#include "common/wire/shared_messages.h"
#include "slave/link/shared_exchange.h"
#include "tests/component/link_case.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/https_client.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kPromised = 2s;

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

GreylistAnswer mail(TestNode& node, TimePoint at, const std::string& sender = "a@x.example") {
    return node.counters.greylist().check("192.0.2.7", sender, "b@y.example", {.autoAllowAfter = 0}, at);
}

std::uint64_t total(TestNode& node, const std::string& key) {
    return node.counters.rates().peek("r", key, 3600s, now()).total;
}
void count(TestNode& node, const std::string& key, std::uint64_t amount = 1) {
    node.counters.rates().add("r", key, amount, 3600s, now());
}

bool shares(const TestNode& node) {
    return node.link->state().shared.connected;
}

// Two nodes of one cluster that exchange what they know.
struct Cluster {
    Cluster() {
        join(a, master, "mx1");
        join(b, master, "mx2");
        REQUIRE(eventually([&] { return shares(a) && shares(b); }));
    }
    TestMaster master;
    TestNode a, b;
};

}  // namespace

TEST_CASE("what one node learns decides on the other within two seconds") {
    Cluster cluster;
    const TimePoint start = now();
    for (int i = 0; i < 5; ++i) {
        const std::string sender = std::to_string(i) + "@x.example";
        mail(cluster.a, start, sender);
        REQUIRE(mail(cluster.a, start + 300s, sender).pass);
        CHECK(eventually([&] { return mail(cluster.b, start + 300s, sender).known; }, kPromised));
    }
    count(cluster.a, "k", 3);
    CHECK(eventually([&] { return total(cluster.b, "k") == 3; }, kPromised));
    count(cluster.b, "k", 4);
    CHECK(eventually([&] { return total(cluster.a, "k") == 7; }, kPromised));
    cluster.b.counters.poison().mark("bad", "died in unrar", now());
    CHECK(eventually([&] { return cluster.a.counters.poison().poisoned("bad", now()); }, kPromised));
    CHECK(cluster.a.counters.poison().find("bad", now())->reason == "died in unrar");
    CHECK(toMillis(cluster.a.link->state().shared.lastExchange) != 0);
}

TEST_CASE("an attempt that began on one node is timed by all") {
    Cluster cluster;
    const TimePoint start = now();
    mail(cluster.a, start);
    CHECK(eventually([&] { return cluster.b.counters.status().triplets.entries == 1; }, kPromised));
    CHECK(mail(cluster.b, start + 100s).wait > 190s);
    CHECK(mail(cluster.b, start + 100s).wait <= 200s);
    CHECK(mail(cluster.b, start + 301s).pass);
    CHECK(eventually([&] { return mail(cluster.a, start + 301s).known; }, kPromised));
}

TEST_CASE("nodes decide alone while the master is away, and nothing is lost when it is back") {
    Cluster cluster;
    count(cluster.a, "k", 10);
    REQUIRE(eventually([&] { return total(cluster.b, "k") == 10; }));
    cluster.master.stop();
    REQUIRE(eventually([&] { return !shares(cluster.a) && !shares(cluster.b); }));

    const TimePoint start = now();
    mail(cluster.a, start, "1@x.example");
    mail(cluster.b, start + 10s, "1@x.example");
    CHECK(mail(cluster.a, start + 300s, "1@x.example").pass);
    CHECK(mail(cluster.b, start + 300s, "1@x.example").wait == 10s);
    for (int i = 0; i < 7000; ++i) mail(cluster.a, start, std::to_string(i) + "@many.example");
    for (int i = 0; i < 100; ++i) {
        count(cluster.a, "k");
        count(cluster.b, "k", 2);
        count(cluster.b, std::to_string(i));
    }
    CHECK(total(cluster.a, "k") == 110);
    CHECK(total(cluster.b, "k") == 210);

    cluster.master.start();
    CHECK(eventually([&] { return total(cluster.a, "k") == 310 && total(cluster.b, "k") == 310; }));
    CHECK(eventually([&] { return mail(cluster.b, start + 300s, "1@x.example").known; }));
    CHECK(eventually([&] { return total(cluster.a, "99") == 1; }));
    CHECK(eventually([&] { return cluster.b.counters.status().triplets.entries == 7001; }));
    CHECK(mail(cluster.b, start + 300s, "6999@many.example").pass);
}

TEST_CASE("a master that forgot everything has it again from its nodes, and gives it to new ones") {
    Cluster cluster;
    const TimePoint start = now();
    for (int i = 0; i < 6000; ++i) mail(cluster.a, start, std::to_string(i));
    for (int i = 0; i < 50; ++i) count(cluster.b, std::to_string(i), 5);
    cluster.b.counters.poison().mark("bad", "died", start);
    const auto complete = [&] {
        const SharedStateStatus status = cluster.master.shared->status();
        return status.triplets == 6000 && status.counts == 50 && status.poison == 1;
    };
    REQUIRE(eventually(complete));
    const std::string state = cluster.master.shared->state();
    cluster.master.stop();
    cluster.master.start();
    CHECK(cluster.master.shared->state() != state);
    CHECK(eventually(complete));

    TestNode late;
    join(late, cluster.master, "mx3");
    CHECK(eventually([&] { return late.counters.status().triplets.entries == 6000; }));
    CHECK(eventually([&] { return total(late, "49") == 5; }));
    CHECK(late.counters.poison().poisoned("bad", now()));
    CHECK(mail(late, start + 300s, "5999").pass);
}

TEST_CASE("connections that are cut again and again lose and double nothing") {
    TestMaster master;
    TestNode a, b;
    join(b, master, "mx2");
    a.enrollAt(master.address(), master.newToken(), "mx1");
    CuttingProxy proxy(static_cast<std::uint16_t>(master.port()), 20'000);
    a.connect({"127.0.0.1:" + std::to_string(proxy.port())});
    std::uint64_t counted = 0;
    REQUIRE(eventually(
        [&] {
            count(a, "k" + std::to_string(counted++ % 50));
            return proxy.cuts() >= 10;
        },
        60s));
    proxy.cutAfter(0);
    const auto sum = [&](TestNode& node) {
        std::uint64_t all = 0;
        for (int i = 0; i < 50; ++i) all += total(node, "k" + std::to_string(i));
        return all;
    };
    CHECK(sum(a) == counted);
    CHECK(eventually([&] { return sum(b) == counted; }, 30s));
}

TEST_CASE("a killed node gets back from the master what it had told") {
    Cluster cluster;
    TempFolder folder;
    auto link = [&](SharedCounters& counters) {
        return std::make_unique<SharedExchange>(
            cluster.a.identity, NodeClientOptions{.masters = {cluster.master.address()}}, counters);
    };
    cluster.a.disconnect();
    {
        SharedCounters before({.folder = folder.path()});
        auto exchange = link(before);
        exchange->start();
        before.rates().add("r", "k", 8, 3600s, now());
        REQUIRE(eventually([&] { return total(cluster.b, "k") == 8; }));
        exchange->stop();  // and no file is written
    }
    SharedCounters after({.folder = folder.path()});
    after.rates().add("r", "k", 1, 3600s, now());
    auto exchange = link(after);
    exchange->start();
    CHECK(eventually([&] { return after.rates().peek("r", "k", 3600s, now()).total == 9; }));
    CHECK(eventually([&] { return total(cluster.b, "k") == 9; }));
}

TEST_CASE("a removed node tells nothing more, and what it told stays") {
    Cluster cluster;
    count(cluster.a, "k", 5);
    REQUIRE(eventually([&] { return total(cluster.b, "k") == 5; }));
    cluster.master.nodes.remove(kAdmin, cluster.a.identity.current()->node);
    REQUIRE(eventually([&] { return !cluster.a.link->state().shared.refusal.empty(); }));
    CHECK_FALSE(shares(cluster.a));
    count(cluster.a, "k", 100);
    count(cluster.b, "other");
    TestNode late;
    join(late, cluster.master, "mx3");
    REQUIRE(eventually([&] { return total(late, "other") == 1; }));
    CHECK(total(late, "k") == 5);
    CHECK(total(cluster.b, "k") == 5);
}

TEST_CASE("a master of an earlier version shares nothing, and the node says so and decides alone") {
    TestMaster master;
    TestNode node;
    node.enrollAt(master.address(), master.newToken(), "mx1");
    http::Router router;  // knows no request at all
    const auto files = master.authority.serverCertificate({});
    http::ServerOptions options;
    options.name = "earlier";
    options.listen = "127.0.0.1:0";
    options.tls = {files.certificate.string(), files.key.string(),
                   master.authority.certificateFile().string(), true};
    http::Server server(options, router);
    SharedExchange exchange(node.identity, {.masters = {"127.0.0.1:" + std::to_string(server.port())}},
                            node.counters);
    exchange.start();
    count(node, "k", 3);
    REQUIRE(eventually([&] { return has(exchange.state().refusal, "earlier version"); }));
    CHECK_FALSE(exchange.state().connected);
    CHECK(total(node, "k") == 3);
    CHECK(node.counters.status().unsent == 1);
}

TEST_CASE("malformed, oversized and foreign shared messages are refused") {
    TestMaster master;
    TestNode node;
    const NodeIdentity identity = node.enrollAt(master.address(), master.newToken());
    HttpsClient::Options options;
    options.certificateFile = options.keyFile = node.identity.identityFile().string();
    const auto post = [&](const std::string& body,
                          std::vector<std::pair<std::string, std::string>> headers = {}) {
        return HttpsClient(master.port(), options).request("POST", "/node/v1/shared", headers, body);
    };
    const std::vector<std::pair<std::string, std::string>> zstd = {{"Content-Encoding", "zstd"}};
    CHECK(post("").status == 400);
    CHECK(post("[]").status == 400);
    CHECK(post(std::string(100, '[')).status == 400);
    CHECK(post("not zstd", zstd).status == 400);
    CHECK(post(compress(std::string(300u << 20, ' ')), zstd).status == 413);
    SharedRequest message;
    message.life = 1;
    message.protocol = {1, 3};
    CHECK(post(toJsonText(message)).status == 426);
    message.protocol = kProtocolVersion;
    message.masterEpoch = 7;
    CHECK(post(toJsonText(message)).status == 409);
    message.masterEpoch = 1;
    message.changes.counts = {{sharedKey({"k"}), 1, 1, toSharedSeconds(now()) + 100, 5}};
    message.changes.triplets = {{sharedKey({"t"}), 0, 1, 0, UINT32_MAX}};
    CHECK(post(toJsonText(message)).status == 200);
    CHECK(master.shared->status().counts == 1);
    CHECK(master.shared->status().refused == 1);
    const auto page = master.shared->since(0, 0);
    CHECK(page.changes.counts.front().column == columnOf(identity.node, 1));
    CHECK(HttpsClient(master.port()).request("POST", "/node/v1/shared", {}, toJsonText(message)).status ==
          401);
}

TEST_CASE("a stopping master answers who waits, and a link stops at once while it waits") {
    Cluster cluster;
    const Stopwatch watch;
    cluster.a.disconnect();
    cluster.master.stop();
    cluster.b.disconnect();
    CHECK(watch.millis() < 10'000);
}

// component-link "[bench]": figures, nothing is asserted on them.
TEST_CASE("how long a change takes to all of twelve nodes, at rest and with 1,000 changes a second",
          "[.][bench]") {
    constexpr int kNodes = 12, kProbes = 40;
    TestMaster master;
    std::vector<std::unique_ptr<TestNode>> nodes;
    for (int i = 0; i < kNodes; ++i) {
        nodes.push_back(std::make_unique<TestNode>());
        join(*nodes.back(), master, "mx" + std::to_string(i));
    }
    REQUIRE(eventually([&] {
        return std::all_of(nodes.begin(), nodes.end(), [](const auto& node) { return shares(*node); });
    }));
    int probes = 0;
    const auto measure = [&](const char* name) {
        std::vector<double> times;
        for (int i = 0; i < kProbes; ++i) {
            const std::string key = "probe" + std::to_string(probes++);
            const Stopwatch watch;
            count(*nodes[static_cast<std::size_t>(i % kNodes)], key);
            REQUIRE(eventually(
                [&] {
                    return std::all_of(nodes.begin(), nodes.end(),
                                       [&](const auto& node) { return total(*node, key) == 1; });
                },
                60s));
            times.push_back(watch.millis());
        }
        std::sort(times.begin(), times.end());
        std::printf("%-20s median %.0f ms, longest %.0f ms, of %d\n", name, times[kProbes / 2], times.back(),
                    kProbes);
    };
    measure("at rest");
    std::atomic<bool> stopping{false};
    std::uint64_t changes = 0;
    std::thread load([&] {
        const TimePoint time = now();
        auto next = std::chrono::steady_clock::now();
        for (; !stopping; ++changes) {
            mail(*nodes[changes % kNodes], time, std::to_string(changes));
            next += 1ms;
            std::this_thread::sleep_until(next);
        }
    });
    const std::clock_t cpu = std::clock();
    const Stopwatch watch;
    measure("1,000 changes/s");
    stopping = true;
    load.join();
    std::printf("%.0f changes/s, %.2f processors for the master and %d nodes together\n",
                static_cast<double>(changes) / watch.millis() * 1000,
                static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / watch.millis() * 1000, kNodes);
    CHECK(eventually([&] { return nodes.front()->counters.status().triplets.entries == changes; }, 60s));
}
