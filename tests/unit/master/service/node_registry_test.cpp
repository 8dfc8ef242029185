#include "master/service/node_registry.h"

#include <catch2/catch.hpp>
#include <thread>

#include "common/wire/join_token.h"
#include "common/wire/tls_identity.h"
#include "master/service/audit.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

const Actor kAdmin{"admin", "session", "127.0.0.1", "admin"};
const PresenceTimes kFast{300ms, 600ms, 100ms};

struct Cluster {
    TempFolder folder;
    std::unique_ptr<db::Database> database = db::openSqlite({(folder / "master.db").string()});
    CertificateAuthority authority{folder / "ca"};
    std::unique_ptr<NodeRegistry> nodes;

    explicit Cluster(PresenceTimes times = {}) { restart(times); }
    void restart(PresenceTimes times = {}) {
        nodes.reset();
        nodes = std::make_unique<NodeRegistry>(*database, authority, times);
    }
    EnrollRequest request(const std::string& name = "mx1") {
        const auto token = nodes->createToken(kAdmin, 10, {"paris"}, "");
        EnrollRequest request;
        request.secret = joinTokenFromText(token.token)->secret;
        request.cluster = authority.clusterId();
        request.csr = newSigningRequest(newPrivateKey());
        request.name = name;
        return request;
    }
    NodePeer enrolled(const std::string& name = "mx1") {
        const auto answer = nodes->enroll(request(name), "192.0.2.1", std::nullopt);
        return {answer.node, readCertificate(answer.certificate)->fingerprint};
    }
    NodeState stateOf(const NodePeer& peer) { return nodes->node(peer.node)->state; }
    std::vector<std::string> kinds(const NodeId& node) {
        std::vector<std::string> kinds;
        for (const NodeNotice& notice : nodes->notices(node)) kinds.push_back(notice.kind);
        return kinds;
    }
};

SyncRequest syncOf(Revision applied = 1) {
    SyncRequest sync;
    sync.version = "0.1.0";
    sync.time = now();
    sync.applied = {applied, "d"};
    return sync;
}

}  // namespace

TEST_CASE("a token lives at most an hour and for plain names only") {
    Cluster cluster;
    CHECK_THROWS_AS(cluster.nodes->createToken(kAdmin, 0, {}, ""), Error);
    CHECK_THROWS_AS(cluster.nodes->createToken(kAdmin, 61, {}, ""), Error);
    CHECK_THROWS_AS(cluster.nodes->createToken(kAdmin, 5, {"a b"}, ""), Error);
    CHECK_THROWS_AS(cluster.nodes->createToken(kAdmin, 5, {}, "a/b"), Error);
    const auto made = cluster.nodes->createToken(kAdmin, 60, {"paris"}, "mx9");
    const auto token = joinTokenFromText(made.token);
    REQUIRE(token);
    CHECK(token->authorityFingerprint == cluster.authority.fingerprint());
    CHECK(token->expires == made.expires);
    CHECK(made.expires <= now() + 60min);
    // The table holds no secret that would let somebody in.
    std::string stored;
    cluster.database->read([&](db::Connection& connection) {
        connection.query("SELECT secret_hash FROM enrollment_tokens", {},
                         [&](const db::Row& row) { stored += row.text(0); });
    });
    CHECK(stored.size() == 64);
    CHECK(stored.find(token->secret) == std::string::npos);
}

TEST_CASE("what was enrolled, renamed, grouped and paused is the same after a restart") {
    Cluster cluster;
    const NodePeer peer = cluster.enrolled();
    cluster.nodes->synced(peer.node, syncOf(7), "192.0.2.1");
    cluster.nodes->rename(kAdmin, peer.node, "mx7");
    cluster.nodes->setGroups(kAdmin, peer.node, {"lyon", "edge"});
    cluster.nodes->setPaused(kAdmin, peer.node, true);
    cluster.restart();
    const auto view = cluster.nodes->node(peer.node);
    REQUIRE(view);
    CHECK(view->name == "mx7");
    CHECK(view->groups == std::vector<std::string>{"lyon", "edge"});
    CHECK(view->pauseWanted);
    CHECK(view->last.applied.revision == 7);
    CHECK(view->state == NodeState::kLate);
    CHECK_NOTHROW(cluster.nodes->authorize(peer, "x"));
    CHECK(cluster.kinds(peer.node) == std::vector<std::string>{"paused", "renamed", "up", "enrolled"});
}

TEST_CASE("a node is late, then down, then back by itself, each told once") {
    Cluster cluster(kFast);
    const NodePeer peer = cluster.enrolled();
    CHECK(cluster.stateOf(peer) == NodeState::kNever);
    cluster.nodes->synced(peer.node, syncOf(), "192.0.2.1");
    CHECK(cluster.stateOf(peer) == NodeState::kUp);
    CHECK(eventually([&] { return cluster.stateOf(peer) == NodeState::kLate; }));
    CHECK(eventually([&] { return cluster.stateOf(peer) == NodeState::kDown; }));
    cluster.nodes->synced(peer.node, syncOf(), "192.0.2.1");
    CHECK(cluster.stateOf(peer) == NodeState::kUp);
    CHECK(eventually([&] {
        return cluster.kinds(peer.node) == std::vector<std::string>{"up", "down", "up", "enrolled"};
    }));
}

TEST_CASE("a closed connection makes a node down at once, unless it comes back in time") {
    Cluster cluster({10s, 20s, 400ms});
    const NodePeer gone = cluster.enrolled("gone"), back = cluster.enrolled("back");
    for (const NodePeer& peer : {gone, back}) {
        cluster.nodes->synced(peer.node, syncOf(), "192.0.2.1");
        cluster.nodes->connectionClosed(peer.node);
    }
    cluster.nodes->synced(back.node, syncOf(), "192.0.2.1");
    CHECK(eventually([&] { return cluster.stateOf(gone) == NodeState::kDown; }, 5s));
    CHECK(cluster.stateOf(back) == NodeState::kUp);
}

