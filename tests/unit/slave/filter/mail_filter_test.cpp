// The filter with real queue, quarantine and policy, and a disk that fails where the test says.
#include "slave/filter/mail_filter.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "common/base/durable_file.h"
#include "slave/quarantine/release_token.h"
#include "tests/support/filter_node.h"
#include "tests/support/read_event.h"

using namespace weir;

namespace {

struct Fault {
    explicit Fault(FileFault fault) { setFileFault(std::move(fault)); }
    ~Fault() { setFileFault({}); }
};

// ENOSPC for every write below a folder.
FileFault fullDisk(const std::filesystem::path& folder) {
    return [folder](FileStep step, const std::filesystem::path& path) {
        const bool below = path.string().starts_with(folder.string());
        return below && (step == FileStep::kWrite || step == FileStep::kSync) ? ENOSPC : 0;
    };
}

Json oneRule(Json then) {
    return {{"rules",
             {{{"id", "r"},
               {"name", "r"},
               {"when", {{"subject", {{"contains", "match"}}}}},
               {"then", {std::move(then)}}}}}};
}

struct Bench : test::FilterNode {
    explicit Bench(const Json& document) {
        REQUIRE(policy.apply(document, 3));
        policy.setReleaseKey(std::string(32, 'k'));
    }

    std::vector<QueuedEvent> events() { return report.read(1, 1000, 1u << 30); }
    std::size_t items() { return quarantine.list({}, 100).size(); }
};

constexpr const char* kMatching = "Subject: match\r\n\r\nbody\r\n";

}  // namespace

TEST_CASE("an event that cannot be appended is counted, and the mail goes on") {
    Bench bench(oneRule({{"tag-subject", {{"text", "[T]"}}}}));
    {
        const Fault full(fullDisk(bench.folder / "report"));
        const MailAnswer answer = bench.judge(kMatching);
        CHECK(answer.kind == VerdictKind::kDeliver);
        CHECK(answer.edits.size() == 1);
        CHECK(answer.sequence == 0);
    }
    CHECK(bench.filter.counters().notRecorded == 1);
    CHECK(bench.judge(kMatching).sequence > 0);
    bool gap = false;
    for (const QueuedEvent& event : bench.events()) {
        const auto read = eventFromText(event.body).value();
        const auto* found = std::get_if<GapEvent>(&read);
        gap = gap || (found != nullptr && found->count == 1);
    }
    CHECK(gap);
}

TEST_CASE("a quarantined mail whose event cannot be appended is kept all the same") {
    Bench bench(oneRule({{"quarantine", {{"queue", "held"}}}}));
    {
        const Fault full(fullDisk(bench.folder / "report"));
        CHECK(bench.judge(kMatching).kind == VerdictKind::kDiscard);
    }
    CHECK(bench.items() == 1);
    CHECK(bench.quarantine.unannounced(10).size() == 1);
}

TEST_CASE("a quarantine that cannot store defers the mail and leaves nothing") {
    Bench bench(oneRule({{"quarantine", {{"queue", "held"}}}}));
    {
        const Fault full(fullDisk(bench.folder / "quarantine"));
        const MailAnswer answer = bench.judge(kMatching);
        CHECK(answer.kind == VerdictKind::kTempfail);
        CHECK(answer.code == 451);
        CHECK(answer.text.find(bench.folder.path().string()) == std::string::npos);  // not for the client
    }
    CHECK(bench.items() == 0);
    CHECK(bench.filter.counters().notStored == 1);
    REQUIRE(bench.events().size() == 1);
    const auto event = weir::test::readEventAs<MailEvent>(bench.events()[0].body);
    CHECK(event.outcomes[0].verdict.kind == VerdictKind::kTempfail);
    CHECK_THAT(event.outcomes[0].verdict.reason, Catch::Contains("quarantine cannot store"));
    CHECK(bench.judge(kMatching).kind == VerdictKind::kDiscard);
    CHECK(bench.items() == 1);
}

TEST_CASE("a released mail passes without rules, loses its pass, and has an event that says so") {
    Bench bench(oneRule({{"reject", {{"text", "no"}}}}));
    const std::string body = "body\r\n", item = newTimeUuid();
    const std::string token = makeReleaseToken(ItemId{item}, releaseBodyDigest(body),
                                               now() + std::chrono::hours(1), std::string(32, 'k'));
    const std::string mail = "X-Weir-Release: " + token + "\r\nSubject: match\r\n\r\n" + body;
    const MailAnswer answer = bench.judge(mail);
    CHECK(answer.kind == VerdictKind::kDeliver);
    CHECK(answer.top.empty());
    REQUIRE(answer.edits.size() == 1);
    CHECK(answer.edits[0].kind == HeaderEdit::Kind::kDelete);
    const auto event = weir::test::readEventAs<MailEvent>(bench.events().at(0).body);
    CHECK_THAT(event.outcomes[0].verdict.reason, Catch::Contains(item));

    SECTION("also while the node is paused") {
        bench.policy.setPaused(true);
        CHECK(bench.judge(mail).kind == VerdictKind::kDeliver);
        CHECK(bench.judge(kMatching).kind == VerdictKind::kTempfail);
    }
    SECTION("the same token on another body is worth nothing") {
        CHECK(bench.judge(mail + "more\r\n").kind == VerdictKind::kReject);
    }
    SECTION("another cluster's key makes no pass") {
        bench.policy.setReleaseKey(std::string(32, 'x'));
        CHECK(bench.judge(mail).kind == VerdictKind::kReject);
    }
}

