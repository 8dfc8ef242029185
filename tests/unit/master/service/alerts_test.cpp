#include "master/service/alerts.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "master/service/retention.h"
#include "tests/unit/master/service/intake_house.h"

using namespace weir;
using namespace weir::test;

namespace {

const Actor kAnn{"ann", "session", "192.0.2.1", "operator"};

MailEvent raising(const std::string& rule, const std::string& text) {
    auto mail = sampleMail("a@b.example", {"c@d.example"});
    mail.alerts = {{rule, text}};
    return mail;
}

std::vector<Alert> open(IntakeHouse& house) {
    return Alerts(house.database).find({}).alerts;
}

std::size_t linked(IntakeHouse& house, const std::string& alert) {
    MailQuery query;
    query.alert = alert;
    query.limit = 500;
    return house.log.find(query).mails.size();
}

}  // namespace

TEST_CASE("repeats of a rule's text are one alert that counts its mails and knows its nodes") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        auto first = raising("watch", "look at 192.0.2.7"), second = first;
        first.time = fromMillis(toMillis(now()) - 60'000);
        second.id.value = newTimeUuid();
        house.take({wireEvent(1, first), wireEvent(2, raising("watch", "other"))});
        const NodeId other{newUuid()};
        house.ingest.take({other, SpoolEpoch{newUuid()}, {wireEvent(1, second)}});
        const auto alerts = open(house);
        REQUIRE(alerts.size() == 2);
        const auto& twice = alerts[0].mails == 2 ? alerts[0] : alerts[1];
        CHECK(twice.mails == 2);
        CHECK(twice.rule == "watch");
        CHECK(twice.text == "look at 192.0.2.7");
        CHECK(toMillis(twice.first) == toMillis(first.time));
        CHECK(toMillis(twice.last) == toMillis(second.time));
        CHECK(std::set<NodeId>(twice.nodes.begin(), twice.nodes.end()) ==
              std::set<NodeId>{house.node, other});
        CHECK(Alerts(house.database).open() == 2);
        CHECK(linked(house, twice.id) == 2);
    });
}

TEST_CASE("a batch that comes twice raises its alerts once") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const std::vector<WireEvent> batch = {wireEvent(1, raising("watch", "look"))};
        house.take(batch);
        house.take(batch);
        REQUIRE(open(house).size() == 1);
        CHECK(open(house)[0].mails == 1);
    });
}

TEST_CASE("a mail in doubt that is tried again is one mail of its alert") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto first = raising("watch", "look");
        auto again = first;
        again.id.value = newTimeUuid();
        InDoubtEvent doubt;
        doubt.id.value = newTimeUuid();
        doubt.time = now();
        doubt.sequences = {1};
        house.take({wireEvent(1, first), wireEvent(2, doubt)});
        house.take({wireEvent(3, again)});
        REQUIRE(open(house).size() == 1);
        CHECK(open(house)[0].mails == 1);
        CHECK(linked(house, open(house)[0].id) == 1);
    });
}

TEST_CASE("a fold's alerts are counted with it") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        FoldEvent fold;
        fold.id.value = newTimeUuid();
        fold.time = now();
        fold.from = 1;
        fold.to = 40;
        fold.alerts = {{{"watch", "look"}, 7, fromMillis(1000), fromMillis(2000)}};
        house.take({wireEvent(40, fold)});
        house.take({wireEvent(41, raising("watch", "look"))});
        REQUIRE(open(house).size() == 1);
        CHECK(open(house)[0].mails == 8);
        CHECK(open(house)[0].first == fromMillis(1000));
    });
}

TEST_CASE("a rule's endless texts become one alert, and no mail is left uncounted") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        std::vector<WireEvent> events;
        for (Sequence i = 1; i <= 350; ++i)
            events.push_back(wireEvent(i, raising("noisy", "text " + std::to_string(i))));
        house.take(part(events, 0, 50));
        house.take(part(events, 50, 350));
        AlertQuery query;
        query.limit = 500;
        const auto alerts = Alerts(house.database).find(query).alerts;
        CHECK(alerts.size() == 101);
        std::uint64_t mails = 0, others = 0;
        for (const auto& alert : alerts) {
            mails += alert.mails;
            if (alert.text.empty()) others = alert.mails;
        }
        CHECK(mails == 350);
        CHECK(others == 250);
    });
}

