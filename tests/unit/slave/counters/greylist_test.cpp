#include "slave/counters/greylist.h"

#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "slave/counters/rates.h"

using namespace weir;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart = fromMillis(1'800'000'000'000);

struct Node {
    explicit Node(std::size_t capacity = 10'000)
        : networks(10'000, lives, signal), greylist(capacity, networks, signal) {}
    GreylistAnswer mail(TimePoint now, const char* client = "192.0.2.7", const char* sender = "a@x.example",
                        const char* recipient = "b@y.example") {
        return greylist.check(client, sender, recipient, settings, now);
    }
    // One mail that waits and its second try: a triplet that passed.
    bool pass(TimePoint now, const char* client, const std::string& sender) {
        mail(now, client, sender.c_str());
        return mail(now + settings.delay, client, sender.c_str()).pass;
    }

    GreylistSettings settings;
    ChangeSignal signal;
    OwnLives lives;
    CountTable networks;
    Greylist greylist;
};

std::vector<TripletEntry> entriesOf(Node& node) {
    std::vector<TripletEntry> entries;
    node.greylist.visit([&](const TripletEntry& entry) { entries.push_back(entry); });
    return entries;
}

std::vector<CountEntry> networksOf(Node& node) {
    std::vector<CountEntry> entries;
    node.networks.visit([&](const CountEntry& entry) { entries.push_back(entry); });
    return entries;
}

}  // namespace

TEST_CASE("the first mail of a triplet waits, one after the delay passes, and later ones pass at once") {
    Node node;
    const auto first = node.mail(kStart);
    CHECK_FALSE(first.pass);
    CHECK(first.wait == 300s);
    const auto early = node.mail(kStart + 299s);
    CHECK_FALSE(early.pass);
    CHECK(early.wait == 1s);
    const auto second = node.mail(kStart + 300s);
    CHECK(second.pass);
    CHECK_FALSE(second.known);
    CHECK(second.wait == 0s);
    const auto third = node.mail(kStart + 301s);
    CHECK(third.pass);
    CHECK(third.known);
    CHECK_FALSE(third.autoAllowed);
}

TEST_CASE("a triplet is network, sender and recipient, without regard to case") {
    Node node;
    node.mail(kStart);
    const TimePoint later = kStart + 400s;
    CHECK_FALSE(node.mail(later, "192.0.3.7").pass);
    CHECK_FALSE(node.mail(later, "192.0.2.7", "other@x.example").pass);
    CHECK_FALSE(node.mail(later, "192.0.2.7", "a@x.example", "other@y.example").pass);
    CHECK(node.mail(later, "192.0.2.250", "A@X.example", "B@y.EXAMPLE").pass);
}

TEST_CASE("clients of one /24 or /64 are one network, and an IPv4 address is the same in both forms") {
    CHECK(clientNetwork("192.0.2.1") == clientNetwork("192.0.2.255"));
    CHECK(clientNetwork("192.0.2.1") == clientNetwork("::ffff:192.0.2.9"));
    CHECK(clientNetwork("192.0.2.1") != clientNetwork("192.0.3.1"));
    CHECK(clientNetwork("192.0.2.1", 32) != clientNetwork("192.0.2.2", 32));
    CHECK(clientNetwork("192.0.2.0", 24) != clientNetwork("192.0.2.0", 25));
    CHECK(clientNetwork("2001:db8:1:2::1") == clientNetwork("2001:db8:1:2:ffff::"));
    CHECK(clientNetwork("2001:db8:1:2::1") != clientNetwork("2001:db8:1:3::1"));
    CHECK(clientNetwork("2001:db8:1:2::1", 24, 48) == clientNetwork("2001:db8:1:3::1", 24, 48));
    CHECK(clientNetwork("192.0.2.1", 200, 200) == clientNetwork("192.0.2.1", 32, 128));
    CHECK(clientNetwork("no address") == "no address");
    CHECK(clientNetwork("") == "");
}

TEST_CASE("a sender who tries again too late begins anew") {
    Node node;
    node.settings.retryWindow = 3600s;
    node.mail(kStart);
    const auto late = node.mail(kStart + 3601s);
    CHECK_FALSE(late.pass);
    CHECK(late.wait == 300s);
    CHECK(node.mail(kStart + 3901s).pass);
    CHECK(entriesOf(node).front().round == 1);
}

TEST_CASE("a window shorter than the delay still leaves a minute to pass in") {
    Node node;
    node.settings.retryWindow = 10s;
    node.mail(kStart);
    CHECK(node.mail(kStart + 330s).pass);
}

TEST_CASE("a triplet is forgotten a lifetime after its last mail, not after its first") {
    Node node;
    node.settings.autoAllowAfter = 0;
    node.settings.lifetime = 24h;
    node.mail(kStart);
    TimePoint now = kStart + 300s;
    CHECK(node.mail(now).pass);
    for (int day = 0; day < 5; ++day) {
        now += 23h;
        CHECK(node.mail(now).known);
    }
    now += 25h;
    CHECK_FALSE(node.mail(now).pass);
    CHECK(node.mail(now + 300s).pass);
}

TEST_CASE("mail that goes on passing is not news each time") {
    Node node;
    node.mail(kStart);
    node.mail(kStart + 300s);
    std::vector<TripletEntry> sent;
    node.greylist.take(sent, 100);
    CHECK(sent.size() == 1);
    for (int i = 0; i < 1000; ++i) node.mail(kStart + 301s + std::chrono::seconds(i));
    sent.clear();
    node.greylist.take(sent, 100);
    CHECK(sent.empty());
}

TEST_CASE("a network whose triplets passed often enough need not wait any more") {
    Node node;
    node.settings.autoAllowAfter = 3;
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(node.mail(kStart, "192.0.2.9", "new@z.example").autoAllowed);
        CHECK(node.pass(kStart, "192.0.2.7", std::to_string(i) + "@x.example"));
    }
    const auto allowed = node.mail(kStart + 301s, "192.0.2.9", "never-seen@z.example");
    CHECK(allowed.pass);
    CHECK(allowed.autoAllowed);
    CHECK_FALSE(node.mail(kStart + 301s, "192.0.3.9", "never-seen@z.example").pass);
    node.settings.autoAllowAfter = 4;
    CHECK_FALSE(node.mail(kStart + 301s, "192.0.2.9", "never-seen@z.example").pass);
    node.settings.autoAllowAfter = 0;
    CHECK_FALSE(node.mail(kStart + 301s, "192.0.2.9", "another@z.example").pass);
}

