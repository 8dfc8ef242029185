#include "master/service/mail_log.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "common/base/json.h"
#include "master/db/uuid_key.h"
#include "tests/unit/master/service/intake_house.h"

using namespace weir;
using namespace weir::test;

namespace {

constexpr std::int64_t kMinute = 60'000, kDay = 86'400'000;
// Noon of a day some time ago.
const std::int64_t kNoon = (toMillis(now()) / kDay - 10) * kDay + kDay / 2;

// A mail of that time: its id carries it.
MailEvent mailAt(std::int64_t millis, const std::string& sender, const std::vector<std::string>& recipients,
                 VerdictKind verdict = VerdictKind::kDeliver) {
    auto mail = sampleMail(sender, recipients, verdict);
    auto key = db::uuidKey(mail.id.value);
    key.replace(0, 6, db::firstKey(millis).substr(0, 6));
    mail.id.value = db::uuidText(key);
    mail.time = fromMillis(millis);
    return mail;
}

std::string subjects(const MailPage& page) {
    std::string text;
    for (const auto& mail : page.mails) text += mail.subject + " ";
    return text;
}

// Mails "0".."9" over five days, from the oldest.
void fill(IntakeHouse& house) {
    std::vector<WireEvent> events;
    for (int i = 0; i < 10; ++i) {
        const auto number = std::to_string(i);
        auto mail = mailAt(kNoon - (9 - i) * kDay / 2,
                           i % 2 == 0 ? "Even@Left.example" : "odd" + number + "@right.example",
                           {"user" + std::to_string(i % 3) + "@corp.example", "all@lists.example"},
                           i == 4 ? VerdictKind::kReject : VerdictKind::kDeliver);
        mail.subject = number;
        mail.envelope.queueId = "queue" + number;
        mail.messageId = "<m" + number + "@x.example>";
        mail.envelope.clientAddress = "192.0.2." + std::to_string(i % 4);
        if (i == 7) mail.envelope.direction = Direction::kOutbound;
        events.push_back(wireEvent(static_cast<Sequence>(i) + 1, mail));
    }
    house.take(events);
}

}  // namespace

TEST_CASE("the log is read newest first, page after page, each mail once") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        fill(house);
        CHECK(subjects(house.log.find({})) == "9 8 7 6 5 4 3 2 1 0 ");
        MailQuery query;
        query.limit = 3;
        std::string all;
        for (int pages = 0; pages < 10; ++pages) {
            const auto page = house.log.find(query);
            all += subjects(page);
            query.cursor = page.next;
            if (page.next.empty()) break;
        }
        CHECK(all == "9 8 7 6 5 4 3 2 1 0 ");
        CHECK(query.cursor.empty());
    });
}

TEST_CASE("each search finds what it names and nothing else") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        fill(house);
        const auto found = [&](void (*set)(MailQuery&)) {
            MailQuery query;
            set(query);
            return subjects(house.log.find(query));
        };
        CHECK(found([](MailQuery& q) { q.sender = "even@left.example"; }) == "8 6 4 2 0 ");
        CHECK(found([](MailQuery& q) { q.sender = "EVEN@LEFT.EXAMPLE"; }) == "8 6 4 2 0 ");
        CHECK(found([](MailQuery& q) { q.sender = "@right.example"; }) == "9 7 5 3 1 ");
        CHECK(found([](MailQuery& q) { q.sender = "even@left"; }).empty());
        CHECK(found([](MailQuery& q) { q.recipient = "user1@corp.example"; }) == "7 4 1 ");
        CHECK(found([](MailQuery& q) { q.recipient = "@corp.example"; }) == "9 8 7 6 5 4 3 2 1 0 ");
        CHECK(found([](MailQuery& q) {
                  q.recipient = "@lists.example";
                  q.limit = 2;
              }) == "9 8 ");
        CHECK(found([](MailQuery& q) { q.recipient = "@corp"; }).empty());
        CHECK(found([](MailQuery& q) { q.queueId = "queue3"; }) == "3 ");
        CHECK(found([](MailQuery& q) { q.messageId = "<m6@x.example>"; }) == "6 ");
        CHECK(found([](MailQuery& q) { q.client = "192.0.2.2"; }) == "6 2 ");
        CHECK(found([](MailQuery& q) { q.verdict = "reject"; }) == "4 ");
        CHECK(found([](MailQuery& q) { q.rule = "block-risky-files"; }) == "4 ");
        CHECK(found([](MailQuery& q) { q.direction = "outbound"; }) == "7 ");
        CHECK(found([](MailQuery& q) { q.text = "ODD3"; }) == "3 ");
        CHECK(found([](MailQuery& q) { q.text = "ser2@CORP"; }) == "8 5 2 ");
        CHECK(found([](MailQuery& q) { q.text = "%"; }).empty());
        CHECK(found([](MailQuery& q) { q.text = "_"; }).empty());
        CHECK(found([](MailQuery& q) { q.subject = "5"; }) == "5 ");
        CHECK(found([](MailQuery& q) {
                  q.sender = "even@left.example";
                  q.recipient = "user1@corp.example";
              }) == "4 ");
        CHECK(found([](MailQuery& q) { q.node.value = newUuid(); }).empty());
        CHECK(found([](MailQuery& q) { q.from = fromMillis(kNoon - kDay); }) == "9 8 7 ");
        CHECK(found([](MailQuery& q) {
                  q.from = fromMillis(kNoon - kDay);
                  q.to = fromMillis(kNoon);
              }) == "8 7 ");
        CHECK(found([](MailQuery& q) {
                  q.sender = "even@left.example";
                  q.to = fromMillis(kNoon - kDay);
              }) == "6 4 2 0 ");
    });
}

