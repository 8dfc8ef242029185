// DMARC reports from events to SMTP, on both databases.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "common/base/digest.h"
#include "common/dmarc/report_file.h"
#include "common/dmarc/report_parser.h"
#include "common/dmarc/report_writer.h"
#include "master/db/dmarc_received_table.h"
#include "master/db/uuid_key.h"
#include "master/service/dmarc_mail.h"
#include "master/service/dmarc_sender.h"
#include "tests/support/smtp_sink.h"
#include "tests/unit/master/service/intake_house.h"

using namespace weir;
using namespace weir::test;
using Hang = SinkBehaviour::Hang;

namespace {

constexpr std::int64_t kDayMillis = 86'400'000;
const std::int64_t kToday = toMillis(now()) / kDayMillis;

TimePoint noon(std::int64_t day) {
    return fromMillis(day * kDayMillis + kDayMillis / 2);
}

DmarcSighting sightingOf(const std::string& domain, const std::string& source = "192.0.2.1") {
    DmarcSighting sighting;
    sighting.published = {domain, "reject", "", "r", "r", 100, "0"};
    sighting.destinations = {{"dmarc@" + domain, 0}};
    sighting.row.source = source;
    sighting.row.count = 1;
    sighting.row.disposition = "reject";
    sighting.row.headerFrom = domain;
    sighting.row.spf = {{domain, "mfrom", "fail"}};
    return sighting;
}

MailEvent mailOf(const DmarcSighting& sighting, std::int64_t day = kToday - 1) {
    MailEvent mail = sampleMail("a@sender.example", {"r@recipient.example"});
    mail.time = noon(day);
    mail.dmarc = sighting;
    return mail;
}

struct DmarcHouse : IntakeHouse {
    explicit DmarcHouse(db::Database& db, RollupLimits limits = {}) : IntakeHouse(db), rollup(db, limits) {
        section.enabled = true;
        section.organization = "Company";
        section.from = "dmarc@company.example";
    }

    void see(const std::vector<DmarcSighting>& all, std::int64_t day = kToday - 1) {
        std::vector<WireEvent> events;
        for (const auto& one : all) events.push_back(wireEvent(++sequence, mailOf(one, day)));
        take(events);
        rollup.foldAll(now());
    }
    std::unique_ptr<DmarcSender> sender(std::uint16_t port) {
        SmtpClientSettings settings;
        settings.port = port;
        return std::make_unique<DmarcSender>(
            database, rollup, [this] { return section; }, settings);
    }
    std::vector<db::DmarcReportRow> reports() {
        std::vector<db::DmarcReportRow> all;
        database.read([&](db::Connection& c) { all = db::dmarcReports(c, std::nullopt, std::nullopt, 100); });
        return all;
    }
    db::DmarcDestinationRow destination(const db::DmarcKey& key) {
        std::vector<db::DmarcDestinationRow> rows;
        database.read([&](db::Connection& c) { rows = db::dmarcDestinations(c, key); });
        return rows.at(0);
    }
    std::optional<AggregateReport> report(const db::DmarcKey& key) {
        std::optional<AggregateReport> found;
        database.read([&](db::Connection& c) { found = dmarcReportOf(c, key, section, 1000); });
        return found;
    }

    DmarcRollup rollup;
    DmarcReportsSection section;
    Sequence sequence = 0;
};

const db::DmarcKey kBank{kToday - 1, "bank.example", 1};

std::string packedIn(const std::string& mail) {
    // The base64 lines of the last part, decoded.
    const auto begin = mail.find("\r\n\r\n", mail.find("application/gzip")) + 4;
    std::string text;
    for (const char c : mail.substr(begin, mail.find("\r\n--", begin) - begin))
        if (c != '\r' && c != '\n' && c != '=') text += c == '+' ? '-' : c == '/' ? '_' : c;
    return fromBase64Url(text);
}

AggregateReport reportIn(const std::string& mail) {
    const auto report = readReportFile(packedIn(mail));
    REQUIRE(report);
    return *report;
}

}  // namespace

TEST_CASE("mails of one day and domain become rows, each counted once") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        DmarcHouse house(database);
        const auto bank = sightingOf("bank.example"), other = sightingOf("bank.example", "192.0.2.2");
        const std::vector<WireEvent> batch = {wireEvent(1, mailOf(bank)), wireEvent(2, mailOf(other)),
                                              wireEvent(3, mailOf(bank)),
                                              wireEvent(4, mailOf(sightingOf("shop.example")))};
        house.take(batch);
        house.take(batch);
        house.rollup.foldAll(now());
        house.take(batch);
        house.rollup.foldAll(now());
        REQUIRE(house.reports().size() == 2);
        const auto report = house.report(kBank);
        REQUIRE(report);
        CHECK(report->published.policy == "reject");
        REQUIRE(report->rows.size() == 2);
        CHECK(report->rows[0].source == "192.0.2.1");
        CHECK(report->rows[0].count == 2);
        CHECK(report->rows[1].count == 1);
        CHECK(house.number("SELECT COUNT(*) FROM dmarc_waiting") == 0);
    });
}

