#include "master/service/shared_state.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/support/eventually.h"

using namespace weir;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart = fromMillis(1'800'000'000'000);
const SharedSeconds kNow = toSharedSeconds(kStart);
const NodeId kA{"0196f0c0-0000-7000-8000-00000000000a"}, kB{"0196f0c0-0000-7000-8000-00000000000b"};
constexpr Column kLifeA = 10, kLifeB = 11;
const Column kColumnA = columnOf(kA, kLifeA), kColumnB = columnOf(kB, kLifeB);
constexpr Column kNobody = 1;

SharedKey key(int number) {
    return sharedKey({std::to_string(number)});
}
SharedEntries triplet(int number, SharedSeconds first = kNow, SharedSeconds passed = 0) {
    return {{{key(number), 0, first, passed, kNow + 1000}}, {}, {}, {}};
}
SharedEntries count(int number, Column life, std::uint64_t amount, std::uint32_t slot = 1) {
    return {{}, {}, {{key(number), life, slot, kNow + 1000, amount}}, {}};
}

// Everything after `cursor`, page by page.
SharedEntries allSince(const SharedState& state, Column reader, std::uint64_t cursor, int* pages = nullptr) {
    SharedEntries all;
    for (;;) {
        const SharedState::Page page = state.since(reader, cursor);
        CHECK(page.changes.size() <= SharedMessageLimits::kEntries);
        CHECK(page.changes.poison.size() <= SharedMessageLimits::kPoison);
        const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
        append(all.triplets, page.changes.triplets);
        append(all.networks, page.changes.networks);
        append(all.counts, page.changes.counts);
        append(all.poison, page.changes.poison);
        cursor = page.cursor;
        if (pages) ++*pages;
        if (!page.more) return all;
    }
}

}  // namespace

TEST_CASE("a change goes to the others and not back to who made it") {
    SharedState state;
    CHECK(state.merge(kA, kColumnA, triplet(1), kStart));
    CHECK(state.since(kColumnA, 0).changes.empty());
    const auto page = state.since(kColumnB, 0);
    CHECK(page.changes == triplet(1));
    CHECK(state.since(kColumnB, page.cursor).changes.empty());
    CHECK_FALSE(page.more);
}

TEST_CASE("what is known already is no change") {
    SharedState state;
    state.merge(kA, kColumnA, triplet(1), kStart);
    const auto cursor = state.since(kColumnB, 0).cursor;
    CHECK_FALSE(state.merge(kB, kColumnB, triplet(1, kNow + 5), kStart));
    CHECK_FALSE(state.merge(kA, kColumnA, triplet(1), kStart));
    CHECK(state.since(kNobody, cursor).changes.empty());
    CHECK_FALSE(state.merge(kA, kColumnA, {}, kStart));
}

TEST_CASE("where two nodes changed one entry each gets the other's half") {
    SharedState state;
    state.merge(kA, kColumnA, triplet(1, kNow - 10), kStart);
    state.merge(kB, kColumnB, triplet(1, kNow, kNow + 300), kStart);
    for (const Column reader : {kColumnA, kColumnB, kNobody})
        CHECK(state.since(reader, 0).changes == triplet(1, kNow - 10, kNow + 300));
}

TEST_CASE("a node counts in the column of its certificate, whatever it says") {
    SharedState state;
    state.merge(kA, kColumnA, count(1, kLifeA, 5), kStart);
    // B names A's life, and A's column as it is known in the cluster.
    state.merge(kB, kColumnB, count(1, kLifeA, 100), kStart);
    state.merge(kB, kColumnB, count(1, kColumnA, 100), kStart);
    std::map<Column, std::uint64_t> amounts;
    for (const CountEntry& entry : allSince(state, kNobody, 0).counts) amounts[entry.column] = entry.amount;
    CHECK(amounts.size() == 3);
    CHECK(amounts[kColumnA] == 5);
    CHECK(amounts[columnOf(kB, kLifeA)] == 100);
}

TEST_CASE("a node in a new life gets back what it had told before") {
    SharedState state;
    state.merge(kA, kColumnA, count(1, kLifeA, 5), kStart);
    CHECK(state.since(kColumnA, 0).changes.empty());
    CHECK(state.since(columnOf(kA, 999), 0).changes.counts.size() == 1);
}