TEST_CASE("an alert links the latest of its mails and no more than its share") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        std::vector<WireEvent> events;
        for (Sequence i = 1; i <= 1200; ++i) events.push_back(wireEvent(i, raising("watch", "look")));
        for (std::size_t at = 0; at < events.size(); at += 300) house.take(part(events, at, at + 300));
        REQUIRE(open(house).size() == 1);
        CHECK(open(house)[0].mails == 1200);
        CHECK(house.number("SELECT COUNT(*) FROM alert_mails") == 500);
        CHECK(house.number("SELECT COUNT(*) FROM alert_mails a JOIN mails m ON m.id = a.mail "
                           "WHERE m.sequence <= 700") == 0);
        CHECK(linked(house, open(house)[0].id) == 500);
    });
}

TEST_CASE("an acknowledged alert stands in the audit, and what is raised again is a new one") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        Alerts alerts(house.database);
        house.take({wireEvent(1, raising("watch", "look"))});
        const auto id = open(house)[0].id;
        const auto done = alerts.acknowledge(kAnn, {id, newUuid(), id});
        REQUIRE(done.size() == 3);
        CHECK(done[0].ok);
        CHECK(done[1].detail == "no such alert");
        CHECK_THAT(done[2].detail, Catch::Contains("ann"));
        CHECK(alerts.open() == 0);
        AuditQuery acknowledged;
        acknowledged.action = "alert.acknowledge";
        const auto audit = Audit(house.database).find(acknowledged).entries;
        REQUIRE(audit.size() == 1);
        CHECK(audit[0].actor.name == "ann");
        CHECK(audit[0].object == "alert watch");
        house.take({wireEvent(2, raising("watch", "look"))});
        REQUIRE(open(house).size() == 1);
        CHECK(open(house)[0].id != id);
        CHECK(open(house)[0].mails == 1);
        AlertQuery query;
        query.state = "acknowledged";
        const auto past = alerts.find(query).alerts;
        REQUIRE(past.size() == 1);
        CHECK(past[0].acknowledgedBy == "ann");
        CHECK(past[0].mails == 1);
    });
}

TEST_CASE("alerts are found by rule, text and node, page by page") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        Alerts alerts(house.database);
        std::vector<WireEvent> events;
        for (Sequence i = 1; i <= 7; ++i) {
            auto mail = raising(i % 2 ? "odd" : "even", "Text " + std::to_string(i) + "%");
            mail.time = fromMillis(1'800'000'000'000 + static_cast<std::int64_t>(i / 3));
            events.push_back(wireEvent(i, mail));
        }
        house.take(events);
        AlertQuery query;
        query.rule = "odd";
        CHECK(alerts.find(query).alerts.size() == 4);
        query = {};
        query.text = "text 3%";
        CHECK(alerts.find(query).alerts.size() == 1);
        query = {};
        query.node = house.node;
        CHECK(alerts.find(query).alerts.size() == 7);
        query.node = NodeId{newUuid()};
        CHECK(alerts.find(query).alerts.empty());
        query = {};
        query.limit = 2;
        std::vector<std::string> seen;
        for (;;) {
            const auto page = alerts.find(query);
            for (const auto& alert : page.alerts) seen.push_back(alert.text);
            if (page.next.empty()) break;
            query.cursor = page.next;
        }
        CHECK(seen.size() == 7);
        CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 7);
        for (const char* cursor : {"x", "12", "12.x", ".", "99999999999999999999.a"}) {
            query.cursor = cursor;
            CHECK_THROWS_AS(alerts.find(query), Error);
        }
    });
}

TEST_CASE("acknowledged alerts go with the mail log, open ones stay") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        house.take({wireEvent(1, raising("watch", "look")), wireEvent(2, raising("watch", "open"))});
        for (const auto& alert : open(house))
            if (alert.text == "look") Alerts(house.database).acknowledge(kAnn, {alert.id});
        Retention retention(*it.database, [] { return RetentionDays{}; });
        retention.sweep(now());
        CHECK(house.number("SELECT COUNT(*) FROM alerts") == 2);
        retention.sweep(fromMillis(toMillis(now()) + 31 * 86'400'000LL));
        CHECK(house.number("SELECT COUNT(*) FROM alerts") == 1);
        CHECK(house.number("SELECT COUNT(*) FROM alert_mails") == 1);
        CHECK(open(house)[0].text == "open");
    });
}

TEST_CASE("alerts that are raised and acknowledged at once are all counted") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        Alerts alerts(house.database);
        std::atomic<bool> done = false;
        std::thread acknowledging([&] {
            while (!done)
                for (const auto& alert : alerts.find({}).alerts) alerts.acknowledge(kAnn, {alert.id});
        });
        for (Sequence i = 1; i <= 60; ++i) house.take({wireEvent(i, raising("watch", "look"))});
        done = true;
        acknowledging.join();
        CHECK(house.number("SELECT SUM(mails) FROM alerts") == 60);
    });
}
