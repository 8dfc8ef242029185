#include "master/service/event_ingest.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/unit/master/service/intake_house.h"

using namespace weir;
using namespace weir::test;

TEST_CASE("a batch is taken in and acknowledged up to its last event") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        CHECK(house.take(someMails(1, 20)) == 20);
        CHECK(house.logged() == 20);
        for (std::int64_t kind = 0; kind < 3; ++kind) CHECK(house.counted({kind}) == 20);
    });
}

TEST_CASE("the same batch twice counts once") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto batch = someMails(1, 20);
        CHECK(house.take(batch) == 20);
        CHECK(house.take(batch) == 20);
        CHECK(house.logged() == 20);
        CHECK(house.counted() == 20);
        house.foldTops();
        CHECK(house.number("SELECT SUM(mails) FROM mail_tops WHERE kind = 1") == 20);
        CHECK(house.ingest.completeness(house.node)->events == 20);
    });
}

TEST_CASE("overlapping batches count each event once") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto all = someMails(1, 30);
        CHECK(house.take(part(all, 0, 15)) == 15);
        CHECK(house.take(part(all, 10, 25)) == 25);
        CHECK(house.take(part(all, 5, 30)) == 30);
        CHECK(house.counted() == 30);
        CHECK(house.ingest.completeness(house.node)->gaps == 0);
    });
}

TEST_CASE("a sequence that comes twice in one batch counts once") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        auto batch = someMails(1, 3);
        batch.push_back(batch[1]);
        CHECK(house.take(batch) == 3);
        CHECK(house.counted() == 3);
    });
}

TEST_CASE("batches of one node that arrive at once, in any order, count each event once") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto all = someMails(1, 200);
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < 8; ++t) {
            threads.emplace_back([&, t] {
                for (std::size_t i = 0; i < 10; ++i) {
                    const auto from = (i * 37 + t * 61) % 180;
                    house.take(part(all, from, from + 20));
                }
                house.take(part(all, t * 25, t * 25 + 25));
            });
        }
        for (auto& thread : threads) thread.join();
        CHECK(house.logged() == 200);
        CHECK(house.counted() == 200);
        CHECK(house.ingest.completeness(house.node)->gaps == 0);
        CHECK(house.number("SELECT COUNT(*) FROM missing_events") == 0);
    });
}

TEST_CASE("events that were passed over are shown as a gap until they come") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto all = someMails(1, 10);
        CHECK(house.take(part(all, 0, 3)) == 3);
        CHECK(house.take(part(all, 7, 10)) == 10);
        CHECK(house.ingest.completeness(house.node)->gaps == 4);
        CHECK(house.take(part(all, 4, 5)) == 10);
        CHECK(house.ingest.completeness(house.node)->gaps == 3);
        CHECK(house.take(all) == 10);
        CHECK(house.ingest.completeness(house.node)->gaps == 0);
        CHECK(house.counted() == 10);
    });
}

TEST_CASE("a gap event says why events are missing and counts the one in whose place it stands") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto all = someMails(1, 10);
        house.take(part(all, 0, 3));
        GapEvent gap;
        gap.id.value = newTimeUuid();
        gap.time = now();
        gap.from = 4;
        gap.to = 6;
        gap.count = 3;
        gap.reason = "unreadable: \xc3\xbc";
        CHECK(house.take({wireEvent(6, gap)}) == 6);
        CHECK(house.ingest.completeness(house.node)->gaps == 3);
        CHECK(house.number("SELECT COUNT(*) FROM missing_events WHERE kind = 'gap'") == 1);

        GapEvent notRecorded = gap;
        notRecorded.from = notRecorded.to = 0;
        notRecorded.count = 17;
        CHECK(house.take({wireEvent(7, notRecorded)}) == 7);
        CHECK(house.ingest.completeness(house.node)->notRecorded == 17);
        CHECK(house.ingest.completeness(house.node)->gaps == 3);
    });
}

TEST_CASE("a fold stands for its mails in the statistics and leaves no gap") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        house.take(someMails(1, 2));
        FoldEvent fold;
        fold.id.value = newTimeUuid();
        fold.time = now();
        fold.from = 3;
        fold.to = 40;
        const auto hour = toMillis(now()) / 3'600'000 * 3'600'000;
        fold.counters.push_back({hour, Direction::kInbound, "reject", "r1", "", 30, 31, 9000});
        fold.counters.push_back({hour, Direction::kOutbound, "deliver", "", "", 8, 8, 800});
        auto quarantined = sampleMail("a@x.example", {"b@y.example"}, VerdictKind::kQuarantine);
        fold.items.push_back(sampleItem(quarantined));
        const auto batch = std::vector<WireEvent>{wireEvent(40, fold)};
        CHECK(house.take(batch) == 40);
        CHECK(house.take(batch) == 40);
        CHECK(house.counted() == 40);
        const auto completeness = house.ingest.completeness(house.node);
        CHECK(completeness->gaps == 0);
        CHECK(completeness->folded == 38);
        CHECK(house.desk.find({}).total == 1);
        // What is folded cannot come again as itself.
        house.take(someMails(20, 22));
        CHECK(house.counted() == 40);
    });
}