TEST_CASE("a mail that its client tried again counts once in the report") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        DmarcHouse house(database);
        MailEvent first = mailOf(sightingOf("bank.example"), kToday), second = first;
        std::string key = db::uuidKey(newTimeUuid());
        key.replace(0, 6, db::firstKey(toMillis(now()) + 60'000).substr(0, 6));
        second.id.value = db::uuidText(key);
        InDoubtEvent doubt;
        doubt.id.value = newTimeUuid();
        doubt.time = now();
        doubt.sequences = {1};
        house.take({wireEvent(1, first), wireEvent(2, doubt), wireEvent(3, second)});
        house.rollup.foldAll(now());
        const auto report = house.report({kToday, "bank.example", 1});
        REQUIRE(report);
        REQUIRE(report->rows.size() == 1);
        CHECK(report->rows[0].count == 1);
    });
}

TEST_CASE("rows and domains beyond the limits are counted, not kept") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        RollupLimits limits;
        limits.rows = 3;
        limits.domains = 2;
        DmarcHouse house(database, limits);
        std::vector<DmarcSighting> many;
        for (int i = 0; i < 10; ++i)
            many.push_back(sightingOf("bank.example", "192.0.2." + std::to_string(i)));
        house.see(many);
        house.see({many[0], many[9]});
        house.see({sightingOf("b.example"), sightingOf("c.example"), sightingOf("d.example")});
        const auto reports = house.reports();
        REQUIRE(reports.size() == 3);  // "" is what was left out of the day
        CHECK(reports[0].key.domain == "");
        CHECK(reports[0].leftOut == 2);
        const auto bank = house.report(kBank);
        REQUIRE(bank);
        CHECK(bank->rows.size() == 3);
        std::uint64_t told = bank->omittedMails;
        for (const auto& row : bank->rows) told += row.count;
        CHECK(told == 12);
        CHECK(toXml(*bank).find("<error>left out for size: ") != std::string::npos);
        house.see({sightingOf("old.example")}, kToday - 100);
        house.see({sightingOf("soon.example")}, kToday + 100);
        CHECK(house.reports().size() == 3);
    });
}

TEST_CASE("a report goes out after its day and the grace time, once") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        DmarcHouse house(database);
        house.see({sightingOf("bank.example"), sightingOf("bank.example")});
        house.see({sightingOf("today.example")}, kToday);
        SmtpSink sink;
        auto sender = house.sender(sink.port());
        sender->turn(now());  // a mail was added within the last two hours
        CHECK(sink.mails().empty());
        const auto later = now() + std::chrono::hours(3);
        house.section.enabled = false;
        sender->turn(later);
        CHECK(sink.mails().empty());
        house.section.enabled = true;
        sender->turn(later);
        const auto until = toMillis(later) / kDayMillis;  // near midnight today's is due as well
        REQUIRE(sink.mails().size() >= 1);
        if (until == kToday) CHECK(sink.mails().size() == 1);
        const auto mail = sink.mails()[0];
        CHECK(mail.sender == "dmarc@company.example");
        CHECK(mail.recipients == std::vector<std::string>{"dmarc@bank.example"});
        CHECK(mail.bytes.find(
                  "Subject: Report Domain: bank.example\r\n Submitter: company.example\r\n Report-ID: <") !=
              std::string::npos);
        const AggregateReport told = reportIn(mail.bytes);
        CHECK(told.rows.at(0).count == 2);
        CHECK(told.organization == "Company");
        CHECK(told.begin == static_cast<std::uint64_t>((kToday - 1) * 86'400));
        CHECK(told.end == told.begin + 86'399);
        CHECK(house.destination(kBank).state == "sent");
        const auto before = sink.mails().size();
        sender->turn(later);
        sender->sendDay(kToday - 1, "", true, later);
        sender->turn(later);
        CHECK(sink.mails().size() == before);
    });
}

