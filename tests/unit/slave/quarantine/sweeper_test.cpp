#include "slave/quarantine/sweeper.h"

#include <catch2/catch.hpp>

#include "tests/unit/slave/quarantine/sample_quarantine.h"

using namespace weir;
using namespace weir::test;
using std::chrono::hours;

namespace {

std::vector<ItemId> itemsOf(const std::vector<ItemEvent>& events) {
    std::vector<ItemId> ids;
    for (const ItemEvent& event : events) ids.push_back(event.item);
    return ids;
}

}  // namespace

TEST_CASE("an item expires by age, with an event that says so") {
    Quarantine q;
    const ItemId id = q.add();
    Sweeper sweeper(*q.store);
    const Retention retention{hours(48)};
    CHECK(sweeper.sweep(retention, now() + hours(47)).empty());
    const auto events = sweeper.sweep(retention, now() + hours(49));
    REQUIRE(events.size() == 1);
    CHECK(events[0].item == id);
    CHECK(events[0].state == "expired");
    CHECK(events[0].detail == "older than 2 days");
    CHECK_FALSE(std::filesystem::exists(q.file(id, ".eml")));
    CHECK(q.store->unannounced(10).size() == 1);
    CHECK(sweeper.sweep(retention, now() + hours(49)).empty());
}

TEST_CASE("over the disk budget the oldest items go, and no more than must") {
    Quarantine q;
    std::vector<ItemId> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(q.add(std::string(1 << 20, 'x')));
    SECTION("in the life that stored them") {}
    SECTION("in a later life") {
        q.restart();
    }
    Sweeper sweeper(*q.store);
    const auto events = sweeper.sweep({hours(1000), 3u << 20}, now());
    CHECK(itemsOf(events) == std::vector<ItemId>{ids[0], ids[1]});
    CHECK(events[0].detail == "oldest when the quarantine was over its budget of 3 MiB");
    CHECK(q.store->usage().bytes == 3u << 20);
    CHECK(sweeper.sweep({hours(1000), 3u << 20}, now()).empty());
}

TEST_CASE("a sweep stops at its limit and goes on the next time") {
    Quarantine q;
    for (int i = 0; i < 5; ++i) q.add();
    Sweeper sweeper(*q.store);
    const TimePoint later = now() + hours(1000);
    CHECK(sweeper.sweep({hours(1)}, later, 3).size() == 3);
    CHECK(sweeper.sweep({hours(1)}, later, 3).size() == 2);
    CHECK(sweeper.sweep({hours(1)}, later, 3).empty());
}

TEST_CASE("an item that is being released is left alone until that has ended") {
    Quarantine q;
    const ItemId id = q.add();
    q.store->beginRelease(id, {newTimeUuid()});
    Sweeper sweeper(*q.store);
    const TimePoint later = now() + hours(1000);
    CHECK(sweeper.sweep({hours(1)}, later).empty());
    CHECK(std::filesystem::exists(q.file(id, ".eml")));
    q.store->endRelease(id, true, "");
    CHECK(itemsOf(sweeper.sweep({hours(1)}, later)) == std::vector<ItemId>{id});
}

TEST_CASE("a tombstone goes after its time, but not before its event was announced") {
    Quarantine q;
    const ItemId id = q.add();
    const ItemEvent event = q.store->remove(id, {}, "");
    Sweeper sweeper(*q.store);
    const Retention retention{hours(10'000), 1u << 30, hours(24)};
    sweeper.sweep(retention, now() + hours(48));
    CHECK(q.store->find(id));
    q.store->announced(id, event.version);
    sweeper.sweep(retention, now() + hours(12));
    CHECK(q.store->find(id));
    sweeper.sweep(retention, now() + hours(96));
    CHECK_FALSE(q.store->find(id));
}

TEST_CASE("an item whose bytes are missing ends as expired and not in silence") {
    Quarantine q;
    const ItemId id = q.add();
    std::filesystem::remove(q.file(id, ".eml"));
    Sweeper sweeper(*q.store);
    const auto events = sweeper.sweep({hours(10'000), 1u << 30, hours(24)}, now() + hours(48));
    REQUIRE(events.size() == 1);
    CHECK(events[0].state == "expired");
    CHECK(events[0].detail.find("missing") != std::string::npos);
}

TEST_CASE("a queue keeps its items for less or for more than the others") {
    Quarantine q;
    const auto inQueue = [&](const std::string& queue) {
        NewItem item = sampleNewItem();
        item.queue = queue;
        const ItemId id = q.store->store(item, "x").id;
        q.store->commit(id);
        return id;
    };
    const ItemId brief = inQueue("brief"), usual = inQueue("usual"), kept = inQueue("kept"),
                 last = inQueue("usual");
    Retention retention{hours(48)};
    retention.queues = {{"brief", hours(24)}, {"kept", hours(240)}};
    Sweeper sweeper(*q.store);
    const TimePoint start = now();
    const auto first = sweeper.sweep(retention, start + hours(25));
    CHECK(itemsOf(first) == std::vector<ItemId>{brief});
    CHECK(first[0].detail == "older than 1 days");
    CHECK(sweeper.sweep(retention, start + hours(26)).empty());
    // Not a walk through all: an item that is kept for longer does not hide the one behind it.
    CHECK(itemsOf(sweeper.sweep(retention, start + hours(49))) == std::vector<ItemId>{usual, last});
    CHECK(sweeper.sweep(retention, start + hours(239)).empty());
    const auto end = sweeper.sweep(retention, start + hours(241));
    CHECK(itemsOf(end) == std::vector<ItemId>{kept});
    CHECK(end[0].detail == "older than 10 days");
}

TEST_CASE("the disk budget holds for all queues, whatever they keep") {
    Quarantine q;
    std::vector<ItemId> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(q.add(std::string(1 << 20, 'x')));
    Retention retention{hours(48), 2u << 20};
    retention.queues = {{"attachments", hours(24 * 365)}};
    Sweeper sweeper(*q.store);
    CHECK(itemsOf(sweeper.sweep(retention, now() + hours(72))) == std::vector<ItemId>{ids[0]});
}