TEST_CASE("an allowed network stays so while mail comes, and not a lifetime longer") {
    Node node;
    node.settings.autoAllowAfter = 3;
    node.settings.lifetime = 20 * 24h;
    for (int i = 0; i < 3; ++i) node.pass(kStart, "192.0.2.7", std::to_string(i) + "@x.example");
    TimePoint now = kStart;
    for (int day = 0; day < 100; ++day) {
        now += 24h;
        REQUIRE(node.mail(now, "192.0.2.7", std::to_string(day).c_str()).autoAllowed);
    }
    now += 22 * 24h;
    CHECK_FALSE(node.mail(now, "192.0.2.7", "after@x.example").pass);
}

TEST_CASE("two nodes that were apart know after a merge what one node would have known") {
    Node one, a, b;
    struct Try {
        int node;
        std::chrono::seconds at;
        const char* sender;
    };
    const Try tries[] = {{0, 0s, "1@x.example"},   {1, 10s, "1@x.example"},  {1, 20s, "2@x.example"},
                         {0, 30s, "3@x.example"},  {0, 310s, "1@x.example"}, {1, 330s, "2@x.example"},
                         {0, 340s, "4@x.example"}, {1, 345s, "4@x.example"}};
    for (const Try& each : tries) {
        one.mail(kStart + each.at, "192.0.2.7", each.sender);
        (each.node == 0 ? a : b).mail(kStart + each.at, "192.0.2.7", each.sender);
    }
    const TimePoint now = kStart + 350s;
    const auto fromA = entriesOf(a), fromB = entriesOf(b);
    a.greylist.merge(fromB, now);
    b.greylist.merge(fromA, now);
    // When an entry may be forgotten is the later of both; all else is as on one node.
    const auto compared = [](Node& node) {
        std::map<SharedKey, std::array<std::uint32_t, 3>> all;
        for (const TripletEntry& each : entriesOf(node))
            all[each.key] = {each.round, each.first, each.passed};
        return all;
    };
    CHECK(compared(a) == compared(one));
    CHECK(compared(b) == compared(one));
    for (const char* sender : {"1@x.example", "2@x.example", "3@x.example", "4@x.example", "5@x.example"}) {
        const auto expected = one.mail(now, "192.0.2.7", sender);
        for (Node* node : {&a, &b}) {
            const auto answer = node->mail(now, "192.0.2.7", sender);
            CHECK(answer.pass == expected.pass);
            CHECK(answer.wait == expected.wait);
            CHECK(answer.known == expected.known);
        }
    }
}

TEST_CASE("a pass survives a later attempt of a node that did not know of it") {
    Node a, b;
    a.settings.retryWindow = b.settings.retryWindow = 3600s;
    a.mail(kStart);
    b.mail(kStart);
    CHECK(b.mail(kStart + 300s).pass);
    a.mail(kStart + 4000s);  // the next round here
    const auto fromA = entriesOf(a), fromB = entriesOf(b);
    a.greylist.merge(fromB, kStart + 4001s);
    b.greylist.merge(fromA, kStart + 4001s);
    CHECK(a.mail(kStart + 4002s).known);
    CHECK(b.mail(kStart + 4002s).known);
    CHECK(entriesOf(a) == entriesOf(b));
}