TEST_CASE("a node that was down stays down over a restart without a second notice") {
    Cluster cluster(kFast);
    const NodePeer peer = cluster.enrolled();
    cluster.nodes->synced(peer.node, syncOf(), "192.0.2.1");
    REQUIRE(eventually([&] { return cluster.kinds(peer.node).front() == "down"; }));
    cluster.restart(kFast);
    CHECK(cluster.stateOf(peer) == NodeState::kDown);
    CHECK(cluster.kinds(peer.node) == std::vector<std::string>{"down", "up", "enrolled"});
}

TEST_CASE("only the registered certificate is let in, and a renewed one from its first use") {
    Cluster cluster;
    NodePeer peer = cluster.enrolled();
    CHECK_NOTHROW(cluster.nodes->authorize(peer, "x"));
    CHECK_THROWS_WITH(cluster.nodes->authorize({NodeId{newUuid()}, peer.fingerprint}, "x"),
                      Catch::Contains("does not know this node"));
    CHECK_THROWS_WITH(cluster.nodes->authorize({peer.node, std::string(64, 'f')}, "x"),
                      Catch::Contains("another certificate"));

    const auto answer = cluster.nodes->renew(peer, {kProtocolVersion, newSigningRequest(newPrivateKey())});
    const NodePeer renewed{peer.node, readCertificate(answer.certificate)->fingerprint};
    CHECK_NOTHROW(cluster.nodes->authorize(peer, "x"));  // the answer may have been lost
    cluster.restart();
    CHECK_NOTHROW(cluster.nodes->authorize(renewed, "x"));
    CHECK_THROWS_AS(cluster.nodes->authorize(peer, "x"), Error);
    cluster.restart();  // which waits until that is written
    CHECK_NOTHROW(cluster.nodes->authorize(renewed, "x"));
    CHECK_THROWS_AS(cluster.nodes->authorize(peer, "x"), Error);
}

TEST_CASE("a removed node is refused, also after a restart, and its name is free") {
    Cluster cluster;
    const NodePeer peer = cluster.enrolled();
    const std::uint64_t news = cluster.nodes->news();
    cluster.nodes->remove(kAdmin, peer.node);
    CHECK(cluster.nodes->news() != news);  // waiting syncs look again
    CHECK_THROWS_WITH(cluster.nodes->authorize(peer, "x"), Catch::Contains("removed from the cluster"));
    CHECK(cluster.nodes->nodes().empty());
    CHECK_THROWS_AS(cluster.nodes->setPaused(kAdmin, peer.node, true), Error);
    cluster.restart();
    CHECK_THROWS_AS(cluster.nodes->authorize(peer, "x"), Error);
    CHECK(cluster.nodes->node(cluster.enrolled().node)->name == "mx1");
    CHECK(cluster.nodes->nameOf(peer.node) == "mx1");
}

TEST_CASE("a request that cannot be signed leaves its token unused") {
    Cluster cluster;
    EnrollRequest request = cluster.request();
    const std::string csr = std::exchange(request.csr, "no request");
    CHECK_THROWS_AS(cluster.nodes->enroll(request, "x", std::nullopt), Error);
    request.csr = csr;
    CHECK_NOTHROW(cluster.nodes->enroll(request, "x", std::nullopt));
}

TEST_CASE("names of nodes are plain and told apart") {
    Cluster cluster;
    const NodePeer first = cluster.enrolled("mx1"), second = cluster.enrolled("mx2");
    CHECK_THROWS_AS(cluster.nodes->rename(kAdmin, first.node, "mx2"), Error);
    CHECK_THROWS_AS(cluster.nodes->rename(kAdmin, first.node, "<b>"), Error);
    CHECK_THROWS_AS(cluster.nodes->setGroups(kAdmin, first.node, std::vector<std::string>(33, "g")), Error);
    CHECK(cluster.nodes->node(cluster.enrolled("\xF0\x9F\x90\x9F/..").node)->name == "node");
}

TEST_CASE("a clock that is off is measured and told once") {
    Cluster cluster;
    const NodePeer peer = cluster.enrolled();
    SyncRequest sync = syncOf();
    sync.time = now() - 90s;
    cluster.nodes->synced(peer.node, sync, "192.0.2.1");
    cluster.nodes->synced(peer.node, sync, "192.0.2.1");
    CHECK(cluster.nodes->node(peer.node)->clockSkewMillis < -89'000);
    const auto kinds = cluster.kinds(peer.node);
    CHECK(std::count(kinds.begin(), kinds.end(), "clock") == 1);
}

TEST_CASE("the epoch rises when a master is promoted, and a database of another cluster is refused") {
    Cluster cluster;
    CHECK(cluster.nodes->masterEpoch() == 1);
    CHECK(cluster.nodes->promote() == 2);
    cluster.restart();
    CHECK(cluster.nodes->masterEpoch() == 2);
    CertificateAuthority other(cluster.folder / "other-ca");
    CHECK_THROWS_WITH(NodeRegistry(*cluster.database, other),
                      Catch::Contains("the database belongs to cluster"));
}

TEST_CASE("wake ends a wait") {
    Cluster cluster;
    const std::uint64_t seen = cluster.nodes->news();
    std::thread waker([&] { cluster.nodes->wake(); });
    CHECK(eventually([&] { return cluster.nodes->waitForNews(seen, 5s) != seen; }, 4s));
    waker.join();
}