TEST_CASE("mails that come after the report make another one") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        DmarcHouse house(database);
        house.see({sightingOf("bank.example")});
        SmtpSink sink;
        auto sender = house.sender(sink.port());
        CHECK(sender->sendDay(kToday - 1, "", false, now()).closed == 1);
        sender->turn(now());
        house.see({sightingOf("bank.example"), sightingOf("bank.example")});
        CHECK(house.reports().size() == 2);
        CHECK(sender->sendDay(kToday - 1, "other.example", false, now()).closed == 0);
        CHECK(sender->sendDay(kToday - 1, "bank.example", false, now()).closed == 1);
        sender->turn(now());
        REQUIRE(sink.mails().size() == 2);
        const auto first = reportIn(sink.mails()[0].bytes), second = reportIn(sink.mails()[1].bytes);
        CHECK(first.rows.at(0).count == 1);
        CHECK(second.rows.at(0).count == 2);
        CHECK(first.id != second.id);
        CHECK_THROWS_AS(sender->sendDay(kToday + 2, "", false, now()), Error);
    });
}

TEST_CASE("what a relay refuses for now is tried again, what it refuses for good is not") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        DmarcHouse house(database);
        house.see({sightingOf("bank.example")});
        SinkBehaviour busy;
        busy.finalReply = "451 4.7.1 later";
        SmtpSink sink(busy);
        auto sender = house.sender(sink.port());
        const auto time = now();
        sender->sendDay(kToday - 1, "", false, time);
        sender->turn(time);
        auto to = house.destination(kBank);
        CHECK(to.state == "waiting");
        CHECK(to.tries == 1);
        CHECK(to.detail.find("451 4.7.1 later") != std::string::npos);
        CHECK(to.nextTry >= toMillis(time) + 299'000);
        sender->turn(time);
        CHECK(house.destination(kBank).tries == 1);
        sender->turn(fromMillis(to.nextTry));
        CHECK(house.destination(kBank).tries == 2);
        SinkBehaviour never;
        never.recipientRefusal = "550 5.1.1 nobody";
        never.refusedRecipients = {"dmarc@bank.example"};
        sink.behave(never);
        sender->turn(time + std::chrono::hours(1));
        to = house.destination(kBank);
        CHECK(to.state == "failed");
        CHECK(to.detail.find("550 5.1.1 nobody") != std::string::npos);
        sink.behave({});
        sender->turn(time + std::chrono::hours(100));
        CHECK(sink.mails().empty());
        CHECK(sender->sendDay(kToday - 1, "", true, time).waiting == 1);
        sender->turn(now() + std::chrono::seconds(1));
        CHECK(sink.mails().size() == 1);
        CHECK(house.destination(kBank).state == "sent");
    });
}

TEST_CASE("what may have been sent is not sent again by itself") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        DmarcHouse house(database);
        house.see({sightingOf("bank.example")});
        SinkBehaviour lost;
        lost.hang = Hang::kKeepThenDrop;
        SmtpSink sink(lost);
        auto sender = house.sender(sink.port());
        sender->sendDay(kToday - 1, "", false, now());
        sender->turn(now());
        CHECK(house.destination(kBank).state == "unsure");
        sink.behave({});
        sender->turn(now() + std::chrono::hours(1));
        CHECK(sink.mails().size() == 1);
        CHECK(sender->sendDay(kToday - 1, "", false, now()).waiting == 0);
    });
}

TEST_CASE("a master that ended while it sent says that the report may have arrived") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        DmarcHouse house(database);
        house.see({sightingOf("bank.example")});
        SmtpSink sink;
        house.sender(sink.port())->sendDay(kToday - 1, "", false, now());
        // What the earlier master wrote before it began to send.
        database.transaction(
            [](db::Connection& c) { db::moveDmarcDestinations(c, "waiting", "sending", "", 1); });
        auto next = house.sender(sink.port());
        next->turn(now());
        CHECK(house.destination(kBank).state == "unsure");
        CHECK(house.destination(kBank).detail.find("may have arrived") != std::string::npos);
        CHECK(sink.mails().empty());
    });
}

TEST_CASE("a report that is larger than the domain takes is not sent, and says so") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        DmarcHouse house(database);
        auto small = sightingOf("bank.example");
        small.destinations = {{"dmarc@bank.example", 100}};
        auto hostile = sightingOf("evil.example");
        hostile.destinations = {{"a@b\r\nBcc: x@y", 0}};
        house.see({small, hostile});
        SmtpSink sink;
        auto sender = house.sender(sink.port());
        sender->sendDay(kToday - 1, "", false, now());
        sender->turn(now());
        CHECK(house.destination(kBank).state == "failed");
        CHECK(house.destination(kBank).detail.find("takes 100") != std::string::npos);
        CHECK(house.destination({kToday - 1, "evil.example", 1}).state == "failed");
        CHECK(sink.mails().empty());
    });
}

