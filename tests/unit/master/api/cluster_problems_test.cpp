#include "master/api/cluster_problems.h"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::api;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow = fromMillis(1'800'000'000'000);

NodeView goodNode() {
    NodeView node;
    node.id.value = "id-1";
    node.name = "mx1";
    node.state = NodeState::kUp;
    node.since = kNow - 1h;
    node.certificateExpires = kNow + 24h * 60;
    node.last.applied.revision = 4;
    node.last.disk = {50u << 20, 100u << 20, 0, 0};
    node.last.health = {{"clamd", true, ""}};
    return node;
}

std::vector<std::string> codes(const NodeView& node, const std::vector<NodeCompleteness>& complete = {}) {
    std::vector<std::string> found;
    for (const auto& one : clusterProblems({node}, complete, 4, kNow)) found.push_back(one.code);
    return found;
}

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("a node that is well is no problem") {
    CHECK(codes(goodNode()).empty());
}

TEST_CASE("each thing that is wrong with a node is said by its own code") {
    auto node = goodNode();
    node.state = NodeState::kDown;
    CHECK(codes(node) == Codes{"node.down"});
    node.state = NodeState::kLate;
    CHECK(codes(node) == Codes{"node.late"});
    node.state = NodeState::kPaused;
    CHECK(codes(node) == Codes{"node.paused"});
    node = goodNode();
    node.last.refused = RefusedPolicy{4, "", "pattern too large"};
    CHECK(codes(node) == Codes{"policy.refused"});
    node.last.refused->revision = 3;
    CHECK(codes(node).empty());
    node = goodNode();
    node.last.applied.revision = 0;
    CHECK(codes(node) == Codes{"policy.none"});
    node = goodNode();
    node.last.health = {{"clamd", false, "connection refused"}};
    CHECK(codes(node) == Codes{"node.health"});
    node = goodNode();
    node.last.disk.free = 4u << 20;
    CHECK(codes(node) == Codes{"disk.low"});
    node = goodNode();
    node.clockSkewMillis = -6000;
    CHECK(codes(node) == Codes{"clock.skew"});
    node = goodNode();
    node.last.spool.events = 7;
    node.last.spool.oldest = kNow - 6min;
    CHECK(codes(node) == Codes{"queue.late"});
    node = goodNode();
    node.certificateExpires = kNow + 24h;
    CHECK(codes(node) == Codes{"certificate.expires"});
    NodeCompleteness complete;
    complete.node = node.id;
    complete.gaps = complete.notRecorded = complete.unreadable = 1;
    CHECK(codes(goodNode(), {complete}) == Codes{"events.gap", "events.not-recorded", "events.unreadable"});
}

TEST_CASE("errors come before warnings and name the node and its page") {
    auto paused = goodNode(), down = goodNode();
    paused.state = NodeState::kPaused;
    down.state = NodeState::kDown;
    down.name = "mx2";
    down.id.value = "id-2";
    const auto found = clusterProblems({paused, down}, {}, 4, kNow);
    REQUIRE(found.size() == 2);
    CHECK(found[0].severity == "error");
    CHECK(found[0].text == "mx2 is down");
    CHECK(found[0].link == "/nodes/id-2");
    CHECK(found[0].since == down.since);
}
