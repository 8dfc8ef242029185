#include "slave/report/fold.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "common/base/json.h"
#include "tests/support/read_event.h"
#include "tests/unit/slave/report/sample_events.h"

using namespace weir;
using namespace weir::test;

namespace {

Record recordOf(Sequence sequence, const MailEvent& mail) {
    return {RecordKind::kMail, sequence, sequence, mail.time, toJsonText(mail)};
}
Record recordOf(Sequence sequence, const ItemEvent& item) {
    return {RecordKind::kItem, sequence, sequence, item.time, toJsonText(item)};
}
FoldEvent foldOf(const Record& record) {
    REQUIRE(record.kind == RecordKind::kFold);
    return weir::test::readEventAs<FoldEvent>(record.body);
}
MailEvent mailAt(std::int64_t millis, VerdictKind verdict = VerdictKind::kDeliver) {
    MailEvent mail = sampleMail("s", verdict);
    mail.time = fromMillis(millis);
    return mail;
}

constexpr std::int64_t kHour = 3'600'000;

}  // namespace

TEST_CASE("mails fold into counters per hour, direction, verdict, rule and queue") {
    MailEvent outbound = mailAt(kHour + 5);
    outbound.envelope.direction = Direction::kOutbound;
    const Folded folded = foldRecords(
        {recordOf(7, mailAt(kHour)), recordOf(8, mailAt(kHour + 9)), recordOf(9, mailAt(2 * kHour)),
         recordOf(10, outbound), recordOf(11, mailAt(kHour, VerdictKind::kQuarantine))},
        0, {});
    REQUIRE(folded.records.size() == 1);
    CHECK(folded.newlyFolded == 5);
    CHECK(folded.records[0].first == 7);
    CHECK(folded.records[0].sequence == 11);
    const FoldEvent fold = foldOf(folded.records[0]);
    CHECK(fold.from == 7);
    CHECK(fold.to == 11);
    REQUIRE(fold.counters.size() == 4);
    CHECK(fold.counters[0].hour == kHour);
    CHECK(fold.counters[0].verdict == "deliver");
    CHECK(fold.counters[0].mails == 2);
    CHECK(fold.counters[0].recipients == 4);
    CHECK(fold.counters[0].bytes == 2000);
    CHECK(fold.counters[1].verdict == "quarantine");
    CHECK(fold.counters[1].rule == "rule-1");
    CHECK(fold.counters[1].queue == "spam");
    CHECK(fold.counters[2].direction == Direction::kOutbound);
    CHECK(fold.counters[3].hour == 2 * kHour);
}

TEST_CASE("a mail with several verdicts counts once, under the most severe") {
    MailEvent mail = mailAt(kHour);
    EventOutcome rejected = mail.outcomes[0];
    rejected.verdict.kind = VerdictKind::kReject;
    rejected.verdict.rule = "block";
    mail.outcomes.push_back(rejected);
    const FoldEvent fold = foldOf(foldRecords({recordOf(1, mail)}, 0, {}).records[0]);
    REQUIRE(fold.counters.size() == 1);
    CHECK(fold.counters[0].verdict == "reject");
    CHECK(fold.counters[0].rule == "block");
    CHECK(fold.counters[0].mails == 1);
    CHECK(fold.counters[0].recipients == 4);
}

TEST_CASE("items are kept whole inside a fold, each in its newest version") {
    const Folded folded = foldRecords(
        {recordOf(1, mailAt(1)), recordOf(2, sampleItem(1, 1)), recordOf(3, sampleItem(1, 3, "expired")),
         recordOf(4, sampleItem(1, 2)), recordOf(5, sampleItem(2, 1))},
        0, {});
    REQUIRE(folded.records.size() == 1);
    const FoldEvent fold = foldOf(folded.records[0]);
    REQUIRE(fold.items.size() == 2);
    CHECK(fold.items[0].item == itemNumber(1));
    CHECK(fold.items[0].version == 3);
    CHECK(fold.items[0].state == "expired");
    CHECK(fold.items[0].recipients == std::vector<std::string>{"b@example.net"});
}

