#include <catch2/catch.hpp>

#include "master/db/uuid_key.h"
#include "tests/unit/master/service/intake_house.h"

using namespace weir;
using namespace weir::test;

namespace {

InDoubtEvent inDoubt(std::vector<Sequence> sequences) {
    InDoubtEvent event;
    event.id.value = newTimeUuid();
    event.time = now();
    event.sequences = std::move(sequences);
    return event;
}

// The client tries the mail again, a minute later each time.
MailEvent triedAgain(const MailEvent& mail) {
    static int minutes = 0;
    auto key = db::uuidKey(newTimeUuid());
    key.replace(0, 6, db::firstKey(toMillis(now()) + ++minutes * 60'000).substr(0, 6));
    auto again = sampleMail(mail.envelope.sender, mail.outcomes.front().recipients,
                            mail.outcomes.front().verdict.kind);
    again.fingerprint = mail.fingerprint;
    again.time = mail.time;  // so that the statistics of either alone are the same
    again.id.value = db::uuidText(key);
    return again;
}

struct Tables {
    std::string minutes, tops;
    bool operator==(const Tables&) const = default;
};

Tables statisticsOf(IntakeHouse& house) {
    Tables tables;
    house.foldTops();
    house.database.read([&](db::Connection& c) {
        c.query(
            "SELECT kind, start, node, direction, verdict, rule, queue, mails, recipients, bytes FROM "
            "mail_counters "
            "WHERE mails <> 0 ORDER BY kind, start, node, direction, verdict, rule, queue",
            {}, [&](const db::Row& row) {
                for (int i = 0; i < 10; ++i) tables.minutes += row.text(i) + "|";
            });
        c.query(
            "SELECT day, kind, name, mails, bytes FROM mail_tops WHERE mails <> 0 ORDER BY day, kind, name",
            {}, [&](const db::Row& row) {
                for (int i = 0; i < 5; ++i) tables.tops += row.text(i) + "|";
            });
    });
    return tables;
}

LoggedMail logged(IntakeHouse& house, const MailEvent& mail) {
    return house.log.get(mail.id)->mail;
}

}  // namespace

TEST_CASE("a mail in doubt that is tried again later counts once") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto first = sampleMail("a@b.example", {"c@d.example"});
        const auto second = triedAgain(first);
        house.take({wireEvent(1, first)});
        const auto alone = statisticsOf(house);
        house.take({wireEvent(2, inDoubt({1}))});
        CHECK(logged(house, first).inDoubt);
        CHECK(house.counted() == 1);
        house.take({wireEvent(3, second)});
        CHECK(house.counted() == 1);
        CHECK(logged(house, first).superseded);
        CHECK_FALSE(logged(house, second).superseded);
        CHECK(statisticsOf(house) == alone);
    });
}

TEST_CASE("a mail in doubt whose second try came first, over another node, counts once") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto first = sampleMail("a@b.example", {"c@d.example"});
        const auto second = triedAgain(first);
        house.ingest.take({NodeId{newUuid()}, SpoolEpoch{newUuid()}, {wireEvent(1, second)}});
        const auto alone = statisticsOf(house);
        house.take({wireEvent(1, first)});
        CHECK(house.counted() == 2);
        house.take({wireEvent(2, inDoubt({1}))});
        CHECK(house.counted() == 1);
        CHECK(statisticsOf(house) == alone);
        CHECK(logged(house, first).superseded);
    });
}

TEST_CASE("a mail, its doubt and its second try may come in one batch, and again") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto first = sampleMail("a@b.example", {"c@d.example"});
        const auto second = triedAgain(first);
        const std::vector<WireEvent> batch = {wireEvent(1, first), wireEvent(2, inDoubt({1})),
                                              wireEvent(3, second)};
        house.take(batch);
        house.take(batch);
        CHECK(house.counted() == 1);
        CHECK(house.number("SELECT COUNT(*) FROM in_doubt_mails") == 0);
    });
}

TEST_CASE("of three tries, two of them in doubt, the last counts") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto first = sampleMail("a@b.example", {"c@d.example"});
        const auto second = triedAgain(first);
        const auto third = triedAgain(first);
        house.take({wireEvent(1, first), wireEvent(2, second), wireEvent(3, inDoubt({1, 2}))});
        CHECK(house.counted() == 1);
        house.take({wireEvent(4, third)});
        CHECK(house.counted() == 1);
        CHECK(logged(house, second).superseded);
        CHECK_FALSE(logged(house, third).superseded);
    });
}

TEST_CASE("an earlier try does not supersede a later one in doubt") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto first = sampleMail("a@b.example", {"c@d.example"}, VerdictKind::kTempfail);
        const auto second = triedAgain(first);
        house.take({wireEvent(1, first), wireEvent(2, second), wireEvent(3, inDoubt({2}))});
        CHECK(house.counted() == 2);
        CHECK_FALSE(logged(house, second).superseded);
        CHECK(logged(house, second).inDoubt);
    });
}

TEST_CASE("mails in doubt that nobody tries again stay counted, and doubts may be told twice") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto mail = sampleMail("a@b.example", {"c@d.example"});
        house.take({wireEvent(1, mail), wireEvent(2, inDoubt({1, 77}))});
        house.take({wireEvent(3, inDoubt({1}))});
        CHECK(house.counted() == 1);
        const auto other = sampleMail("a@b.example", {"c@d.example"});
        house.take({wireEvent(4, other)});
        CHECK(house.counted() == 2);
    });
}

TEST_CASE("the item of a superseded mail is deleted on its node") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto first = sampleMail("a@b.example", {"c@d.example"}, VerdictKind::kQuarantine);
        const auto second = triedAgain(first);
        house.take({wireEvent(1, first), wireEvent(2, sampleItem(first)), wireEvent(3, inDoubt({1}))});
        CHECK(house.commands.pending(house.node, {}).empty());
        house.ingest.take({NodeId{newUuid()},
                           SpoolEpoch{newUuid()},
                           {wireEvent(1, second), wireEvent(2, sampleItem(second))}});
        const auto commands = house.commands.pending(house.node, {});
        REQUIRE(commands.size() == 1);
        CHECK(commands.front().kind == "delete");
        CHECK_THAT(commands.front().arguments, Catch::Contains(first.outcomes.front().item.value));
        CHECK(house.desk.get(first.outcomes.front().item)->state == "deleting");
        CHECK(house.desk.get(second.outcomes.front().item)->state == "stored");
        CHECK(house.desk.find({}).total == 1);
    });
}
