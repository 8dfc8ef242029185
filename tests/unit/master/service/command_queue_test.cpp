#include "master/service/command_queue.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <future>
#include <nlohmann/json.hpp>

#include "common/wire/join_token.h"
#include "common/wire/tls_identity.h"
#include "master/service/audit.h"
#include "master/service/node_registry.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

const Actor kAdmin{"admin", "session", "127.0.0.1", "admin"};

struct Cluster {
    TempFolder folder;
    std::unique_ptr<db::Database> database = db::openSqlite({(folder / "master.db").string()});
    CertificateAuthority authority{folder / "ca"};
    NodeRegistry nodes{*database, authority};
    CommandQueue commands{*database, nodes};
    NodeId node = enrolled(), other = enrolled();

    NodeId enrolled() {
        EnrollRequest request;
        request.secret = joinTokenFromText(nodes.createToken(kAdmin, 10, {}, "").token)->secret;
        request.cluster = authority.clusterId();
        request.csr = newSigningRequest(newPrivateKey());
        const NodeId id = nodes.enroll(request, "192.0.2.1", std::nullopt).node;
        SyncRequest sync;
        sync.time = now();
        nodes.synced(id, sync, "192.0.2.1");
        return id;
    }
    // The first command that comes for the node.
    Command next(const NodeId& id) {
        std::vector<Command> found;
        REQUIRE(eventually([&] {
            found = commands.pending(id, {});
            return !found.empty();
        }));
        return found.front();
    }
    std::string stateOf(const CommandId& id) {
        for (const auto& view : commands.recent(node, 100))
            if (view.id == id) return view.state;
        return "none";
    }
};

CommandResult done(const std::string& result = "{}") {
    CommandResult answer;
    answer.ok = true;
    answer.result = result;
    return answer;
}

CommandQueue::Deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

}  // namespace

TEST_CASE("a durable command is given until it is answered, also by the next master") {
    Cluster cluster;
    CHECK_FALSE(cluster.commands.mayHavePending(cluster.node));
    const CommandId id = cluster.commands.add(cluster.node, "release", {{"item", "x"}});
    CHECK(cluster.commands.mayHavePending(cluster.node));
    const Command command = cluster.next(cluster.node);
    CHECK(command.id == id);
    CHECK(command.arguments == R"({"item":"x"})");
    CHECK(cluster.commands.pending(cluster.node, {id}).empty());  // in hand
    CHECK(cluster.commands.pending(cluster.other, {}).empty());
    CommandQueue restarted(*cluster.database, cluster.nodes);
    CHECK(restarted.pending(cluster.node, {}).size() == 1);

    CHECK_FALSE(cluster.commands.complete(cluster.other, id, done()).known);
    CHECK(cluster.stateOf(id) == "waiting");
    CHECK(cluster.commands.complete(cluster.node, id, done()).known);
    CHECK(cluster.stateOf(id) == "done");
    CHECK_FALSE(cluster.commands.complete(cluster.node, id, done()).known);  // twice changes nothing
    CHECK(restarted.pending(cluster.node, {}).empty());
    CHECK(cluster.commands.prune(now() + 1h) == 1);
}

TEST_CASE("a command of a transaction that rolls back is never given") {
    Cluster cluster;
    CHECK_THROWS(cluster.database->transaction([&](db::Connection& connection) {
        cluster.commands.add(connection, cluster.node, "delete", Json::object());
        throw Error(ErrorCode::kConflict, "changed meanwhile");
    }));
    CHECK(cluster.commands.pending(cluster.node, {}).empty());
}

TEST_CASE("commands come oldest first, to the millisecond, and no more than a message holds") {
    Cluster cluster;
    std::vector<CommandId> given;
    for (int i = 0; i < 250; ++i) given.push_back(cluster.commands.add(cluster.node, "delete", {{"n", i}}));
    std::sort(given.begin(), given.end());  // by time: version 7
    const auto commands = cluster.commands.pending(cluster.node, {});
    REQUIRE(commands.size() == WireLimits::kCommands);
    CHECK(std::equal(commands.begin(), commands.end(), given.begin(),
                     [](const Command& command, const CommandId& id) { return command.id == id; }));
}

