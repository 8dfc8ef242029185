#include "slave/report/report_queue.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/base/durable_file.h"
#include "common/base/error.h"
#include "common/base/json.h"
#include "tests/support/read_event.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/slave/report/sample_events.h"

using namespace weir;
using namespace weir::test;

namespace {

struct Fixture {
    TempFolder folder;
    ReportQueueSettings settings;
    Fixture() {
        settings.folder = folder / "report";
        settings.segmentBytes = 4000;
    }
    std::unique_ptr<ReportQueue> open() const { return std::make_unique<ReportQueue>(settings); }
};

Json bodyOf(const QueuedEvent& event) {
    return parseJson(event.body).value();
}

void fill(ReportQueue& queue, int count, VerdictKind verdict = VerdictKind::kDeliver) {
    for (int i = 0; i < count; ++i) queue.append(sampleMail("mail " + std::to_string(i), verdict));
}

struct Totals {
    std::uint64_t mails = 0;
    std::size_t folds = 0;
    Sequence last = 0;
    bool holes = false;
};
// What a master that takes every event once would count.
Totals totalsOf(ReportQueue& queue) {
    Totals totals;
    for (const QueuedEvent& event : queue.read(1, 1'000'000, 1u << 30)) {
        const Json body = bodyOf(event);
        const std::string kind = body.at("kind");
        Sequence first = event.sequence;
        if (kind == "mail") ++totals.mails;
        if (kind == "fold") {
            const FoldEvent fold = weir::test::readEventAs<FoldEvent>(event.body);
            first = fold.from;
            ++totals.folds;
            for (const auto& counter : fold.counters) totals.mails += counter.mails;
        }
        if (totals.last != 0 && first != totals.last + 1) totals.holes = true;
        totals.last = event.sequence;
    }
    return totals;
}

}  // namespace

TEST_CASE("a mail event and the item events of what it stored follow each other in the queue") {
    Fixture fixture;
    auto queue = fixture.open();
    const MailEvent mail = sampleMail("hello");
    CHECK(queue->append(mail, {sampleItem(1, 1), sampleItem(2, 1)}) == 1);
    CHECK(queue->append(sampleItem(3, 2)) == 4);
    const auto events = queue->read(1, 100, 1u << 20);
    REQUIRE(events.size() == 4);
    CHECK(events[0].sequence == 1);
    CHECK(bodyOf(events[0]).at("id") == mail.id.value);
    CHECK(bodyOf(events[1]).at("kind") == "item");
    CHECK(bodyOf(events[3]).at("item") == itemNumber(3).value);
}

TEST_CASE("depth counts what waits for its ack and knows how old the oldest is") {
    Fixture fixture;
    auto queue = fixture.open();
    CHECK(queue->depth().events == 0);
    CHECK_FALSE(queue->depth().oldest);
    const TimePoint before = now();
    fill(*queue, 10);
    QueueDepth depth = queue->depth();
    CHECK(depth.events == 10);
    CHECK(depth.bytes > 1000);
    CHECK(depth.last == 10);
    REQUIRE(depth.oldest);
    CHECK(*depth.oldest >= before);
    queue->ack(4);
    depth = queue->depth();
    CHECK(depth.events == 6);
    CHECK(depth.acked == 4);
    queue->ack(10);
    CHECK(queue->depth().events == 0);
    CHECK(queue->depth().bytes == 0);
}

TEST_CASE("an acknowledged event is not handed out again after a restart") {
    Fixture fixture;
    fill(*fixture.open(), 10);
    fixture.open()->ack(7);
    auto queue = fixture.open();
    CHECK(queue->acked() == 7);
    CHECK(queue->readWaiting(100, 1u << 20).front().sequence == 8);
}

TEST_CASE("an ack that is old changes nothing and one of events that never were is refused") {
    Fixture fixture;
    auto queue = fixture.open();
    fill(*queue, 5);
    queue->ack(3);
    queue->ack(2);
    CHECK(queue->acked() == 3);
    CHECK_THROWS_AS(queue->ack(6), Error);
    CHECK(queue->acked() == 3);
}

TEST_CASE("events that could not be recorded are counted and become one gap event when the log works again") {
    Fixture fixture;
    auto queue = fixture.open();
    fill(*queue, 1);
    setFileFault([](FileStep step, const auto&) { return step == FileStep::kWrite ? ENOSPC : 0; });
    for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(queue->append(sampleMail("lost")), Error);
    setFileFault({});
    CHECK(queue->depth().notRecorded == 3);
    CHECK(queue->append(sampleMail("kept")) == 2);
    CHECK(queue->depth().notRecorded == 0);
    const auto events = queue->read(1, 100, 1u << 20);
    REQUIRE(events.size() == 3);
    const GapEvent gap = weir::test::readEventAs<GapEvent>(events[2].body);
    CHECK(gap.count == 3);
    CHECK(gap.from == 0);
    CHECK(gap.to == 0);
    CHECK(gap.reason.find("No space left") != std::string::npos);
}

TEST_CASE("without new mail the gap event comes with the next look at the budget") {
    Fixture fixture;
    auto queue = fixture.open();
    setFileFault([](FileStep step, const auto&) { return step == FileStep::kSync ? EIO : 0; });
    CHECK_THROWS_AS(queue->append(sampleMail("lost")), Error);
    queue->keepWithinBudget(now());
    CHECK(queue->depth().notRecorded == 1);
    setFileFault({});
    queue->keepWithinBudget(now());
    CHECK(queue->depth().notRecorded == 0);
    CHECK(bodyOf(queue->read(1, 1, 1000).front()).at("kind") == "gap");
}