TEST_CASE("many changes are read in pages, each entry once and as it is last") {
    SharedState state;
    SharedEntries poison;
    for (int i = 0; i < 500; ++i) poison.poison.push_back({key(i), kNow, kNow + 1000, "died"});
    for (int i = 0; i < 12'000; ++i) state.merge(kA, kColumnA, triplet(i), kStart);
    state.merge(kA, kColumnA, poison, kStart);
    for (int i = 0; i < 12'000; i += 2) state.merge(kA, kColumnA, triplet(i, kNow, kNow + 400), kStart);
    int pages = 0;
    const SharedEntries all = allSince(state, kColumnB, 0, &pages);
    CHECK(all.triplets.size() == 12'000);
    CHECK(all.poison.size() == 500);
    CHECK(pages >= 4);
    std::set<SharedKey> keys;
    std::size_t passed = 0;
    for (const TripletEntry& entry : all.triplets) {
        keys.insert(entry.key);
        passed += entry.passed != 0;
    }
    CHECK(keys.size() == 12'000);
    CHECK(passed == 6000);
}

TEST_CASE("who reads on while others write misses nothing") {
    SharedState state;
    std::thread writer([&] {
        for (int i = 0; i < 5000; ++i)
            state.merge(kA, kColumnA, count(i % 500, kLifeA, static_cast<std::uint64_t>(i) + 1), kStart);
    });
    std::map<SharedKey, std::uint64_t> amounts;
    std::uint64_t cursor = 0;
    const bool all = test::eventually([&] {
        const auto page = state.since(kColumnB, cursor);
        cursor = page.cursor;
        for (const CountEntry& entry : page.changes.counts) amounts[entry.key] = entry.amount;
        return amounts.size() == 500 && cursor == 5000;
    });
    writer.join();
    CHECK(all);
    for (int i = 0; i < 500; ++i) CHECK(amounts[key(i)] == 4500u + static_cast<std::uint64_t>(i) + 1);
}

TEST_CASE("a change wakes who waits, and waking everybody does so without one") {
    SharedState state;
    const auto in = [](auto time) { return std::chrono::steady_clock::now() + time; };
    CHECK_FALSE(state.waitBeyond(0, in(1ms)));
    std::thread changing([&] { state.merge(kA, kColumnA, triplet(1), kStart); });
    CHECK(state.waitBeyond(0, in(10s)));
    changing.join();
    CHECK(state.waitBeyond(0, in(0ms)));
    std::atomic<bool> woken{false};
    std::thread waiting([&] {
        while (!woken) state.waitBeyond(1, in(10s));
    });
    woken = true;
    CHECK(test::eventually([&] {
        state.wake();
        return true;
    }));
    waiting.join();
}

TEST_CASE("a place beyond the list is read from the beginning") {
    SharedState state;
    state.merge(kA, kColumnA, triplet(1), kStart);
    CHECK(state.since(kColumnB, 999).changes.triplets.size() == 1);
    CHECK(state.since(kColumnB, 999).cursor == 1);
}

TEST_CASE("what is past or claims to last for years is not taken") {
    SharedState state;
    SharedEntries entries = triplet(1);
    entries.triplets.front().until = kNow - 1;
    CHECK_FALSE(state.merge(kA, kColumnA, entries, kStart));
    entries.triplets.front().until = UINT32_MAX;
    CHECK_FALSE(state.merge(kA, kColumnA, entries, kStart));
    CHECK(state.status().refused == 2);
    CHECK(state.status().triplets == 0);
}

TEST_CASE("what is of no use any more goes") {
    SharedState state;
    state.merge(kA, kColumnA, triplet(1), kStart);
    state.merge(kA, kColumnA, count(1, kLifeA, 1), kStart);
    SharedEntries later{{}, {{key(2), kLifeA, 1, kNow + 5000, 1}}, {}, {{key(3), kNow, kNow + 5000, "died"}}};
    state.merge(kA, kColumnA, later, kStart);
    state.expire(kStart + 2000s);
    const SharedStateStatus status = state.status();
    CHECK(status.triplets == 0);
    CHECK(status.counts == 0);
    CHECK(status.networks == 1);
    CHECK(status.poison == 1);
    CHECK(allSince(state, kColumnB, 0).size() == 2);
}

TEST_CASE("the master keeps so much and no more, and the list of changes does not grow by repetition") {
    SharedState state({.triplets = 100, .networks = 10, .counts = 100, .poison = 10});
    for (int i = 0; i < 1000; ++i) state.merge(kA, kColumnA, triplet(i), kStart);
    for (std::uint64_t i = 0; i < 50'000; ++i) state.merge(kA, kColumnA, count(1, kLifeA, i), kStart);
    const SharedStateStatus status = state.status();
    CHECK(status.triplets == 100);
    CHECK(status.evicted == 900);
    CHECK(status.counts == 1);
    const SharedEntries all = allSince(state, kColumnB, 0);
    CHECK(all.triplets.size() == 100);
    CHECK(all.counts.front().amount == 49'999);
}

TEST_CASE("two nodes behind the master end with the same as one that saw everything, in any order") {
    std::mt19937 random(11);
    for (int round = 0; round < 20; ++round) {
        SharedState state;
        std::map<SharedKey, TripletEntry> expected;
        const auto learn = [](std::map<SharedKey, TripletEntry>& into, const TripletEntry& entry) {
            const auto [at, fresh] = into.emplace(entry.key, entry);
            if (!fresh) join(at->second, entry);
        };
        std::map<SharedKey, TripletEntry> nodes[2];
        std::uint64_t cursors[2] = {0, 0};
        const Column columns[2] = {kColumnA, kColumnB};
        const auto pull = [&](int node) {
            const auto page = state.since(columns[node], cursors[node]);
            cursors[node] = page.cursor;
            for (const TripletEntry& entry : page.changes.triplets) learn(nodes[node], entry);
        };
        for (int i = 0; i < 300; ++i) {
            const int node = static_cast<int>(random() % 2);
            TripletEntry entry{key(static_cast<int>(random() % 20)), static_cast<std::uint32_t>(random() % 3),
                               kNow + static_cast<std::uint32_t>(random() % 9),
                               static_cast<std::uint32_t>(random() % 9),
                               kNow + static_cast<std::uint32_t>(random() % 9)};
            learn(expected, entry);
            learn(nodes[node], entry);
            state.merge(node == 0 ? kA : kB, columns[node], {{nodes[node].at(entry.key)}, {}, {}, {}},
                        kStart);
            if (random() % 5 == 0) pull(static_cast<int>(random() % 2));
        }
        pull(0);
        pull(1);
        REQUIRE(nodes[0] == expected);
        REQUIRE(nodes[1] == expected);
    }
}
