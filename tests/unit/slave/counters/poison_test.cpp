#include "slave/counters/poison.h"
#include "common/base/utf8.h"

#include <catch2/catch.hpp>

#include "common/wire/shared_messages.h"

using namespace weir;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart = fromMillis(1'800'000'000'000);

struct Node {
    explicit Node(std::size_t capacity = 1000) : poison(capacity, signal) {}
    std::vector<PoisonEntry> changes() {
        std::vector<PoisonEntry> entries;
        poison.take(entries, SIZE_MAX);
        return entries;
    }
    ChangeSignal signal;
    Poison poison;
};

}  // namespace

TEST_CASE("a mail that killed a parser is known by its fingerprint, for two weeks") {
    Node node;
    CHECK_FALSE(node.poison.poisoned("mail", kStart));
    node.poison.mark("mail", "died in unrar", kStart);
    CHECK(node.poison.poisoned("mail", kStart + 24h));
    CHECK_FALSE(node.poison.poisoned("other", kStart));
    CHECK(node.poison.find("mail", kStart)->reason == "died in unrar");
    CHECK(node.poison.find("mail", kStart)->since == kStart);
    CHECK_FALSE(node.poison.poisoned("mail", kStart + 15 * 24h));
    for (int i = 0; i < 32; ++i) node.poison.expire(kStart + 15 * 24h);
    CHECK(node.poison.status().entries == 0);
}

TEST_CASE("a mark made on one node is known on the others, and the first reason stays") {
    Node a, b;
    a.poison.mark("mail", "stalled", kStart + 10s);
    b.poison.mark("mail", "died", kStart);
    const auto fromA = a.changes(), fromB = b.changes();
    a.poison.merge(fromB, kStart + 20s);
    b.poison.merge(fromA, kStart + 20s);
    for (Node* node : {&a, &b}) {
        CHECK(node->poison.find("mail", kStart + 20s)->reason == "died");
        CHECK(node->poison.find("mail", kStart + 20s)->since == kStart);
        CHECK(node->poison.poisoned("mail", kStart + 14 * 24h + 5s));
    }
}

TEST_CASE("a reason is cut at a character and is always valid text") {
    Node node;
    for (const std::string& reason : {std::string(1000, 'x'), std::string(255, 'x') + "ä",
                                      std::string(300, '\xff'), std::string("ok\0\x80", 4)}) {
        node.poison.mark(reason, reason, kStart);
        const std::string kept = node.poison.find(reason, kStart)->reason;
        CHECK(kept.size() <= SharedMessageLimits::kReasonBytes);
        CHECK(kept.size() >= 4);
        CHECK(validUtf8(kept) == kept);
    }
}

TEST_CASE("marks beyond the room push out the oldest") {
    Node node(64);
    for (int i = 0; i < 5000; ++i) node.poison.mark(std::to_string(i), "died", kStart);
    CHECK(node.poison.status().entries <= 64);
    CHECK(node.poison.status().evicted >= 5000 - 64);
    CHECK(node.poison.poisoned("4999", kStart));
    CHECK_FALSE(node.poison.poisoned("0", kStart));
}
