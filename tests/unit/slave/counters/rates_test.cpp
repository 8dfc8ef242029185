#include "slave/counters/rates.h"

#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <random>
#include <thread>

using namespace weir;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart = fromMillis(1'800'000'000'000);  // at the beginning of a slot of an hour's window

struct Node {
    explicit Node(const char* id = "", std::size_t capacity = 100'000)
        : counts(capacity, lives, signal), rates(counts) {
        if (*id) lives.identify({id});
    }
    std::uint64_t total(const char* key, TimePoint now, std::chrono::seconds window = 3600s) {
        return rates.peek("test", key, window, now).total;
    }
    void add(const char* key, std::uint64_t amount, TimePoint now, std::chrono::seconds window = 3600s) {
        rates.add("test", key, amount, window, now);
    }
    // What it would tell the cluster, as the others get it.
    std::vector<CountEntry> changes() {
        std::vector<CountEntry> entries;
        counts.take(entries, SIZE_MAX);
        return known(std::move(entries));
    }
    std::vector<CountEntry> known(std::vector<CountEntry> entries) const {
        for (CountEntry& entry : entries) entry.column = columnOf(lives.get()->node(), entry.column);
        return entries;
    }

    ChangeSignal signal;
    OwnLives lives;
    CountTable counts;
    Rates rates;
};

constexpr const char* kA = "0196f0c0-0000-7000-8000-00000000000a";
constexpr const char* kB = "0196f0c0-0000-7000-8000-00000000000b";
constexpr const char* kC = "0196f0c0-0000-7000-8000-00000000000c";

}  // namespace

TEST_CASE("a counter adds up within its window") {
    Node node;
    CHECK(node.rates.add("test", "a", 1, 3600s, kStart).total == 1);
    CHECK(node.rates.add("test", "a", 41, 3600s, kStart + 30min).total == 42);
    CHECK(node.total("a", kStart + 59min) == 42);
    CHECK(node.total("b", kStart) == 0);
    CHECK(node.rates.add("test", "b", 0, 3600s, kStart).total == 0);
    CHECK(node.counts.status().entries == 2);
}

TEST_CASE("amounts leave the window as it moves on, of the oldest slot in parts") {
    Node node;
    for (int i = 0; i < 20; ++i) node.add("a", 100, kStart + i * 180s);
    CHECK(node.total("a", kStart + 3599s) == 2000);
    CHECK(node.total("a", kStart + 3600s) == 2000);
    CHECK(node.total("a", kStart + 3600s + 90s) == 1950);
    CHECK(node.total("a", kStart + 3780s) == 1900);
    CHECK(node.total("a", kStart + 3600s + 3419s) == 100);
    CHECK(node.total("a", kStart + 2h - 90s) == 50);
    CHECK(node.total("a", kStart + 2h) == 0);
}

