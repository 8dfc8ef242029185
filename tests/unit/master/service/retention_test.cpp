#include "master/service/retention.h"

#include <catch2/catch.hpp>

#include "master/db/uuid_key.h"
#include "tests/unit/master/service/intake_house.h"

using namespace weir;
using namespace weir::test;

namespace {

constexpr std::int64_t kDay = 86'400'000;

MailEvent mailDaysAgo(int days, VerdictKind verdict = VerdictKind::kDeliver) {
    auto mail = sampleMail("a@b.example", {"c@d.example"}, verdict);
    const auto millis = toMillis(now()) - days * kDay;
    auto key = db::uuidKey(mail.id.value);
    key.replace(0, 6, db::firstKey(millis).substr(0, 6));
    mail.id.value = db::uuidText(key);
    mail.time = fromMillis(millis);
    return mail;
}

}  // namespace

TEST_CASE("retention removes what is older than it is kept and nothing else") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        std::vector<WireEvent> events;
        for (const int days : {0, 1, 5, 20, 40, 100, 400}) {
            events.push_back(wireEvent(events.size() + 1, mailDaysAgo(days)));
        }
        // More of one day than go in one piece, all with the same terms.
        for (int i = 0; i < 1200; ++i) {
            auto mail = mailDaysAgo(41);
            mail.fingerprint = "same";
            events.push_back(wireEvent(events.size() + 1, mail));
        }
        house.take(events);
        RetentionDays days;
        days.mailLog = 30;
        Retention retention(*it.database, [&] { return days; });
        CHECK(retention.sweep(now()) > 0);
        CHECK(house.logged() == 4);
        CHECK(
            house.number(
                "SELECT COUNT(*) FROM mail_terms t LEFT JOIN mails m ON m.id = t.mail WHERE m.id IS NULL") ==
            0);
        CHECK(house.number("SELECT COUNT(*) FROM mail_terms") > 0);
        CHECK(house.counted({std::int64_t{0}}) == 2);     // minutes: 2 days
        CHECK(house.counted({std::int64_t{1}}) == 1205);  // hours: 90 days
        CHECK(house.counted({std::int64_t{2}}) == 1207);  // days: 5 years
        CHECK(retention.sweep(now()) == 0);
        CHECK(house.log.find({}).mails.size() == 4);
    });
}

TEST_CASE("items go with the mail log after they have left the quarantine, never before") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto held = mailDaysAgo(60, VerdictKind::kQuarantine),
                   gone = mailDaysAgo(60, VerdictKind::kQuarantine);
        auto heldItem = sampleItem(held), goneItem = sampleItem(gone, 2, "released");
        heldItem.time = held.time;
        goneItem.time = gone.time;
        house.take({wireEvent(1, heldItem), wireEvent(2, goneItem)});
        Retention(*it.database, [] { return RetentionDays{}; }).sweep(now());
        CHECK(house.desk.get(held.outcomes.front().item));
        CHECK_FALSE(house.desk.get(gone.outcomes.front().item));
        CHECK(house.desk.history(gone.outcomes.front().item).empty());
    });
}

TEST_CASE("an unreadable event goes with the mail log") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        house.take({{1, "nonsense"}});
        Retention retention(*it.database, [] { return RetentionDays{}; });
        retention.sweep(now());
        CHECK(house.number("SELECT COUNT(*) FROM unreadable_events") == 1);
        retention.sweep(fromMillis(toMillis(now()) + 31 * kDay));
        CHECK(house.number("SELECT COUNT(*) FROM unreadable_events") == 0);
    });
}
