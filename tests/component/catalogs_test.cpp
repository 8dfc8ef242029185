// Files that the master makes for all nodes, between a real master and real links.
#include <catch2/catch.hpp>
#include <future>

#include "common/base/digest.h"
#include "slave/link/catalog_fetch.h"
#include "tests/component/link_case.h"
#include "tests/support/https_client.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kAtOnce = 3s;  // a sync waits for 5

std::string listsFor(const std::string& sender) {
    return userListsBytes({userListEntry("bob@example.net", "block", sender).value()});
}

bool blocks(const Catalogs& catalogs, const std::string& sender) {
    const auto lists = catalogs.userLists();
    return lists && lists->decide("bob@example.net", sender, "") == UserListKind::kBlock;
}
bool blocks(const TestNode& node, const std::string& sender) {
    return blocks(node.catalogs, sender);
}

CatalogState listsState(const TestNode& node) {
    return node.catalogs.state(kUserListsCatalog);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// From here on a sync of the node waits at the master.
void settle(TestMaster& master, const TestNode& node) {
    REQUIRE(eventually([&] { return viewOf(master, node).last.applied.revision == 1; }));
}

CatalogOffer offerOf(const std::string& bytes) {
    return {kUserListsCatalog, sha256Hex(bytes), bytes.size()};
}

// A master's node port whose catalog is what the test says.
class ScriptedMaster {
  public:
    explicit ScriptedMaster(TestMaster& real) {
        router_.add({"GET", "/node/v1/catalogs/{name}", {}, [this](http::Request&) {
                         ++asked;
                         auto bytes = catalog.lock();
                         if (*bytes == "503") return http::problemReply(503, "unavailable", "not now");
                         http::Reply reply;
                         reply.body = *bytes;
                         return reply;
                     }});
        const auto files = real.authority.serverCertificate({});
        http::ServerOptions options;
        options.name = "scripted";
        options.listen = "127.0.0.1:0";
        options.tls = {files.certificate.string(), files.key.string(),
                       real.authority.certificateFile().string(), true};
        server_ = std::make_unique<http::Server>(options, router_);
    }
    NodeClientOptions client() const { return {.masters = {"127.0.0.1:" + std::to_string(server_->port())}}; }

    Guarded<std::string> catalog;
    std::atomic<int> asked{0};

  private:
    http::Router router_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace

TEST_CASE("a catalog that is put on the shelf acts on every node at once, and the next one replaces it") {
    TestMaster master;
    TestNode a, b;
    join(a, master, "mx1");
    join(b, master, "mx2");
    settle(master, a);
    settle(master, b);
    for (const char* name : {"one", "two", "three"}) {
        const std::string bytes = listsFor(std::string("@") + name + ".example");
        master.catalogs.put(kUserListsCatalog, bytes);
        for (TestNode* node : {&a, &b}) {
            CHECK(eventually([&] { return listsState(*node).digest == sha256Hex(bytes); }, kAtOnce));
            CHECK(blocks(*node, std::string("x@") + name + ".example"));
        }
    }
    CHECK_FALSE(blocks(a, "x@two.example"));
    master.catalogs.put(kLearnedCatalog, LearnedModelWriter({5, 6}).finish());
    CHECK(
        eventually([&] { return a.catalogs.learned() && a.catalogs.learned()->mails().spam == 5; }, kAtOnce));
    CHECK(blocks(Catalogs(a.folder / "catalogs"), "x@three.example"));  // as after a restart
    // The master is told what the node has.
    CHECK(eventually([&] { return viewOf(master, b).last.catalogs.size() == 2; }, 12s));
}

TEST_CASE("a catalog that was offered while the node was away is there when it is back") {
    TestMaster master;
    TestNode node;
    master.catalogs.put(kUserListsCatalog, listsFor("@one.example"));
    join(node, master);
    CHECK(eventually([&] { return blocks(node, "x@one.example"); }, kAtOnce));
    node.disconnect();
    master.catalogs.put(kUserListsCatalog, listsFor("@two.example"));
    CHECK(blocks(node, "x@one.example"));
    node.connect({master.address()});
    CHECK(eventually([&] { return blocks(node, "x@two.example"); }, kAtOnce));
}

TEST_CASE("a master that offers no catalogs changes nothing on a node that has one") {
    TestMaster master;
    TestNode node;
    REQUIRE_FALSE(node.catalogs.apply(kUserListsCatalog, listsFor("@one.example")));
    join(node, master);
    settle(master, node);
    CHECK(blocks(node, "x@one.example"));
    CHECK(listsState(node).problem.empty());
    CHECK(viewOf(master, node).last.catalogs ==
          std::vector<CatalogDigest>{{kUserListsCatalog, sha256Hex(listsFor("@one.example"))}});
}

TEST_CASE(
    "a catalog that this program cannot read leaves the old one in service, and the next one is taken") {
    TestMaster master;
    TestNode node;
    join(node, master);
    master.catalogs.put(kUserListsCatalog, listsFor("@one.example"));
    master.catalogs.put("of-a-later-version", "x");
    REQUIRE(eventually([&] { return blocks(node, "x@one.example"); }, kAtOnce));
    master.catalogs.put(kUserListsCatalog, "weir-user-lists 2\nend 0\n");
    REQUIRE(eventually([&] { return has(listsState(node).problem, "version 2"); }, kAtOnce));
    CHECK(blocks(node, "x@one.example"));
    master.catalogs.put(kUserListsCatalog, listsFor("@two.example"));
    CHECK(eventually([&] { return blocks(node, "x@two.example") && listsState(node).problem.empty(); },
                     kAtOnce));
    // What was offered last is what the node has already.
    master.catalogs.put(kUserListsCatalog, "damaged");
    REQUIRE(eventually([&] { return !listsState(node).problem.empty(); }, kAtOnce));
    master.catalogs.put(kUserListsCatalog, listsFor("@two.example"));
    CHECK(eventually([&] { return listsState(node).problem.empty(); }, kAtOnce));
}

TEST_CASE("bytes of another size or digest are not taken, and are asked for again after a pause") {
    TestMaster master;
    ScriptedMaster scripted(master);
    TestNode node;
    node.enrollAt(master.address(), master.newToken());
    REQUIRE_FALSE(node.catalogs.apply(kUserListsCatalog, listsFor("@old.example")));
    const std::string good = listsFor("@new.example");
    std::string altered = good;
    altered.replace(altered.find("@new"), 4, "@bad");
    CatalogFetch fetch(node.identity, scripted.client(), node.catalogs, {.unanswered = 20ms, .refused = 1h});
    fetch.start();
    *scripted.catalog.lock() = altered;
    fetch.offered({offerOf(good)});
    REQUIRE(eventually([&] { return has(listsState(node).problem, "size and the digest"); }));
    CHECK(blocks(node, "x@old.example"));
    for (const std::string& bytes : {good + "x", good.substr(1), std::string(), std::string("503")}) {
        *scripted.catalog.lock() = bytes;
        const int before = scripted.asked;
        REQUIRE(eventually([&] { return scripted.asked > before + 1; }));
        CHECK(blocks(node, "x@old.example"));
    }
    CHECK(eventually([&] { return has(listsState(node).problem, "not now"); }));
    *scripted.catalog.lock() = good;
    CHECK(eventually([&] { return blocks(node, "x@new.example") && listsState(node).problem.empty(); }));
    // Nothing more is asked for than what is missing, and nothing twice that was refused.
    const int before = scripted.asked;
    fetch.offered(
        {offerOf(good), {"unknown", sha256Hex("x"), 1}, {kLearnedCatalog, sha256Hex(""), 100u << 20}});
    REQUIRE(eventually([&] { return has(node.catalogs.state(kLearnedCatalog).problem, "takes at most"); }));
    *scripted.catalog.lock() = "no lists";
    fetch.offered({offerOf("no lists")});
    REQUIRE(eventually([&] { return has(listsState(node).problem, "refused: line 1"); }));
    CHECK(scripted.asked == before + 1);
    CHECK(blocks(node, "x@new.example"));
}

TEST_CASE("a sync is answered at once for a catalog that the node lacks, once for each offer") {
    TestMaster master;
    TestNode node;
    const NodeIdentity identity = node.enrollAt(master.address(), master.newToken());
    HttpsClient::Options options;
    options.certificateFile = options.keyFile = node.identity.identityFile().string();
    master.catalogs.put(kUserListsCatalog, "one");
    SyncRequest request;
    request.masterEpoch = identity.masterEpoch;
    request.version = "0.1.0";
    request.applied = {1, ""};
    const auto sync = [&] {
        const auto answer =
            HttpsClient(master.port(), options).request("POST", "/node/v1/sync", {}, toJsonText(request));
        INFO(answer.body);
        const auto json = parseJson(answer.body);
        const auto read = json ? syncAnswerFromJson(*json) : tl::unexpected<Problem>(json.error());
        return read ? *read : SyncAnswer{};
    };
    const SyncAnswer first = sync();  // has the policy, too
    REQUIRE(first.policy);
    REQUIRE(first.catalogs == std::vector<CatalogOffer>{{kUserListsCatalog, sha256Hex("one"), 3}});
    request.applied = {first.policy->revision, first.policy->digest};
    for (const Command& command : first.commands) request.inHand.push_back(command.id);
    // Told already: this one waits, until there is another offer.
    auto waiting = std::async(std::launch::async, sync);
    REQUIRE(waiting.wait_for(300ms) == std::future_status::timeout);
    master.catalogs.put(kUserListsCatalog, "other");
    REQUIRE(waiting.wait_for(kAtOnce) == std::future_status::ready);
    CHECK(waiting.get().catalogs.front().digest == sha256Hex("other"));
    // One that has it waits as well.
    request.catalogs = {{kUserListsCatalog, sha256Hex("other")}};
    waiting = std::async(std::launch::async, sync);
    REQUIRE(waiting.wait_for(300ms) == std::future_status::timeout);
    master.catalogs.put(kUserListsCatalog, "third");
    REQUIRE(waiting.wait_for(kAtOnce) == std::future_status::ready);
}

TEST_CASE("catalogs are for nodes of this cluster, by their names, whole") {
    TestMaster master;
    TestNode node;
    node.enrollAt(master.address(), master.newToken());
    std::string large(9u << 20, 'x');
    for (std::size_t i = 0; i < large.size(); i += 1000) large[i] = static_cast<char>(i / 1000);
    master.catalogs.put("large", large);
    HttpsClient::Options options;
    options.certificateFile = options.keyFile = node.identity.identityFile().string();
    const auto get = [&](const std::string& name, const HttpsClient::Options& as) {
        return HttpsClient(master.port(), as).request("GET", "/node/v1/catalogs/" + name, {}, "");
    };
    const auto answer = get("large", options);
    CHECK(answer.status == 200);
    CHECK(answer.whole);
    CHECK(answer.field("Content-Type") == "application/octet-stream");
    CHECK((answer.body == large));
    CHECK(get("other", options).status == 404);
    CHECK(get("..%2Flarge", options).status == 400);
    CHECK(get("large", {}).status == 401);
    NodeClient client(node.identity, {.masters = {master.address()}});
    CHECK(client.get("/node/v1/catalogs/large", large.size()).size() == large.size());
    CHECK_THROWS_AS(client.get("/node/v1/catalogs/large", large.size() - 1), Error);
    CHECK_THROWS_AS(client.get("/node/v1/catalogs/none", large.size()), Error);
}