TEST_CASE("networks that passed a little on each node are allowed on all") {
    Node a, b;
    a.lives.identify({"0196f0c0-0000-7000-8000-00000000000a"});
    b.lives.identify({"0196f0c0-0000-7000-8000-00000000000b"});
    a.settings.autoAllowAfter = b.settings.autoAllowAfter = 4;
    for (int i = 0; i < 2; ++i) {
        a.pass(kStart, "192.0.2.7", std::to_string(i) + "@a.example");
        b.pass(kStart, "192.0.2.7", std::to_string(i) + "@b.example");
    }
    const TimePoint now = kStart + 400s;
    CHECK_FALSE(a.mail(now).autoAllowed);
    auto fromB = networksOf(b);
    for (CountEntry& entry : fromB) entry.column = columnOf(b.lives.get()->node(), entry.column);
    a.networks.merge(fromB, now);
    CHECK(a.mail(now).autoAllowed);
}

TEST_CASE("a clock that steps back makes nobody wait for longer than the delay") {
    Node node;
    node.mail(kStart + 24h * 365);
    const auto stepped = node.mail(kStart);
    CHECK_FALSE(stepped.pass);
    CHECK(stepped.wait == 300s);
    CHECK(node.mail(kStart + 300s).pass);
    CHECK(node.mail(kStart - 24h).known);
    // A little apart is usual between nodes, and no new attempt.
    Node other;
    other.mail(kStart);
    CHECK(other.mail(kStart - 30s).wait == 300s);
    CHECK(other.mail(kStart + 300s).pass);
}

TEST_CASE("a clock that steps forward makes senders begin anew at most once") {
    Node node;
    node.mail(kStart);
    CHECK_FALSE(node.mail(kStart + 24h * 30).pass);
    CHECK(node.mail(kStart + 24h * 30 + 300s).pass);
}

TEST_CASE("the oldest triplets make room, those that wait before those that passed") {
    Node node(32 * 10);
    node.settings.autoAllowAfter = 0;
    for (int i = 0; i < 64; ++i) node.pass(kStart, "192.0.2.7", std::to_string(i) + "@good.example");
    for (int i = 0; i < 20'000; ++i)
        node.mail(kStart + 400s, "192.0.2.7", (std::to_string(i) + "@spam.example").c_str());
    const StoreStatus status = node.greylist.status();
    CHECK(status.entries <= 320);
    CHECK(status.evicted >= 20'000 - 320);
    int known = 0;
    for (int i = 0; i < 64; ++i)
        known += node.mail(kStart + 500s, "192.0.2.7", (std::to_string(i) + "@good.example").c_str()).known;
    CHECK(known >= 60);  // a shard keeps five at least; few have more
}

TEST_CASE("what is of no use any more goes, and is not taken from others") {
    Node node;
    node.settings.autoAllowAfter = 0;
    node.settings.retryWindow = 3600s;
    for (int i = 0; i < 100; ++i) node.mail(kStart, "192.0.2.7", std::to_string(i).c_str());
    node.mail(kStart + 400s, "192.0.2.7", "1");
    const auto all = entriesOf(node);
    for (std::size_t i = 0; i < 32; ++i) node.greylist.expire(kStart + 3602s);
    CHECK(node.greylist.status().entries == 1);
    CHECK(node.greylist.status().expired == 99);
    node.greylist.merge(all, kStart + 3602s);
    CHECK(node.greylist.status().entries == 1);
    auto wrong = all;
    wrong.front().until = UINT32_MAX;
    node.greylist.merge({wrong.front()}, kStart + 3602s);
    CHECK(node.greylist.status().entries == 1);
}

TEST_CASE("a change is handed out once, and again when it could not be sent") {
    Node node;
    for (int i = 0; i < 10; ++i) node.mail(kStart, "192.0.2.7", std::to_string(i).c_str());
    CHECK(node.signal.waiting() == 10);
    std::vector<TripletEntry> sent, more;
    node.greylist.take(sent, 7);
    CHECK(sent.size() == 7);
    node.greylist.take(more, 7);
    CHECK(more.size() == 3);
    CHECK(node.signal.waiting() == 0);
    node.greylist.giveBack(sent);
    CHECK(node.signal.waiting() == 7);
    more.clear();
    node.greylist.take(more, 100);
    CHECK(more.size() == 7);
    // What comes from others is not told back to them.
    Node other;
    other.greylist.merge(sent, kStart);
    CHECK(other.signal.waiting() == 0);
}

TEST_CASE("everything can be sent once more, behind what is new") {
    Node node;
    for (int i = 0; i < 1000; ++i) node.mail(kStart, "192.0.2.7", std::to_string(i).c_str());
    std::vector<TripletEntry> sent;
    node.greylist.take(sent, SIZE_MAX);
    CHECK(sent.size() == 1000);
    CHECK_FALSE(node.greylist.sendingAll());
    node.greylist.sendAll();
    CHECK(node.greylist.sendingAll());
    node.mail(kStart, "192.0.2.7", "fresh");
    sent.clear();
    node.greylist.take(sent, 1);
    CHECK(sent.front().key ==
          sharedKey({"greylist triplet", clientNetwork("192.0.2.7"), "fresh", "b@y.example"}));
    while (node.greylist.sendingAll() || node.signal.waiting() != 0)
        node.greylist.take(sent, sent.size() + 100);
    std::set<SharedKey> keys;
    for (const TripletEntry& entry : sent) keys.insert(entry.key);
    CHECK(keys.size() == 1001);
    CHECK(sent.size() <= 1002);
}
