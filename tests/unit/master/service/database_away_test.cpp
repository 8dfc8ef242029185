#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/eventually.h"
#include "tests/support/private_mariadb.h"
#include "tests/unit/master/service/intake_house.h"

using namespace weir;
using namespace weir::test;

TEST_CASE(
    "MySQL killed amid intake: nothing is acknowledged that is not kept, and all of it is in afterwards") {
    if (!PrivateMariadb::installed()) {
        WARN("left out: mariadbd is not installed");
        return;
    }
    PrivateMariadb server;
    const auto database = db::openMysql(server.newSchema());
    IntakeHouse house(*database);
    constexpr Sequence kEvents = 3000, kBatch = 50;

    // Three nodes send as the reporter does: the next batch begins after what was acknowledged.
    std::atomic<int> done{0}, refused{0};
    std::atomic<Sequence> acked{0};
    std::vector<std::thread> nodes;
    for (int n = 0; n < 3; ++n) {
        nodes.emplace_back([&] {
            const NodeId node{newUuid()};
            const SpoolEpoch epoch{newUuid()};
            const auto all = someMails(1, kEvents);
            Sequence mine = 0;
            while (mine < kEvents) {
                try {
                    const auto next =
                        house.ingest.take({node, epoch, part(all, mine, std::min(mine + kBatch, kEvents))});
                    acked += next - mine;
                    mine = next;
                } catch (const Error& e) {
                    if (e.code() != ErrorCode::kUnavailable) throw;
                    ++refused;
                    std::this_thread::yield();
                }
            }
            ++done;
        });
    }
    for (int round = 0; round < 3; ++round) {
        const auto before = acked.load();
        CHECK(eventually([&] { return acked > before + 500; }, std::chrono::seconds(60)));
        const auto refusedBefore = refused.load();
        server.kill();
        CHECK(eventually([&] { return refused > refusedBefore; }, std::chrono::seconds(60)));
        server.start();
    }
    for (auto& node : nodes) node.join();
    CHECK(refused > 0);
    CHECK(eventually([&] { return database->available(); }));
    CHECK(house.logged() == 3 * static_cast<std::int64_t>(kEvents));
    CHECK(house.counted() == 3 * static_cast<std::int64_t>(kEvents));
    for (const auto& node : house.ingest.completeness()) {
        CHECK(node.events == kEvents);
        CHECK(node.gaps == 0);
    }
}

TEST_CASE("a failed transaction leaves no trace of its batch") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto batch = someMails(1, 10);
        // The statistics cannot be written: everything before them in the transaction must go as well.
        const auto rename = [&](const char* from, const char* to) {
            it.database->transaction([&](db::Connection& c) {
                c.execute(std::string("ALTER TABLE ") + from + " RENAME TO " + to);
            });
        };
        rename("mail_tops_waiting", "mail_tops_away");
        CHECK_THROWS_AS(house.take(batch), Error);
        CHECK(house.logged() == 0);
        CHECK(house.counted() == 0);
        CHECK(house.number("SELECT COUNT(*) FROM event_positions") == 0);
        rename("mail_tops_away", "mail_tops_waiting");
        CHECK(house.take(batch) == 10);
        CHECK(house.counted() == 10);
    });
}

TEST_CASE("a database that was opened again knows what it took in") {
    onEachDatabase([](TestDatabase& it) {
        const TempFolder folder;
        const NodeId node{newUuid()};
        const SpoolEpoch epoch{newUuid()};
        const auto batch = someMails(1, 10);
        {
            IntakeHouse house(*it.database, folder / "ca");
            CHECK(house.ingest.take({node, epoch, part(batch, 0, 7)}) == 7);
        }
        it.database.reset();
        it.database = it.open();
        IntakeHouse house(*it.database, folder / "ca");
        CHECK(house.ingest.take({node, epoch, batch}) == 10);
        CHECK(house.counted() == 10);
        CHECK(house.ingest.completeness(node)->gaps == 0);
    });
}