TEST_CASE("an alert stands in the event of its mail, and not where the mail comes again") {
    Bench bench(oneRule({{"alert", {{"text", "look at ${sender}"}}}}));
    bench.judge(kMatching);

    const auto event = weir::test::readEventAs<MailEvent>(bench.events().back().body);
    CHECK(event.alerts == std::vector<RaisedAlert>{{"r", "look at alice@example.org"}});
    Bench again(
        Json{{"rules",
              {{{"id", "r"}, {"then", {{{"alert", {{"text", "look"}}}}, {{"tempfail", Json::object()}}}}}}}});
    CHECK(again.judge(kMatching).kind == VerdictKind::kTempfail);
    CHECK(weir::test::readEventAs<MailEvent>(again.events().back().body).alerts.empty());
}

TEST_CASE("a mail whose answer was lost is put in doubt") {
    Bench bench(oneRule({{"discard", Json::object()}}));
    const MailAnswer answer = bench.judge(kMatching);
    bench.filter.doubt(answer.sequence);
    const auto doubt = weir::test::readEventAs<InDoubtEvent>(bench.events().at(1).body);
    CHECK(doubt.sequences == std::vector<Sequence>{answer.sequence});
}

TEST_CASE("the same mail tried again has the same fingerprint in its event") {
    Bench bench(oneRule({{"tempfail", {{"text", "later"}}}}));
    bench.judge(kMatching);
    bench.judge(kMatching);
    const auto one = weir::test::readEventAs<MailEvent>(bench.events().at(0).body);
    const auto two = weir::test::readEventAs<MailEvent>(bench.events().at(1).body);
    CHECK(one.fingerprint == two.fingerprint);
    CHECK(one.id != two.id);
}

namespace {

std::string mailWithReport(const std::string& xml) {
    return "From: Reports <noreply@receiver.example>\r\nSubject: Report Domain: x.example\r\nMIME-Version: "
           "1.0\r\n"
           "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: "
           "text/plain\r\n\r\nhello\r\n--b\r\n"
           "Content-Type: application/xml; name=r.xml\r\nContent-Disposition: attachment; "
           "filename=r.xml\r\n\r\n" +
           xml + "\r\n--b--\r\n";
}

constexpr const char* kReport =
    "<feedback><report_metadata><org_name>Receiver</org_name><report_id>1</report_id></report_metadata>"
    "<policy_published><domain>x.example</domain></policy_published><record><row><source_ip>192.0.2.1</"
    "source_ip>"
    "<count>5</count></row></record></feedback>";

Json receiving(const std::string& address, Json rules = Json::array()) {
    return {{"rules", std::move(rules)},
            {"sections",
             {{"dns", {{"servers", {"127.0.0.1:1"}}, {"timeout_ms", 50}}},
              {"dmarc-reports", {{"receive", address}}}}}};
}

MailEvent lastMail(Bench& bench) {
    return test::readEventAs<MailEvent>(bench.events().back().body);
}

}  // namespace

TEST_CASE("a DMARC report that comes to the address for reports is in the mail's event") {
    Bench bench(receiving("Bob@Example.net"));
    CHECK(bench.judge(mailWithReport(kReport)).kind == VerdictKind::kDeliver);
    const MailEvent event = lastMail(bench);
    REQUIRE(event.receivedReports.size() == 1);
    CHECK(event.receivedReports[0].report.organization == "Receiver");
    CHECK(event.receivedReports[0].report.rows.at(0).count == 5);
    CHECK(event.receivedReports[0].from == "receiver.example");
    CHECK_FALSE(event.receivedReports[0].authenticated);
    CHECK_FALSE(event.dmarc);
}

TEST_CASE("a broken report delivers its mail all the same") {
    Bench bench(receiving("bob@example.net"));
    CHECK(bench.judge(mailWithReport("<feedback>")).kind == VerdictKind::kDeliver);
    CHECK(lastMail(bench).receivedReports.empty());
    CHECK(bench.filter.counters().scanFailures == 1);
}

TEST_CASE("reports to others, and those that a rule refuses, are not read") {
    Bench other(receiving("carol@example.net"));
    other.judge(mailWithReport(kReport));
    CHECK(lastMail(other).receivedReports.empty());
    Json refuse = oneRule({{"reject", {{"code", 550}, {"status", "5.7.1"}, {"text", "no"}}}})["rules"];
    refuse[0]["when"] = {{"subject", {{"contains", "Report"}}}};
    Bench refusing(receiving("bob@example.net", refuse));
    CHECK(refusing.judge(mailWithReport(kReport)).kind == VerdictKind::kReject);
    CHECK(lastMail(refusing).receivedReports.empty());
}