TEST_CASE("what was maybe sent, mails in doubt, gaps and doubts stay whole and in their place") {
    const Record gap{RecordKind::kGap, 5, 8, fromMillis(5), "{\"kind\":\"gap\"}"};
    const Record doubt{RecordKind::kInDoubt, 11, 11, fromMillis(5), "{\"kind\":\"in-doubt\"}"};
    const std::vector<Record> records = {recordOf(1, mailAt(1)),
                                         recordOf(2, mailAt(2)),
                                         recordOf(3, mailAt(3)),
                                         recordOf(4, mailAt(4)),
                                         gap,
                                         recordOf(9, mailAt(9)),
                                         recordOf(10, mailAt(9)),
                                         doubt};
    const Folded folded = foldRecords(records, 2, {9});
    REQUIRE(folded.records.size() == 7);
    CHECK(folded.newlyFolded == 3);
    CHECK(folded.records[0].body == records[0].body);
    CHECK(folded.records[1].body == records[1].body);
    CHECK(foldOf(folded.records[2]).counters[0].mails == 2);
    CHECK(folded.records[3].kind == RecordKind::kGap);
    CHECK(folded.records[4].body == records[5].body);
    CHECK(folded.records[5].kind == RecordKind::kFold);
    CHECK(folded.records[6].kind == RecordKind::kInDoubt);
    Sequence next = 1;
    for (const Record& record : folded.records) {
        CHECK(record.first == next);
        next = record.sequence + 1;
    }
}

TEST_CASE("folding again adds up to the same counters as folding at once") {
    std::vector<Record> records;
    for (Sequence i = 1; i <= 40; ++i)
        records.push_back(recordOf(i, mailAt(static_cast<std::int64_t>(i) * kHour / 7,
                                             i % 3 ? VerdictKind::kDeliver : VerdictKind::kReject)));
    const auto half = records.begin() + 20;
    std::vector<Record> again = foldRecords({records.begin(), half}, 0, {}).records;
    again.insert(again.end(), half, records.end());
    const FoldEvent twice = foldOf(foldRecords(again, 0, {}).records[0]);
    const FoldEvent once = foldOf(foldRecords(records, 0, {}).records[0]);
    REQUIRE(twice.counters.size() == once.counters.size());
    for (std::size_t i = 0; i < once.counters.size(); ++i) {
        CHECK(twice.counters[i].hour == once.counters[i].hour);
        CHECK(twice.counters[i].verdict == once.counters[i].verdict);
        CHECK(twice.counters[i].mails == once.counters[i].mails);
        CHECK(twice.counters[i].bytes == once.counters[i].bytes);
    }
}

TEST_CASE("alerts of folded mails stay, added up, and a rule's endless texts become one") {
    std::vector<Record> records;
    for (Sequence i = 1; i <= 300; ++i) {
        MailEvent mail = mailAt(static_cast<std::int64_t>(i));
        mail.alerts = {{"same", "look"}, {"endless", "text " + std::to_string(i)}};
        records.push_back(recordOf(i, mail));
    }
    std::vector<Record> again = foldRecords({records.begin(), records.begin() + 200}, 0, {}).records;
    again.insert(again.end(), records.begin() + 200, records.end());
    const auto folded = foldRecords(again, 0, {});
    REQUIRE(folded.records.size() == 1);
    const FoldEvent fold = foldOf(folded.records[0]);
    std::uint64_t endless = 0, others = 0;
    for (const FoldEvent::Alert& alert : fold.alerts) {
        if (alert.raised.rule == "same") {
            CHECK(alert.raised.text == "look");
            CHECK(alert.count == 300);
            CHECK(alert.first == fromMillis(1));
            CHECK(alert.last == fromMillis(300));
            continue;
        }
        endless += alert.count;
        if (alert.raised.text.empty()) others = alert.count;
    }
    CHECK(fold.alerts.size() == 102);
    CHECK(endless == 300);
    CHECK(others == 200);
}

TEST_CASE("one fold record holds no more entries than its limit") {
    std::vector<Record> records;
    for (Sequence i = 1; i <= 25; ++i)
        records.push_back(recordOf(i, sampleItem(static_cast<unsigned>(i), 1)));
    const Folded folded = foldRecords(records, 0, {}, {10});
    REQUIRE(folded.records.size() == 3);
    CHECK(folded.records[0].sequence == 10);
    CHECK(folded.records[1].first == 11);
    CHECK(folded.records[2].sequence == 25);
}

TEST_CASE("a body that cannot be read is kept as it is") {
    const Record odd{RecordKind::kMail, 2, 2, fromMillis(1), "not json"};
    const Folded folded = foldRecords({recordOf(1, mailAt(1)), odd, recordOf(3, mailAt(1))}, 0, {});
    REQUIRE(folded.records.size() == 3);
    CHECK(folded.records[1].body == "not json");
}
