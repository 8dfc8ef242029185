// Who gets in, who does not, and what each side is told.
#include <catch2/catch.hpp>

#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/wire/join_token.h"
#include "common/wire/tls_identity.h"
#include "tests/component/link_case.h"
#include "tests/support/https_client.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

bool noted(TestMaster& master, const NodeId& node, const std::string& kind, const std::string& part) {
    for (const NodeNotice& notice : master.nodes.notices(node))
        if (notice.kind == kind && has(notice.text, part)) return true;
    return false;
}

}  // namespace

TEST_CASE("one pasted line makes a node that the master knows") {
    TestMaster master;
    TestNode node;
    const NodeIdentity identity = node.enrollAt(master.address(), master.newToken(), "mx1");
    CHECK(identity.name == "mx1");
    CHECK(identity.cluster == master.authority.clusterId());
    CHECK(viewOf(master, node).state == NodeState::kNever);
    const auto mode = std::filesystem::status(node.identity.identityFile()).permissions();
    CHECK((mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
          std::filesystem::perms::none);

    node.connect({master.address()});
    REQUIRE(eventually([&] { return viewOf(master, node).state == NodeState::kUp; }));
    REQUIRE(eventually([&] { return viewOf(master, node).last.applied.revision == 1; }));
    const NodeView view = viewOf(master, node);
    CHECK(view.last.version == WEIR_VERSION);
    CHECK(view.last.mailsMinute == 12);
    REQUIRE(view.last.health.size() == 1);
    CHECK(view.last.health[0].detail == "connection refused");
    CHECK_FALSE(view.last.capabilities.empty());
    CHECK(view.address == "127.0.0.1");
    CHECK(std::abs(view.clockSkewMillis) < 2000);
    CHECK(noted(master, identity.node, "enrolled", "with a token of admin"));
    CHECK(noted(master, identity.node, "up", "first time"));
    CHECK(node.policy.releaseKey() == master.authority.releaseKey());
    CHECK(master.count("SELECT COUNT(*) FROM audit WHERE action = 'node.enroll'") == 1);

    // The identity lives in the folder: another start of the slave needs nothing else.
    IdentityStore again(node.identityFolder());
    REQUIRE(again.load());
    CHECK(again.current()->node == identity.node);
    CHECK(again.current()->releaseKey == master.authority.releaseKey());
}

TEST_CASE("a token works once, and says when and by whom it was used") {
    TestMaster master;
    TestNode first, second;
    const std::string token = master.newToken();
    first.enrollAt(master.address(), token, "mx1");
    const std::string refusal = refusalText([&] { second.enrollAt(master.address(), token, "mx2"); });
    CHECK(has(refusal, "this token was used already"));
    CHECK(has(refusal, "by node mx1"));
    CHECK(master.nodes.nodes().size() == 1);
    CHECK(noted(master, NodeId{}, "refused", "this token was used already"));
    CHECK_FALSE(std::filesystem::exists(second.identityFolder() / "node.json"));
}

TEST_CASE("a token used by many at once lets in one of them") {
    TestMaster master;
    const std::string token = master.newToken();
    std::atomic<int> enrolled{0}, refused{0};
    std::vector<std::unique_ptr<TestNode>> nodes;
    for (int i = 0; i < 6; ++i) nodes.push_back(std::make_unique<TestNode>());
    std::vector<std::thread> threads;
    for (auto& node : nodes)
        threads.emplace_back([&] {
            const bool in = refusalText([&] { node->enrollAt(master.address(), token, "mx"); }).empty();
            ++(in ? enrolled : refused);
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(enrolled == 1);
    CHECK(refused == 5);
    CHECK(master.nodes.nodes().size() == 1);
}

TEST_CASE("an expired token is refused on both sides") {
    TestMaster master;
    TestNode node;
    const std::string token = master.newToken();
    master.sql("UPDATE enrollment_tokens SET expires = 1000");
    CHECK(has(refusalText([&] { node.enrollAt(master.address(), token); }), "this token expired at 1970"));

    JoinToken old = *joinTokenFromText(token);
    old.expires = now() - 1min;
    CHECK(has(refusalText([&] { node.enrollAt("127.0.0.1:1", toText(old)); }), "this token expired at"));
    CHECK(master.nodes.nodes().empty());
}

TEST_CASE("a deleted, an invented and a damaged token are refused in different words") {
    TestMaster master;
    TestNode node;
    const auto token = master.nodes.createToken(kAdmin, 10, {}, "");
    master.nodes.deleteToken(kAdmin, token.id);
    CHECK(has(refusalText([&] { node.enrollAt(master.address(), token.token); }), "not known here"));
    JoinToken invented = *joinTokenFromText(token.token);
    invented.secret = randomHex(16);
    CHECK(has(refusalText([&] { node.enrollAt(master.address(), toText(invented)); }), "not known here"));
    CHECK(has(refusalText([&] { node.enrollAt(master.address(), token.token.substr(3)); }),
              "no enrollment token"));
    CHECK(has(refusalText([&] { node.enrollAt(master.address(), token.token + "x"); }), "damaged"));
}

TEST_CASE("a token of another cluster meets a master that it does not trust, and sends it nothing") {
    TestMaster ours, other;
    TestNode node;
    const std::string refusal = refusalText([&] { node.enrollAt(other.address(), ours.newToken()); });
    CHECK(has(refusal, "a Weir master of cluster " + other.authority.clusterId().value));
    CHECK(has(refusal, "Nothing was sent to it"));
    // The other master heard no secret: it has nothing to refuse.
    CHECK(other.nodes.notices(NodeId{}).empty());
    CHECK(ours.count("SELECT COUNT(*) FROM enrollment_tokens WHERE used_at > 0") == 0);
}

TEST_CASE("a man in the middle with a CA of the same cluster id is seen") {
    TestMaster ours;
    // Its own CA, the right cluster id and role, and the right CA's certificate in its chain.
    TempFolder folder;
    const std::string key = newPrivateKey();
    const std::string authority = makeAuthority(key, ours.authority.clusterId(), 24h);
    const std::string serverKey = newPrivateKey();
    const std::string server =
        signCertificate(authority, key, publicKeyOf(serverKey),
                        {CertificateRole::kMaster, ours.authority.clusterId(), {}, {"127.0.0.1"}}, 24h);
    writeFileDurably(folder / "server.key", serverKey);
    http::Router router;
    std::atomic<int> heard{0};
    router.add(http::Route{"POST",
                           "/node/v1/enroll",
                           {},
                           [&](http::Request&) {
                               ++heard;
                               return http::emptyReply();
                           },
                           http::Body::kWhole});
    for (const std::string& shown : {authority, ours.authority.certificatePem()}) {
        writeFileDurably(folder / "server.pem", server + shown);
        http::ServerOptions options;
        options.name = "middle";
        options.listen = "127.0.0.1:0";
        options.tls = {(folder / "server.pem").string(), (folder / "server.key").string(), "", true};
        http::Server middle(options, router);
        TestNode node;
        const std::string refusal = refusalText(
            [&] { node.enrollAt("127.0.0.1:" + std::to_string(middle.port()), ours.newToken()); });
        CAPTURE(refusal);
        CHECK((has(refusal, "somebody is in between") || has(refusal, "does not show a valid certificate")));
        CHECK(heard == 0);
    }
}

TEST_CASE("nobody at the address is told from a refusal, and the next master is tried") {
    TestMaster master;
    TestNode node;
    CHECK(has(refusalText([&] { node.enrollAt("127.0.0.1:1", master.newToken()); }), "127.0.0.1:1"));
    const NodeIdentity identity =
        enroll({{"127.0.0.1:1", master.address()}, master.newToken(), "mx1", node.identityFolder()});
    CHECK(identity.name == "mx1");
}

TEST_CASE("a name that is taken gets a number, and the token's name wins") {
    TestMaster master;
    TestNode first, second, third;
    CHECK(first.enrollAt(master.address(), master.newToken(), "mx1").name == "mx1");
    CHECK(second.enrollAt(master.address(), master.newToken(), "mx1").name == "mx1-2");
    CHECK(third.enrollAt(master.address(), master.newToken("paris-1"), "b\xC3\xB6se /name").name ==
          "paris-1");
}

TEST_CASE("a node that enrolls again with its old identity keeps its id") {
    TestMaster master;
    TestNode node;
    const NodeIdentity before = node.enrollAt(master.address(), master.newToken());
    const NodeIdentity after = node.enrollAt(master.address(), master.newToken());
    CHECK(after.node == before.node);
    CHECK(master.nodes.nodes().size() == 1);
    CHECK(noted(master, before.node, "enrolled", "enrolled again"));
}

TEST_CASE("a removed node is refused within a second, in clear words, and may enroll again") {
    TestMaster master;
    TestNode node;
    join(node, master);
    const NodeId id = node.identity.current()->node;
    const Stopwatch watch;
    master.nodes.remove(kAdmin, id);
    REQUIRE(eventually([&] { return has(node.link->state().refusal, "removed from the cluster"); }));
    CHECK(watch.millis() < 1000);
    CHECK_FALSE(master.nodes.node(id));
    CHECK(noted(master, id, "removed", "by admin"));
    HttpsClient::Options options;
    options.certificateFile = options.keyFile = node.identity.identityFile().string();
    for (const char* path : {"/node/v1/sync", "/node/v1/events", "/node/v1/certificate"})
        CHECK(HttpsClient(master.port(), options).request("POST", path, {}, "{}").status == 403);

    node.disconnect();
    CHECK(node.enrollAt(master.address(), master.newToken()).node == id);
    node.connect({master.address()});
    CHECK(eventually([&] { return viewOf(master, node).state == NodeState::kUp; }));
}

TEST_CASE("a certificate is renewed over the connection, and the old one ends when the new one is shown") {
    CertificateLifetimes lifetimes;
    lifetimes.node = 20min;  // and an hour before now: two thirds have passed
    TestMaster master(lifetimes);
    TestNode node;
    node.enrollAt(master.address(), master.newToken());
    const std::string before = readFile(node.identity.identityFile());
    node.connect({master.address()});
    REQUIRE(eventually([&] { return readFile(node.identity.identityFile()) != before; }));
    REQUIRE(eventually([&] { return viewOf(master, node).state == NodeState::kUp; }));
    writeFileDurably(node.folder / "old.pem", before, 0600);
    HttpsClient::Options options;
    options.certificateFile = options.keyFile = (node.folder / "old.pem").string();
    CHECK(eventually([&] {
        const auto answer = HttpsClient(master.port(), options).request("POST", "/node/v1/sync", {}, "{}");
        return answer.status == 403 && has(answer.body, "another certificate is registered");
    }));
    CHECK(noted(master, node.identity.current()->node, "renewed", "new certificate until"));
}

TEST_CASE("a node's certificate of another cluster is of no use here") {
    TestMaster ours, other;
    TestNode node;
    node.enrollAt(other.address(), other.newToken());
    HttpsClient::Options options;
    options.certificateFile = options.keyFile = node.identity.identityFile().string();
    // TLS 1.3: the client learns of the refusal at its first read.
    const auto status = [&] {
        return HttpsClient(ours.port(), options).request("POST", "/node/v1/sync", {}, "{}").status;
    };
    CHECK(status() == 0);
    node.connect({ours.address()});
    CHECK(eventually([&] { return !node.link->state().refusal.empty(); }));
}
