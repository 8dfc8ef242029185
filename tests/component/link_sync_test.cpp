// Policies, presence, commands and events between a real master and real links.
#include <catch2/catch.hpp>
#include <fstream>

#include "common/base/digest.h"
#include "common/wire/compression.h"
#include "common/wire/tls_identity.h"
#include "tests/component/link_case.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/https_client.h"
#include "tests/support/sample_events.h"
#include "tests/support/smtp_sink.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kRule = R"([{"id": "r%", "when": {"subject": {"contains": "x"}},
                                   "then": [{"reject": {"code": 550, "text": "no"}}]}])";

std::string rule(const std::string& id) {
    std::string text = kRule;
    return text.replace(text.find('%'), 1, id);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

NodeId idOf(const TestNode& node) {
    return node.identity.current()->node;
}

CommandQueue::Deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

std::string bytesOf(std::size_t size) {
    std::string bytes = "Subject: large\r\n\r\n";
    std::uint32_t state = 1;
    while (bytes.size() < size) bytes += static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
    return bytes;
}

std::string commandState(TestMaster& master, const NodeId& node, const CommandId& id) {
    for (const auto& command : master.commands.recent(node, 100))
        if (command.id == id) return command.state;
    return "none";
}

}  // namespace

TEST_CASE("a published revision is applied within a second, and reported") {
    TestMaster master;
    TestNode node;
    join(node, master);
    REQUIRE(eventually([&] { return viewOf(master, node).last.applied.revision == 1; }));
    for (int i = 0; i < 3; ++i) {
        const Stopwatch watch;
        const Revision revision = master.publish(rule(std::to_string(i)));
        REQUIRE(eventually([&] { return node.policy.get()->revision() == revision; }));
        CHECK(watch.millis() < 1000);
        REQUIRE(eventually([&] { return viewOf(master, node).last.applied.revision == revision; }));
        CHECK(watch.millis() < 1500);
    }
}

TEST_CASE("pause, name and groups reach the node at once") {
    TestMaster master;
    TestNode node;
    join(node, master);
    master.nodes.setPaused(kAdmin, idOf(node), true);
    REQUIRE(eventually([&] { return node.policy.paused(); }, 2s));
    CHECK(eventually([&] { return viewOf(master, node).state == NodeState::kPaused; }, 2s));
    master.nodes.setPaused(kAdmin, idOf(node), false);
    CHECK(eventually([&] { return !node.policy.paused(); }, 2s));
    master.nodes.rename(kAdmin, idOf(node), "paris-1");
    CHECK(eventually([&] { return node.identity.current()->name == "paris-1"; }, 2s));
}

TEST_CASE("a node whose connection closes is down within seconds, and back by itself") {
    TestMaster master;
    TestNode node;
    join(node, master);
    // From here on a sync waits at the master.
    REQUIRE(eventually([&] { return viewOf(master, node).last.applied.revision == 1; }));
    node.disconnect();
    const Stopwatch watch;
    REQUIRE(eventually([&] { return viewOf(master, node).state == NodeState::kDown; }, 6s));
    CHECK(watch.millis() > 2000);
    CHECK(watch.millis() < 5000);
    CHECK(has(refusalText([&] { master.commands.request(idOf(node), "simulate", Json::object(), in(5s)); }),
              "node mx1 is away; it was last seen"));
    node.connect({master.address()});
    REQUIRE(eventually([&] { return viewOf(master, node).state == NodeState::kUp; }));
    CHECK(eventually([&] {
        std::vector<std::string> kinds;
        for (const NodeNotice& notice : master.nodes.notices(idOf(node))) kinds.push_back(notice.kind);
        return kinds == std::vector<std::string>{"up", "down", "up", "enrolled"};
    }));
}