TEST_CASE("a fold replaces mails that are in already") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        house.take(someMails(1, 5));
        FoldEvent fold;
        fold.id.value = newTimeUuid();
        fold.time = now();
        fold.from = 3;
        fold.to = 9;
        const auto hour = toMillis(now()) / 3'600'000 * 3'600'000;
        fold.counters.push_back({hour, Direction::kInbound, "deliver", "", "", 7, 7, 14'000});
        CHECK(house.take({wireEvent(9, fold)}) == 9);
        CHECK(house.counted() == 9);
        CHECK(house.logged() == 5);
    });
}

TEST_CASE("a body that cannot be read is kept aside and does not block what follows") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        auto batch = someMails(1, 8);
        batch[1].body = "{\"kind\": \"mail\", ";
        batch[2].body = "{\"kind\": \"from-tomorrow\"}";
        batch[3].body = std::string("\x00\xff\xc3 bytes", 8);
        batch[4].body = "[1,2,3]";
        auto noTime = sampleMail("a@b", {"c@d"});
        noTime.id.value = newUuid();
        batch[5].body = toJsonText(noTime);
        batch[6].body = std::string(100'000, '[');
        CHECK(house.take(batch) == 8);
        CHECK(house.counted() == 2);
        CHECK(house.ingest.completeness(house.node)->unreadable == 6);
        CHECK(house.number("SELECT COUNT(*) FROM unreadable_events") == 6);
    });
}

TEST_CASE("texts of any length and content find room in the tables") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        auto mail =
            sampleMail(std::string(2000, 'a') + "@b.example", {std::string(1900, 'r') + "@c.example"});
        std::string emoji;
        for (int i = 0; i < 400; ++i) emoji += "\xf0\x9f\x93\xac";
        mail.subject = emoji;
        mail.messageId = emoji;
        mail.envelope.clientName = std::string(250, '\xff');
        mail.envelope.helo = std::string("nul\0 and \\ and '", 16);
        mail.envelope.queueId = std::string(200, 'q');
        mail.outcomes.front().verdict.rule = std::string(256, 'r');
        mail.outcomes.front().verdict.queue = emoji.substr(0, 255);
        CHECK(house.take({wireEvent(1, mail)}) == 1);
        CHECK(house.logged() == 1);
        CHECK(house.ingest.completeness(house.node)->unreadable == 0);
    });
}

TEST_CASE("a mail id that is known from another spool is not counted again, and what came with it is") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        auto batch = someMails(1, 5);
        house.take(part(batch, 0, 2));
        house.epoch.value = newUuid();
        CHECK(house.take(batch) == 5);
        CHECK(house.counted() == 5);
        CHECK(house.logged() == 5);
    });
}

TEST_CASE("sequences of different epochs and nodes do not meet") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        house.take(someMails(1, 3));
        house.epoch.value = newUuid();
        CHECK(house.take(someMails(1, 2)) == 2);
        house.node.value = newUuid();
        CHECK(house.take(someMails(1, 1)) == 1);
        CHECK(house.counted() == 6);
        CHECK(house.ingest.completeness().size() == 2);
    });
}

TEST_CASE("an impossible sequence is refused") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        CHECK_THROWS_AS(house.take(someMails(0, 0)), Error);
        CHECK(house.logged() == 0);
    });
}

TEST_CASE("a mail counts by its most severe outcome") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        auto mail = sampleMail("a@b.example", {"c@d.example", "e@d.example"});
        auto held = sampleMail("a@b.example", {"f@d.example"}, VerdictKind::kQuarantine).outcomes.front();
        mail.outcomes.push_back(held);
        house.take({wireEvent(1, mail)});
        CHECK(
            house.number("SELECT recipients FROM mail_counters WHERE kind = 0 AND verdict = 'quarantine' AND "
                         "rule = 'block-risky-files' AND queue = 'attachments'") == 3);
        CHECK(house.counted() == 1);
        CHECK(house.log.find({}).mails.front().recipients.size() == 3);
    });
}

TEST_CASE("the newest version of an item wins, in whatever order they come") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto mail = sampleMail("a@b.example", {"c@d.example"}, VerdictKind::kQuarantine);
        const auto stateOf = [&] { return house.desk.get(mail.outcomes.front().item)->state; };
        house.take({wireEvent(1, mail), wireEvent(2, sampleItem(mail, 3, "released")),
                    wireEvent(3, sampleItem(mail, 2, "releasing"))});
        CHECK(stateOf() == "released");
        house.take({wireEvent(4, sampleItem(mail, 1, "stored"))});
        CHECK(stateOf() == "released");
        house.take({wireEvent(5, sampleItem(mail, 4, "expired"))});
        CHECK(stateOf() == "expired");
        CHECK(house.desk.history(mail.outcomes.front().item).size() == 4);
    });
}