TEST_CASE("a search by address is paged over many days") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        std::vector<WireEvent> events;
        for (int i = 0; i < 60; ++i) {
            const auto mail = mailAt(kNoon - i * kDay / 3 - kMinute * i, "same@sender.example",
                                     {"a@domain.example", "b@domain.example"});
            events.push_back(wireEvent(static_cast<Sequence>(i) + 1, mail));
        }
        house.take(events);
        for (const std::string address : {"a@domain.example", "@domain.example"}) {
            MailQuery query;
            query.recipient = address;
            query.limit = 7;
            std::set<std::string> ids;
            std::size_t mails = 0;
            TimePoint last = fromMillis(INT64_MAX);
            for (int pages = 0; pages < 50; ++pages) {
                const auto page = house.log.find(query);
                for (const auto& mail : page.mails) {
                    CHECK(mail.time <= last);
                    last = mail.time;
                    ids.insert(mail.id.value);
                    ++mails;
                }
                query.cursor = page.next;
                if (page.next.empty()) break;
            }
            CHECK(mails == 60);
            CHECK(ids.size() == 60);
        }
    });
}

TEST_CASE("a cursor of something else is refused") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        MailQuery query;
        query.cursor = "nonsense";
        CHECK_THROWS_AS(house.log.find(query), Error);
    });
}

TEST_CASE("one mail has its row, its details and its whole story") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        auto mail = mailAt(kNoon, "a@b.example", {"c@d.example"}, VerdictKind::kQuarantine);
        mail.viruses = {"Test.Marker"};
        mail.attachments = 2;
        mail.subject = "hostile \xf0\x9f\x93\xac ' \\ subject";
        house.take({wireEvent(1, mail), wireEvent(2, sampleItem(mail, 1, "stored"))});
        house.take({wireEvent(3, sampleItem(mail, 2, "released"))});
        const auto story = house.log.get(mail.id);
        REQUIRE(story);
        CHECK(story->mail.subject == mail.subject);
        CHECK(story->mail.messageId == mail.messageId);
        CHECK(story->mail.items == std::vector<ItemId>{mail.outcomes.front().item});
        CHECK(story->mail.revision == 3);
        const auto details = parseJson(story->details);
        REQUIRE(details);
        CHECK((*details)["helo"] == "mail.sender.example");
        CHECK((*details)["attachments"] == 2);
        CHECK((*details)["viruses"][0] == "Test.Marker");
        CHECK((*details)["stages"]["rules"] == 0.2);
        CHECK((*details)["fingerprint"] == mail.fingerprint);
        CHECK((*details)["outcomes"][0]["queue"] == "attachments");
        CHECK((*details)["outcomes"][0]["rules"][0] == "block-risky-files");
        REQUIRE(story->story.size() == 4);
        CHECK_THAT(story->story[0].text, Catch::Contains("192.0.2.25") && Catch::Contains("<a@b.example>"));
        CHECK_THAT(story->story[1].text, Catch::Contains("quarantined to attachments"));
        CHECK_THAT(story->story[2].text, Catch::Contains("stored"));
        CHECK_THAT(story->story[3].text, Catch::Contains("released"));
        CHECK(story->story[3].node == house.node);
        CHECK_FALSE(house.log.get(EventId{newTimeUuid()}));
        CHECK_FALSE(house.log.get(EventId{"' OR 1 = 1"}));
    });
}