TEST_CASE("the figure is exact but for the amounts within the oldest slot") {
    Node node;
    std::mt19937 random(3);
    std::vector<std::pair<TimePoint, std::uint64_t>> all;
    TimePoint now = kStart;
    for (int i = 0; i < 3000; ++i) {
        now += std::chrono::milliseconds(random() % 60'000);
        const std::uint64_t amount = random() % 10;
        node.add("a", amount, now);
        all.emplace_back(now, amount);
        std::uint64_t least = 0, most = 0, least10 = 0, most10 = 0;
        for (const auto& [at, each] : all) {
            if (now - at < 3600s - 180s) least += each;
            if (now - at < 3600s + 180s) most += each;
            if (now - at < 3960s - 180s && now - at >= 360s + 180s) least10 += each;
            if (now - at < 3960s + 180s && now - at >= 360s - 180s) most10 += each;
        }
        const WindowCount count = node.rates.peek("test", "a", 3600s, now);
        REQUIRE(count.total >= least);
        REQUIRE(count.total <= most);
        REQUIRE(count.earlier >= least10);
        REQUIRE(count.earlier <= most10);
    }
}

TEST_CASE("name, key and window tell counters apart") {
    Node node;
    node.rates.add("rule-1", "a", 5, 3600s, kStart);
    CHECK(node.rates.peek("rule-2", "a", 3600s, kStart).total == 0);
    CHECK(node.rates.peek("rule-1", "b", 3600s, kStart).total == 0);
    CHECK(node.rates.peek("rule-1", "a", 7200s, kStart).total == 0);
    CHECK(node.rates.peek("rule-1", "a", 3600s, kStart).total == 5);
}

TEST_CASE("short windows are taken for twenty seconds, long ones for a year") {
    Node node;
    node.add("a", 5, kStart, 1s);
    CHECK(node.total("a", kStart + 19s, 1s) == 5);
    CHECK(node.total("a", kStart + 22s, 1s) == 0);
    node.add("a", 5, kStart, std::chrono::seconds::max());
    CHECK(node.total("a", kStart + 340 * 24h, std::chrono::seconds::max()) == 5);
    CHECK(node.total("a", kStart + 400 * 24h, std::chrono::seconds::max()) == 0);
}

TEST_CASE("amounts do not overflow") {
    Node node;
    node.add("a", UINT64_MAX, kStart);
    node.add("a", UINT64_MAX, kStart);
    CHECK(node.total("a", kStart) == INT64_MAX);
    node.add("a", UINT64_MAX, kStart + 180s);
    node.add("a", UINT64_MAX, kStart + 360s);
    CHECK(node.total("a", kStart + 360s) == UINT64_MAX);
}

TEST_CASE("the limit holds, bursts may pass it for a tenth of the window") {
    const RateLimit plain{100, 0, 3600s}, bursting{100, 20, 3600s};
    CHECK_FALSE(overLimit(plain, {100, 0}));
    CHECK(overLimit(plain, {101, 0}));
    CHECK_FALSE(overLimit(bursting, {120, 100}));
    CHECK(overLimit(bursting, {121, 0}));
    CHECK(overLimit(bursting, {101, 101}));
    CHECK_FALSE(overLimit(bursting, {100, 120}));
    CHECK_FALSE(overLimit({UINT64_MAX, UINT64_MAX, 3600s}, {UINT64_MAX, UINT64_MAX}));
    CHECK(overLimit({0, 0, 3600s}, {1, 0}));
    CHECK_FALSE(overLimit({1, UINT64_MAX, 3600s}, {UINT64_MAX, 0}));
}

TEST_CASE(
    "a flow beyond the limit is above it for a tenth of the window at a time, and never above the burst") {
    // Ten a minute where six a minute are allowed; what is refused does not count.
    for (const std::uint64_t burst : {0u, 60u}) {
        Node node;
        const RateLimit limit{360, burst, 3600s};
        std::uint64_t passed = 0;
        std::optional<TimePoint> above;
        for (TimePoint now = kStart; now < kStart + 24h; now += 6s) {
            WindowCount count = node.rates.peek("test", "a", limit.window, now);
            ++count.total;
            if (overLimit(limit, count)) {
                above.reset();
                continue;
            }
            REQUIRE(node.rates.add("test", "a", 1, limit.window, now).total <= limit.limit + burst);
            ++passed;
            if (count.total <= limit.limit) above.reset();
            if (count.total > limit.limit && !above) above = now;
            if (above) REQUIRE(now - *above <= 360s + 180s);
        }
        CHECK(passed >= 24 * 360);
        CHECK(passed <= 25 * (360 + burst));
    }
}

TEST_CASE("counts of the cluster are the sum of the nodes', however often they are told") {
    Node a(kA), b(kB), c(kC);
    std::mt19937 random(5);
    std::map<std::string, std::uint64_t> expected;
    std::vector<std::vector<CountEntry>> told;
    for (int i = 0; i < 2000; ++i) {
        const std::string key(1, static_cast<char>('a' + random() % 20));
        const std::uint64_t amount = random() % 100;
        Node& node = random() % 2 ? a : random() % 2 ? b : c;
        node.add(key.c_str(), amount, kStart + std::chrono::seconds(i % 1800));
        expected[key] += amount;
        if (random() % 50 == 0)
            for (Node* each : {&a, &b, &c}) told.push_back(each->changes());
    }
    for (Node* each : {&a, &b, &c}) told.push_back(each->changes());
    // In any order, with repetitions, to everybody: also to who counted it.
    for (Node* node : {&a, &b, &c}) {
        for (int round = 0; round < 2; ++round) {
            std::shuffle(told.begin(), told.end(), random);
            for (const auto& entries : told) node->counts.merge(entries, kStart);
        }
        for (const auto& [key, total] : expected) CHECK(node->total(key.c_str(), kStart + 1800s) == total);
    }
}

TEST_CASE("a node that forgot its last seconds gets them back and counts on without losing any") {
    Node before(kA), other(kB);
    before.add("a", 5, kStart);
    std::vector<CountEntry> onDisk;
    before.counts.visit([&](const CountEntry& entry) { onDisk.push_back(entry); });
    before.add("a", 3, kStart + 1s);  // told to the cluster, not on the disk
    const auto told = before.changes();
    other.counts.merge(told, kStart);

    Node after(kA);
    after.lives.set(Lives({before.lives.get()->all().back(), {newLife(), {kA}}}));
    for (const CountEntry& entry : onDisk) after.counts.load(entry);
    CHECK(after.total("a", kStart + 2s) == 5);
    after.add("a", 1, kStart + 2s);
    other.counts.merge(after.changes(), kStart);
    CHECK(other.total("a", kStart + 2s) == 9);
    after.counts.merge(told, kStart);  // the master tells it what it knows
    CHECK(after.total("a", kStart + 2s) == 9);
}

TEST_CASE("everything that is sent again is this node's own, of all its lives") {
    Node node(kA), other(kB);
    other.add("a", 7, kStart);
    node.add("a", 1, kStart);
    node.lives.set(Lives({node.lives.get()->all().back(), {newLife(), {kA}}}));
    node.add("a", 2, kStart);
    node.counts.merge(other.changes(), kStart);
    CHECK(node.changes().size() == 2);
    CHECK(node.changes().empty());
    node.counts.sendAll();
    std::uint64_t sum = 0;
    const auto again = node.changes();
    for (const CountEntry& entry : again) sum += entry.amount;
    CHECK(again.size() == 2);
    CHECK(sum == 3);
    CHECK_FALSE(node.counts.sendingAll());
}

TEST_CASE("a machine that becomes another node counts in a column of its own from then on") {
    Node node, other(kB);
    node.add("a", 4, kStart);  // before it was enrolled
    node.lives.identify({kA});
    other.counts.merge(node.changes(), kStart);
    CHECK(other.total("a", kStart) == 4);
    node.lives.identify({kC});
    node.add("a", 2, kStart);
    const auto asC = node.changes();
    CHECK(asC.size() == 1);
    other.counts.merge(asC, kStart);
    CHECK(other.total("a", kStart) == 6);
    CHECK(node.total("a", kStart) == 6);
    node.counts.sendAll();
    CHECK(node.changes().size() == 1);  // what it was as another node it may not send
    CHECK(node.lives.get()->all().size() == 2);
}

TEST_CASE("a change that could not be sent is sent with what came after it") {
    Node node(kA);
    node.add("a", 1, kStart);
    std::vector<CountEntry> entries;
    node.counts.take(entries, SIZE_MAX);
    node.add("a", 1, kStart + 180s);
    node.counts.giveBack(entries);
    CHECK(node.signal.waiting() == 1);
    CHECK(node.changes().size() == 2);
    CHECK(node.signal.waiting() == 0);
}

TEST_CASE("a page of changes ends where it is full and goes on there") {
    Node node(kA);
    for (int i = 0; i < 50; ++i) node.add("a", 1, kStart + i * 180s, 24h);
    for (int i = 0; i < 50; ++i) node.add(std::to_string(i).c_str(), 1, kStart, 24h);
    std::size_t sent = 0, pages = 0;
    for (;;) {
        std::vector<CountEntry> entries;
        node.counts.take(entries, 7);
        if (entries.empty()) break;
        CHECK(entries.size() <= 7);
        sent += entries.size();
        ++pages;
    }
    CHECK(sent == 50 + 3);  // the first 50 lie in three slots
    CHECK(pages == 8);
}

TEST_CASE("clocks that are apart by less than a window lose nothing") {
    Node node(kA), ahead(kB), far(kC);
    ahead.add("a", 5, kStart + 600s);
    far.add("a", 5, kStart + 24h);
    node.counts.merge(ahead.changes(), kStart);
    node.counts.merge(far.changes(), kStart);
    CHECK(node.total("a", kStart) == 5);
    CHECK(node.total("a", kStart + 600s) == 5);
    CHECK(node.total("a", kStart + 24h) == 5);  // the other one's by now
}

TEST_CASE("a clock that steps back counts on") {
    Node node;
    node.add("a", 5, kStart + 48h);
    node.add("a", 2, kStart);
    CHECK(node.total("a", kStart) == 2);
    node.add("a", 2, kStart + 48h);
    CHECK(node.total("a", kStart + 48h) == 7);
}

TEST_CASE("a counter's cells and all cells together are bounded") {
    Node node(kA);
    std::vector<CountEntry> entries;
    for (std::uint32_t i = 0; i < 10'000; ++i)
        entries.push_back({sharedKey({"hot"}), 1000 + i, i % 50, toSharedSeconds(kStart) + 100 + i, 1});
    node.counts.merge(entries, kStart);
    CHECK(node.counts.status().entries == CountTable::kCellsPerKey);

    Node small("", 3200);
    for (int i = 0; i < 20'000; ++i) small.add(std::to_string(i).c_str(), 1, kStart);
    CHECK(small.counts.status().entries <= 3200);
    CHECK(small.counts.status().evicted >= 20'000 - 3200);
    CHECK(small.total("19999", kStart) == 1);
}

TEST_CASE("counts of no use any more go, and are not taken from others") {
    Node node(kA), other(kB);
    for (int i = 0; i < 100; ++i) node.add(std::to_string(i).c_str(), 1, kStart, 60s);
    node.add("long", 1, kStart, 24h);
    const auto all = node.changes();
    for (std::size_t i = 0; i < 32; ++i) node.counts.expire(kStart + 180s);
    CHECK(node.counts.status().entries == 1);
    other.counts.merge(all, kStart + 180s);
    CHECK(other.counts.status().entries == 1);
    CHECK(other.total("long", kStart + 180s, 24h) == 1);
}

TEST_CASE("many threads count every amount") {
    Node node(kA);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 5000; ++i) node.add(std::to_string(i % 7).c_str(), 1, kStart);
        });
    std::uint64_t sent = 0;
    std::map<SharedKey, std::uint64_t> last;
    for (int i = 0; i < 200; ++i) {
        std::vector<CountEntry> entries;
        node.counts.take(entries, 3);
        sent += entries.size();
        for (const CountEntry& entry : entries) last[entry.key] = entry.amount;
    }
    for (std::thread& thread : threads) thread.join();
    for (const CountEntry& entry : node.changes()) last[entry.key] = entry.amount;
    std::uint64_t total = 0;
    for (const auto& [key, amount] : last) total += amount;
    CHECK(total == 20'000);
    CHECK(node.signal.waiting() == 0);
}