TEST_CASE("a domain whose destinations were not known at first is told when one mail knew them") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        DmarcHouse house(database);
        auto unknown = sightingOf("bank.example");
        unknown.destinations.clear();
        house.see({unknown});
        house.see({sightingOf("bank.example")});
        house.see({unknown});
        auto nobody = sightingOf("shop.example");
        nobody.destinations.clear();
        house.see({nobody});
        SmtpSink sink;
        auto sender = house.sender(sink.port());
        CHECK(sender->sendDay(kToday - 1, "", false, now()).closed == 2);
        sender->turn(now());
        REQUIRE(sink.mails().size() == 1);
        CHECK(reportIn(sink.mails()[0].bytes).rows.at(0).count == 3);
    });
}

TEST_CASE("a report of others counts once, however often and by whichever node it comes") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        DmarcHouse house(database);
        AggregateReport report;
        report.organization = "Receiver";
        report.id = "r1";
        report.begin = 1'767'225'600;
        report.end = 1'767'311'999;
        report.published.domain = "Ours.example";
        DmarcRow pass, fail;
        pass.source = fail.source = "192.0.2.1";
        pass.count = 10;
        pass.dkimAligned = true;
        fail.count = 4;
        fail.disposition = "reject";
        report.rows = {pass, fail};
        report.omittedMails = 6;
        MailEvent mail = sampleMail("a@receiver.example", {"reports@ours.example"});
        mail.receivedReports = {{report, "receiver.example", true}};
        house.take({wireEvent(1, mail)});
        mail.id.value = newTimeUuid();
        report.organization = "RECEIVER";
        mail.receivedReports = {{report, "receiver.example", true}};
        AggregateReport another = report;
        another.organization = "Another";
        mail.receivedReports.push_back({another, "elsewhere.example", false});
        house.take({wireEvent(2, mail)});
        house.rollup.foldAll(now());
        std::vector<db::DmarcDomainTotal> domains;
        std::vector<db::DmarcSourceTotal> sources;
        database.read([&](db::Connection& c) {
            domains = db::dmarcDomainTotals(c, 1'767'311'999, 1'767'312'000, 10);
            sources = db::dmarcSourceTotals(c, "ours.example", 0, 1'767'312'000, 10);
        });
        REQUIRE(domains.size() == 1);
        CHECK(domains[0].domain == "ours.example");
        CHECK(domains[0].reports == 2);
        CHECK(domains[0].mails == 40);
        CHECK(domains[0].passed == 20);
        CHECK(domains[0].rejected == 8);
        REQUIRE(sources.size() == 1);
        CHECK(sources[0].mails == 28);
        CHECK(sources[0].dkim == 20);
        CHECK(sources[0].rejected == 8);
        std::uint64_t gone = 0;
        database.transaction(
            [&](db::Connection& c) { gone = db::deleteOldDmarcReceived(c, 1'767'312'000, 100); });
        CHECK(gone == 6);
    });
}

TEST_CASE("more reports than a day may bring are refused") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        ReceivedLimits limits;
        limits.reportsADay = 2;
        ReceivedReport received;
        received.report.organization = "R";
        received.report.published.domain = "ours.example";
        database.transaction([&](db::Connection& c) {
            for (int i = 0; i < 4; ++i) {
                received.report.id = std::to_string(i);
                CHECK(takeReport(c, received, now(), limits) ==
                      (i < 2 ? ReportTaken::kNew : ReportTaken::kTooMany));
            }
        });
    });
}

TEST_CASE("old rows go before their reports") {
    onEachDatabase([](TestDatabase& on) {
        db::Database& database = *on.database;
        DmarcHouse house(database);
        house.see({sightingOf("bank.example"), sightingOf("shop.example")});
        SmtpSink sink;
        house.sender(sink.port())->sendDay(kToday - 1, "", false, now());
        const auto piece = [&](std::int64_t rows, std::int64_t all) {
            std::uint64_t gone = 0;
            database.transaction([&](db::Connection& c) { gone = db::deleteOldDmarc(c, rows, all, 500); });
            return gone;
        };
        CHECK(piece(kToday - 1, kToday - 1) == 0);
        CHECK(piece(kToday, kToday - 1) == 2);
        CHECK(piece(kToday, kToday - 1) == 0);
        CHECK(house.reports().size() == 2);
        CHECK(piece(kToday, kToday) == 4);
        CHECK(house.reports().empty());
    });
}
