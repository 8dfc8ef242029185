#include "master/service/statistics.h"

#include <catch2/catch.hpp>
#include <numeric>

#include "tests/unit/master/service/intake_house.h"

using namespace weir;
using namespace weir::test;

namespace {

constexpr std::int64_t kHour = 3'600'000, kDay = 86'400'000;

MailEvent mailAt(std::int64_t millis, VerdictKind verdict, const std::string& sender = "a@b.example",
                 std::uint64_t size = 1000) {
    auto mail = sampleMail(sender, {"c@d.example", "E@d.example"}, verdict);
    mail.time = fromMillis(millis);
    mail.size = size;
    return mail;
}

const Series* named(const StatisticsTable& table, const std::string& name) {
    for (const auto& series : table.series) {
        if (series.name == name) return &series;
    }
    return nullptr;
}

std::int64_t sum(const std::vector<std::int64_t>& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

}  // namespace

TEST_CASE("minutes, hours and days say the same") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto day = toMillis(now()) / kDay * kDay;
        house.take({wireEvent(1, mailAt(day + 1, VerdictKind::kDeliver)),
                    wireEvent(2, mailAt(day + 59'999, VerdictKind::kDeliver)),
                    wireEvent(3, mailAt(day + 60'000, VerdictKind::kReject)),
                    wireEvent(4, mailAt(day + 5 * kHour, VerdictKind::kDeliver))});
        house.take({wireEvent(5, mailAt(day + 59'000, VerdictKind::kDeliver))});
        const auto from = fromMillis(day), to = fromMillis(day + 6 * kHour);

        const auto minutes = house.statistics.table(from, to, Bucket::kMinute, StatisticKey::kVerdict);
        REQUIRE(minutes.buckets.size() == 360);
        CHECK(minutes.buckets[1] == fromMillis(day + 60'000));
        REQUIRE(minutes.series.size() == 2);
        CHECK(minutes.series[0].name == "deliver");
        CHECK(minutes.series[0].counts[0] == 3);
        CHECK(minutes.series[0].bytes[0] == 3000);
        CHECK(minutes.series[0].counts[300] == 1);
        CHECK(minutes.series[1].counts[1] == 1);

        const auto hours = house.statistics.table(from, to, Bucket::kHour, StatisticKey::kVerdict);
        REQUIRE(hours.buckets.size() == 6);
        CHECK(named(hours, "deliver")->counts == std::vector<std::int64_t>{3, 0, 0, 0, 0, 1});
        const auto days = house.statistics.table(from, to, Bucket::kDay, StatisticKey::kVerdict);
        REQUIRE(days.buckets.size() == 1);
        CHECK(named(days, "deliver")->counts[0] == 4);
        CHECK(named(days, "reject")->counts[0] == 1);
    });
}

TEST_CASE("each key splits the same mails") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto time = toMillis(now());
        auto outbound = mailAt(time, VerdictKind::kQuarantine);
        outbound.envelope.direction = Direction::kOutbound;
        house.take({wireEvent(1, mailAt(time, VerdictKind::kDeliver)), wireEvent(2, outbound)});
        const auto by = [&](StatisticKey key) {
            return house.statistics.table(fromMillis(time - kHour), fromMillis(time + kHour), Bucket::kHour,
                                          key);
        };
        for (const auto key : {StatisticKey::kVerdict, StatisticKey::kNode, StatisticKey::kDirection,
                               StatisticKey::kRule, StatisticKey::kQueue}) {
            std::int64_t mails = 0;
            for (const auto& series : by(key).series) mails += sum(series.counts);
            CHECK(mails == 2);
        }
        CHECK(sum(named(by(StatisticKey::kNode), house.node.value)->counts) == 2);
        CHECK(sum(named(by(StatisticKey::kDirection), "outbound")->counts) == 1);
        CHECK(sum(named(by(StatisticKey::kRule), "block-risky-files")->counts) == 1);
        CHECK(sum(named(by(StatisticKey::kQueue), "attachments")->counts) == 1);
    });
}

TEST_CASE("a table of too many buckets is refused") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        CHECK_THROWS_AS(house.statistics.table(fromMillis(0), now(), Bucket::kMinute, StatisticKey::kVerdict),
                        Error);
        CHECK(house.statistics.table(now(), fromMillis(0), Bucket::kMinute, StatisticKey::kVerdict)
                  .buckets.size() <= 1);
    });
}

TEST_CASE("the names that come up most are added up over days, without regard to case") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto today = toMillis(now()) / kDay * kDay, yesterday = today - kDay;
        house.take({wireEvent(1, mailAt(today, VerdictKind::kDeliver, "often@x.example", 10)),
                    wireEvent(2, mailAt(yesterday, VerdictKind::kDeliver, "OFTEN@x.example", 20)),
                    wireEvent(3, mailAt(yesterday, VerdictKind::kReject, "once@x.example", 400)),
                    wireEvent(4, mailAt(yesterday, VerdictKind::kReject, "", 5))});
        const auto both =
            house.statistics.top(TopKey::kSender, fromMillis(yesterday), fromMillis(today + 1), 10);
        REQUIRE(both.size() == 2);
        CHECK(both[0].name == "often@x.example");
        CHECK(both[0].mails == 2);
        CHECK(both[0].bytes == 30);
        CHECK(house.statistics.top(TopKey::kSender, fromMillis(today), fromMillis(today + 1), 10).size() ==
              1);
        CHECK(house.statistics.top(TopKey::kSender, fromMillis(yesterday), fromMillis(today), 1).size() == 1);
        const auto recipients =
            house.statistics.top(TopKey::kRecipient, fromMillis(yesterday), fromMillis(today + 1), 10);
        REQUIRE(recipients.size() == 2);
        CHECK(recipients[1].name == "e@d.example");
        CHECK(recipients[1].mails == 4);
        CHECK(house.statistics.top(TopKey::kClient, fromMillis(yesterday), fromMillis(today + 1), 10)
                  .front()
                  .mails == 4);
    });
}