TEST_CASE("a request is answered by its node alone") {
    Cluster cluster;
    auto answer = std::async(std::launch::async, [&] {
        return cluster.commands.request(cluster.node, "simulate", {{"a", 1}}, in(10s));
    });
    const Command command = cluster.next(cluster.node);
    CHECK(command.kind == "simulate");
    CHECK(cluster.commands.pending(cluster.node, {}).empty());  // given once
    cluster.commands.complete(cluster.other, command.id, done(R"({"forged":true})"));
    cluster.commands.complete(cluster.node, command.id, done(R"({"b":2})"));
    CHECK(answer.get().at("b") == 2);
}

TEST_CASE("a request that fails there fails here with the same code, and one without answer ends in time") {
    Cluster cluster;
    auto answer = std::async(std::launch::async, [&] {
        try {
            cluster.commands.request(cluster.node, "simulate", Json::object(), in(10s));
        } catch (const Error& error) {
            return std::string(toString(error.code())) + ": " + error.what();
        }
        return std::string();
    });
    CommandResult failed;
    failed.code = "conflict";
    failed.detail = "no policy yet";
    cluster.commands.complete(cluster.node, cluster.next(cluster.node).id, failed);
    CHECK(answer.get() == "conflict: no policy yet");
    try {
        cluster.commands.request(cluster.node, "simulate", Json::object(), in(50ms));
        FAIL("answered by nobody");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::kTimeout);
    }
    CHECK(cluster.commands.pending(cluster.node, {}).empty());  // nobody waits any more
}

TEST_CASE("content goes to its reader piece by piece, once") {
    Cluster cluster;
    std::string received;
    auto count = std::async(std::launch::async, [&] {
        return cluster.commands.fetch(
            cluster.node, ItemId{"i"},
            [&](std::string_view piece) {
                received += piece;
                return true;
            },
            in(10s));
    });
    const Command command = cluster.next(cluster.node);
    int pieces = 0;
    const auto read = [&]() -> std::string_view { return pieces++ < 3 ? "abc" : ""; };
    CHECK_THROWS_AS(cluster.commands.content(cluster.other, command.id, read), Error);
    cluster.commands.content(cluster.node, command.id, read);
    CHECK(count.get() == 9);
    CHECK(received == "abcabcabc");
    CHECK_THROWS_AS(cluster.commands.content(cluster.node, command.id, read), Error);
}

TEST_CASE("content that breaks off or that nobody wants is an error on both sides") {
    Cluster cluster;
    const auto fetch = [&](bool takes) {
        return std::async(std::launch::async, [&, takes] {
            try {
                cluster.commands.fetch(
                    cluster.node, ItemId{"i"}, [takes](std::string_view) { return takes; }, in(10s));
            } catch (const Error& error) {
                return std::string(toString(error.code()));
            }
            return std::string("no error");
        });
    };
    auto broken = fetch(true);
    int pieces = 0;
    CHECK_THROWS_AS(cluster.commands.content(cluster.node, cluster.next(cluster.node).id,
                                             [&]() -> std::string_view {
                                                 if (pieces++ == 0) return "abc";
                                                 throw Error(ErrorCode::kInvalid, "cut");
                                             }),
                    Error);
    CHECK(broken.get() == "unavailable");
    auto unwanted = fetch(false);
    CHECK_THROWS_AS(cluster.commands.content(cluster.node, cluster.next(cluster.node).id,
                                             []() -> std::string_view { return "abc"; }),
                    Error);
    CHECK(unwanted.get() == "unavailable");
}

TEST_CASE("who waits for a node that is removed hears of it, and its durable commands end") {
    Cluster cluster;
    const CommandId durable = cluster.commands.add(cluster.node, "delete", Json::object());
    auto answer = std::async(std::launch::async, [&] {
        try {
            cluster.commands.request(cluster.node, "simulate", Json::object(), in(20s));
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::kInternal;
    });
    cluster.next(cluster.node);
    cluster.nodes.remove(kAdmin, cluster.node);
    CHECK(answer.get() == ErrorCode::kNotFound);
    CHECK(cluster.stateOf(durable) == "failed");
}