TEST_CASE("a master that comes back finds its nodes and what they kept for it") {
    TestMaster master;
    TestNode node;
    join(node, master);
    master.stop();
    REQUIRE(eventually([&] { return !node.link->state().connected; }));
    for (int i = 0; i < 50; ++i) node.reports.append(sampleMail("a@x.example", {"b@y.example"}));
    CHECK(node.policy.get() != nullptr);
    master.start();
    REQUIRE(eventually([&] { return node.reports.acked() == node.reports.lastSequence(); }));
    CHECK(eventually([&] { return node.link->state().connected; }));
    CHECK(master.events.completeness(idOf(node))->events == 50);
}

TEST_CASE("every event counts once, however often the connection is cut") {
    TestMaster master;
    TestNode node;
    node.enrollAt(master.address(), master.newToken());
    CuttingProxy proxy(static_cast<std::uint16_t>(master.port()), 60'000);
    node.connect({"127.0.0.1:" + std::to_string(proxy.port())});
    int mails = 2000;
    std::vector<std::thread> senders;
    for (int t = 0; t < 4; ++t)
        senders.emplace_back([&] {
            for (int i = 0; i < 500; ++i) node.reports.append(sampleMail("a@x.example", {"b@y.example"}));
        });
    for (std::thread& sender : senders) sender.join();
    // How often 2,000 cut it depends on how many go in one batch.
    const bool cutOften = eventually(
        [&] {
            for (int i = 0; i < 50; ++i, ++mails)
                node.reports.append(sampleMail("a@x.example", {"b@y.example"}));
            return proxy.cuts() >= 5;
        },
        60s);
    CHECK(cutOften);
    proxy.cutAfter(0);
    REQUIRE(eventually([&] { return node.reports.acked() == node.reports.lastSequence(); }, 60s));
    CHECK(master.events.completeness(idOf(node))->events == static_cast<std::uint64_t>(mails));
    CHECK(master.events.completeness(idOf(node))->gaps == 0);
    CHECK(master.count("SELECT COUNT(*) FROM mails") == mails);
}

TEST_CASE("a mail of 20 MB is fetched byte for byte while other commands go on") {
    TestMaster master;
    TestNode node;
    join(node, master);
    const std::string bytes = bytesOf(20u << 20);
    const ItemId item = node.hold(bytes);
    Sha256 digest;
    std::uint64_t count = 0;
    const Stopwatch watch;
    const std::uint64_t given = master.commands.fetch(
        idOf(node), item,
        [&](std::string_view piece) {
            digest.add(piece);
            count += piece.size();
            return true;
        },
        in(10s));
    WARN("20 MB fetched in " << watch.millis() << " ms");
    CHECK(given == bytes.size());
    CHECK(count == bytes.size());
    CHECK(digest.hex() == sha256Hex(bytes));
}

TEST_CASE("a fetch that its reader gives up or that finds nothing ends in clear words") {
    TestMaster master;
    TestNode node;
    join(node, master);
    const ItemId item = node.hold(bytesOf(8u << 20));
    CHECK_THROWS_AS(master.commands.fetch(
                        idOf(node), item, [](std::string_view) { return false; }, in(10s)),
                    Error);
    CHECK(has(refusalText([&] {
                  master.commands.fetch(
                      idOf(node), ItemId{newTimeUuid()}, [](std::string_view) { return true; }, in(10s));
              }),
              "no such item"));
    // The node is none the worse for it.
    CHECK(master.commands.fetch(
              idOf(node), item, [](std::string_view) { return true; }, in(10s)) == 8u << 20);
    CHECK(has(refusalText([&] {
                  master.commands.fetch(
                      NodeId{newUuid()}, item, [](std::string_view) { return true; }, in(10s));
              }),
              "there is no node"));
}

TEST_CASE("a simulation is answered with what the node's rules say") {
    TestMaster master;
    TestNode node;
    join(node, master);
    const Json answer = master.commands.request(idOf(node), "simulate", {{"mail", "x"}}, in(5s));
    CHECK(answer.at("echo").at("mail") == "x");
    CHECK(has(refusalText([&] { master.commands.request(idOf(node), "dance", Json::object(), in(5s)); }),
              "does not know the command dance"));
}

TEST_CASE("a release goes out once, even when its command is given while the node is away") {
    TestMaster master;
    TestNode node;
    SmtpSink sink;
    node.enrollAt(master.address(), master.newToken());
    node.connect({master.address()}, sink.port());
    const ItemId item = node.hold("Subject: held\r\n\r\nbody\r\n");
    REQUIRE(eventually([&] { return master.quarantine.get(item).has_value(); }));
    node.disconnect();
    const CommandId command = master.quarantine.release(kAdmin, item, {});
    CHECK(commandState(master, idOf(node), command) == "waiting");
    node.connect({master.address()}, sink.port());
    REQUIRE(eventually([&] { return commandState(master, idOf(node), command) == "done"; }));
    REQUIRE(eventually([&] { return master.quarantine.get(item)->state == "released"; }));
    REQUIRE(sink.mails().size() == 1);
    CHECK(sink.mails()[0].recipients == std::vector<std::string>{"b@here.example"});
    // As after a lost answer: the same command comes again.
    master.sql("UPDATE commands SET state = 'waiting', ended = 0");
    CommandQueue afterRestart(*master.database, master.nodes);
    master.commands.add(idOf(node), "list-items", Json::object());
    REQUIRE(eventually([&] { return commandState(master, idOf(node), command) == "done"; }));
    CHECK(sink.mails().size() == 1);
}

TEST_CASE("a release that fails is shown with its reason, and a delete takes the item away") {
    TestMaster master;
    TestNode node;
    node.enrollAt(master.address(), master.newToken());
    node.connect({master.address()}, 1);  // nobody listens there
    const ItemId item = node.hold("Subject: held\r\n\r\nbody\r\n");
    REQUIRE(eventually([&] { return master.quarantine.get(item).has_value(); }));
    const CommandId command = master.quarantine.release(kAdmin, item, {});
    REQUIRE(eventually([&] { return commandState(master, idOf(node), command) == "failed"; }));
    REQUIRE(eventually([&] { return master.quarantine.get(item)->state == "release-failed"; }));
    CHECK_FALSE(master.quarantine.get(item)->detail.empty());
    master.quarantine.remove(kAdmin, item);
    REQUIRE(eventually([&] { return master.quarantine.get(item)->state == "deleted"; }));
    CHECK_FALSE(node.quarantine.find(item)->hasBytes());
}

TEST_CASE("a command for an item that has changed unseen puts the index right") {
    TestMaster master;
    TestNode node;
    node.enrollAt(master.address(), master.newToken());
    node.connect({master.address()}, 1);
    const ItemId item = node.hold("Subject: held\r\n\r\nbody\r\n");
    REQUIRE(eventually([&] { return master.quarantine.get(item).has_value(); }));
    // Its event never comes.
    const auto event = node.quarantine.expire(item, "older than 30 days");
    node.quarantine.announced(item, event.version);
    const CommandId command = master.quarantine.release(kAdmin, item, {});
    REQUIRE(eventually([&] { return commandState(master, idOf(node), command) == "failed"; }));
    CHECK(eventually([&] { return master.quarantine.get(item)->state == "expired"; }));
}

TEST_CASE("a master that lost its index gets every item listed again") {
    TestMaster master;
    TestNode node;
    std::vector<ItemId> items;
    for (int i = 0; i < 250; ++i) items.push_back(node.hold("Subject: " + std::to_string(i) + "\r\n\r\n"));
    // The events were taken by a master whose database is no more: only the disk has the items.
    node.reports.ack(node.reports.lastSequence());
    join(node, master);
    REQUIRE(eventually([&] { return master.quarantine.held({}).items == 250; }, 20s));
    CHECK(eventually([&] { return !master.quarantine.needsListing(idOf(node)); }));
}

TEST_CASE("malformed, oversized and foreign requests are refused, and the port serves on") {
    TestMaster master;
    TestNode node, other;
    node.enrollAt(master.address(), master.newToken());
    other.enrollAt(master.address(), master.newToken());
    HttpsClient::Options options;
    options.certificateFile = options.keyFile = node.identity.identityFile().string();
    const auto post = [&](const std::string& path, const std::string& body,
                          std::vector<std::pair<std::string, std::string>> headers = {}) {
        return HttpsClient(master.port(), options).request("POST", path, headers, body);
    };
    const std::vector<std::pair<std::string, std::string>> zstd = {{"Content-Encoding", "zstd"}};
    const std::string bomb = compress(std::string(300u << 20, ' '));
    for (const char* path : {"/node/v1/sync", "/node/v1/events", "/node/v1/certificate", "/node/v1/enroll"}) {
        CAPTURE(path);
        CHECK(post(path, "").status == 400);
        CHECK(post(path, "{").status == 400);
        CHECK(post(path, "[]").status == 400);
        CHECK(post(path, "\xFF\xFE").status == 400);
        CHECK(post(path, std::string(100, '[')).status == 400);
        CHECK(post(path, "not zstd", zstd).status == 400);
        CHECK(post(path, "{}", {{"Content-Encoding", "gzip"}}).status == 415);
        const auto stopped = post(path, bomb, zstd);
        CHECK(stopped.status == 413);
        const auto large = post(path, std::string(9u << 20, ' '));
        CHECK((large.status == 413 || large.status == 0));
    }
    const auto missing = post("/node/v1/sync", R"({"protocol": "1.0"})");
    CHECK(missing.status == 400);
    CHECK(has(missing.body, "/epoch: missing"));
    SyncRequest sync;
    sync.version = "9";
    sync.protocol = {1, 3};
    const auto tooNew = post("/node/v1/sync", toJsonText(sync));
    CHECK(tooNew.status == 426);
    CHECK(has(tooNew.body, "this node speaks 1.3"));
    sync.protocol = {1, 2};
    sync.urgent = true;
    CHECK(post("/node/v1/sync", toJsonText(sync)).status == 200);
    sync.masterEpoch = 7;
    CHECK(post("/node/v1/sync", toJsonText(sync)).status == 409);
    CHECK(HttpsClient(master.port()).request("POST", "/node/v1/sync", {}, "{}").status == 401);

    // A command of another node does not exist for this one.
    const CommandId command = master.commands.add(idOf(other), "delete", {{"item", newTimeUuid()}});
    CommandResult result;
    result.ok = true;
    const std::string path = "/node/v1/commands/" + command.value + "/";
    CHECK(
        HttpsClient(master.port(), options).request("PUT", path + "result", {}, toJsonText(result)).status ==
        204);
    CHECK(commandState(master, idOf(other), command) == "waiting");
    CHECK(HttpsClient(master.port(), options).request("PUT", path + "content", {}, "bytes").status == 404);
    CHECK(HttpsClient(master.port(), options).request("GET", "/api/v1/nodes").status == 404);
    CHECK(post("/node/v1/sync", toJsonText([&] {
                   sync.masterEpoch = 1;
                   return sync;
               }()))
              .status == 200);
}

namespace {

// A master that answers each sync with what the test puts there.
struct ScriptedMaster {
    TempFolder folder;
    CertificateAuthority authority{folder / "ca"};
    Guarded<SyncAnswer> answer;
    Guarded<std::vector<SyncRequest>> heard;
    http::Router router;
    std::unique_ptr<http::Server> server;

    ScriptedMaster() {
        router.add(http::Route{"POST",
                               "/node/v1/sync",
                               {},
                               [this](http::Request& request) {
                                   const std::string body = request.header("Content-Encoding") == "zstd"
                                                                ? *decompress(request.body, 1u << 20)
                                                                : request.body;
                                   heard.lock()->push_back(*syncRequestFromJson(Json::parse(body)));
                                   return http::textReply(200, toJsonText(*answer.lock()),
                                                          "application/json");
                               },
                               http::Body::kWhole});
        const auto files = authority.serverCertificate({});
        http::ServerOptions options;
        options.name = "scripted";
        options.listen = "127.0.0.1:0";
        options.tls = {files.certificate.string(), files.key.string(), authority.certificateFile().string(),
                       true};
        server = std::make_unique<http::Server>(options, router);
        auto first = answer.lock();
        first->masterEpoch = 5;
        first->cluster = authority.clusterId();
        first->name = "mx1";
        first->time = now();
    }
    void identify(TestNode& node) {
        const std::string key = newPrivateKey();
        NodeIdentity identity;
        identity.node.value = newUuid();
        identity.cluster = authority.clusterId();
        identity.name = "mx1";
        const auto issued = authority.issueNode(newSigningRequest(key), identity.node);
        node.identity.save(identity, issued->pem, key, authority.certificatePem());
    }
    void offer(Revision revision, const Json& document, const std::string& digest) {
        answer.lock()->policy = OfferedPolicy{revision, digest, toText(document)};
    }
    std::optional<RefusedPolicy> lastRefused() {
        auto all = heard.lock();
        return all->empty() ? std::nullopt : all->back().refused;
    }
};

}  // namespace

TEST_CASE("a policy that does not compile here is refused with the reason, and the old one goes on") {
    ScriptedMaster master;
    TestNode node;
    master.identify(node);
    const Json good = {{"lists", Json::object()}, {"rules", Json::array()}, {"sections", Json::object()}};
    master.offer(1, good, policyDigest(good));
    node.connect({"127.0.0.1:" + std::to_string(master.server->port())});
    REQUIRE(eventually([&] { return node.policy.get() && node.policy.get()->revision() == 1; }));

    Json bad = good;
    bad["rules"] =
        Json::parse(R"([{"id": "r", "when": {"no.such.field": {"is": "x"}}, "then": [{"stop": {}}]}])");
    master.offer(2, bad, policyDigest(bad));
    REQUIRE(eventually([&] { return master.lastRefused().has_value(); }));
    CHECK(master.lastRefused()->revision == 2);
    CHECK(has(master.lastRefused()->reason, "/rules/0/when"));
    CHECK(node.policy.get()->revision() == 1);

    master.offer(3, good, std::string(64, '0'));
    REQUIRE(eventually([&] { return master.lastRefused() && master.lastRefused()->revision == 3; }));
    CHECK(has(master.lastRefused()->reason, "digest"));
    CHECK(node.policy.get()->revision() == 1);

    master.offer(4, good, policyDigest(good));
    REQUIRE(eventually([&] { return node.policy.get()->revision() == 4; }));
    CHECK(eventually([&] { return !master.lastRefused(); }));
}

TEST_CASE("a node obeys the highest master epoch it has seen, across restarts too") {
    ScriptedMaster master;
    TestNode node;
    master.identify(node);
    node.connect({"127.0.0.1:" + std::to_string(master.server->port())});
    REQUIRE(eventually([&] { return node.identity.current()->masterEpoch == 5; }));
    {
        auto answer = master.answer.lock();
        answer->masterEpoch = 4;
        answer->paused = true;
    }
    REQUIRE(eventually([&] { return has(node.link->state().refusal, "a master of epoch 4 answers"); }));
    CHECK_FALSE(node.policy.paused());
    IdentityStore restarted(node.identityFolder());
    REQUIRE(restarted.load());
    CHECK(restarted.current()->masterEpoch == 5);
    master.answer.lock()->masterEpoch = 6;
    CHECK(eventually([&] { return node.policy.paused(); }));
}