TEST_CASE("a mail event is found by its id, and text in a subject is no id") {
    Fixture fixture;
    auto queue = fixture.open();
    const MailEvent known = sampleMail("known"), absent = sampleMail("absent");
    queue->append(known);
    queue->append(sampleMail("about \"" + absent.id.value + "\""));
    fill(*queue, 5);
    CHECK(queue->find({known.id, absent.id}) == std::set<EventId>{known.id});
    queue->ack(7);
    CHECK(queue->find({known.id}).size() == 1);
}

TEST_CASE("over the byte budget the oldest details fold, and no mail is lost or counted twice") {
    Fixture fixture;
    fixture.settings.budgetBytes = 10'000;
    auto queue = fixture.open();
    fill(*queue, 200, VerdictKind::kReject);
    CHECK(queue->depth().bytes > 10'000);
    const auto folded = queue->keepWithinBudget(now());
    CHECK(folded > 100);
    CHECK(folded < 200);
    CHECK(queue->depth().bytes <= 10'000);
    CHECK(queue->depth().events == 200);
    CHECK(queue->depth().folded == folded);
    CHECK(queue->keepWithinBudget(now()) == 0);
    queue.reset();
    queue = fixture.open();
    const Totals totals = totalsOf(*queue);
    CHECK(totals.mails == 200);
    CHECK(totals.last == 200);
    CHECK_FALSE(totals.holes);
    CHECK(totals.folds == 1);
}

TEST_CASE("folds of a long outage join instead of piling up") {
    Fixture fixture;
    fixture.settings.budgetBytes = 10'000;
    auto queue = fixture.open();
    for (int round = 0; round < 20; ++round) {
        fill(*queue, 50);
        queue->keepWithinBudget(now());
    }
    const Totals totals = totalsOf(*queue);
    CHECK(totals.mails == 1000);
    CHECK_FALSE(totals.holes);
    CHECK(totals.folds <= 3);
}

TEST_CASE("details older than the budget's age fold, also in the newest closed segments") {
    Fixture fixture;
    auto queue = fixture.open();
    fill(*queue, 30);
    CHECK(queue->keepWithinBudget(now()) == 0);
    const TimePoint later = now() + std::chrono::hours(24 * 30 + 1);
    CHECK(queue->keepWithinBudget(later) > 0);
    fill(*queue, 1);  // closes the segment that was active
    queue->keepWithinBudget(later);
    const Totals totals = totalsOf(*queue);
    CHECK(totals.mails == 31);
    CHECK_FALSE(totals.holes);
}

TEST_CASE("what was handed out for sending is never folded, not even after a restart") {
    Fixture fixture;
    fixture.settings.budgetBytes = 2'000;
    std::vector<QueuedEvent> sent;
    {
        auto queue = fixture.open();
        fill(*queue, 100);
        sent = queue->readWaiting(10, 1u << 20);
        REQUIRE(sent.size() == 10);
    }
    auto queue = fixture.open();
    // The durable mark runs some thousand events ahead of what was sent.
    for (int i = 0; i < 450; ++i)
        queue->append(std::vector<ItemEvent>(10, sampleItem(static_cast<unsigned>(i), 1)));
    CHECK(queue->keepWithinBudget(now()) > 0);
    const auto again = queue->readWaiting(10, 1u << 20);
    REQUIRE(again.size() == 10);
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK(again[i].sequence == sent[i].sequence);
        CHECK(again[i].body == sent[i].body);
    }
    CHECK_FALSE(totalsOf(*queue).holes);
}

TEST_CASE("sequences that the master may know are never given twice, even when the log's end is lost") {
    Fixture fixture;
    {
        auto queue = fixture.open();
        fill(*queue, 20);
        queue->read(1, 100, 1u << 20);
    }
    for (const auto& entry : std::filesystem::directory_iterator(fixture.settings.folder))
        if (entry.path().extension() == ".log" && entry.path().filename() != "0000000000000001.log")
            std::filesystem::remove(entry.path());
    auto queue = fixture.open();
    CHECK(queue->lastSequence() == 20);
    const auto events = queue->read(1, 100, 1u << 20);
    const GapEvent gap = weir::test::readEventAs<GapEvent>(events.back().body);
    CHECK(events.back().sequence == 20);
    CHECK(gap.to == 20);
    CHECK(gap.from == events[events.size() - 2].sequence + 1);
    CHECK(queue->append(sampleMail("next")) == 21);
}

TEST_CASE("how far back the log can be searched is the time of the oldest record that is not folded") {
    Fixture fixture;
    fixture.settings.budgetBytes = 6'000;
    auto queue = fixture.open();
    CHECK_FALSE(queue->reachesBackTo());
    const TimePoint before = now();
    fill(*queue, 1);
    REQUIRE(queue->reachesBackTo());
    const TimePoint first = *queue->reachesBackTo();
    CHECK(first >= before);
    fill(*queue, 99);
    queue->keepWithinBudget(now());
    CHECK(*queue->reachesBackTo() >= first);
    CHECK(queue->find({EventId{"x"}}).empty());
}
