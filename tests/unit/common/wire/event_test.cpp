#include "common/wire/event.h"
#include "common/base/utf8.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "common/base/json.h"
#include "tests/support/read_event.h"

using namespace weir;
using weir::test::readEventAs;

namespace {

MailEvent sampleMail() {
    MailEvent event;
    event.id.value = "0190a000-0000-7000-8000-000000000001";
    event.time = fromMillis(1'795'000'000'123);
    event.envelope.clientAddress = "192.0.2.7";
    event.envelope.clientName = "mail.example";
    event.envelope.helo = "mail.example";
    event.envelope.tlsVersion = "TLSv1.3";
    event.envelope.sender = "a@x.example";
    event.envelope.queueId = "4bXk12";
    event.envelope.direction = Direction::kOutbound;
    event.subject = "Grüße \"quoted\" \\ \n tab\t";
    event.messageId = "<1@x>";
    event.size = 60'123;
    event.attachments = 2;
    event.viruses = {"Eicar"};
    event.revision = 42;
    event.fingerprint = std::string(64, 'a');
    EventOutcome held;
    held.recipients = {"b@y.example", "c@y.example"};
    held.verdict = {VerdictKind::kQuarantine, "risky", "Hold risky", "attachments", 0, "", ""};
    held.item.value = "0190a000-0000-7000-8000-000000000002";
    held.rules = {"risky", "tag"};
    EventOutcome refused;
    refused.recipients = {"d@y.example"};
    refused.verdict = {VerdictKind::kReject, "no", "No", "", 550, "5.7.1", "go away"};
    refused.changes = {"tag subject [SPAM]"};
    event.outcomes = {held, refused};
    event.copies = {ItemId{"0190a000-0000-7000-8000-000000000003"}};
    event.alerts = {{"risky", "look at 192.0.2.7"}, {"tag", ""}};
    event.stageMillis = {{"parse", 0.25}, {"total", 3.5}};
    return event;
}

DmarcRow sampleRow() {
    DmarcRow row;
    row.source = "2001:db8::7";
    row.count = 1;
    row.disposition = "quarantine";
    row.spfAligned = true;
    row.reasons = {{"sampled_out", ""}};
    row.headerFrom = "x.example";
    row.envelopeFrom = "bounce.x.example";
    row.dkim = {{"x.example", "s1", "fail"}, {"y.example", "", "pass"}};
    row.spf = {{"bounce.x.example", "mfrom", "pass"}};
    return row;
}

DmarcSighting sampleSighting() {
    return {{"x.example", "reject", "none", "s", "r", 50, "1"},
            {{"dmarc@x.example", 10u << 20}, {"reports@y.example", 0}},
            sampleRow()};
}

ItemEvent sampleItem() {
    ItemEvent event;
    event.id.value = "0190a000-0000-7000-8000-000000000011";
    event.time = fromMillis(1'795'000'000'999);
    event.item.value = "0190a000-0000-7000-8000-000000000002";
    event.version = 3;
    event.state = "released";
    event.detail = "asked by admin";
    event.mail.value = "0190a000-0000-7000-8000-000000000001";
    event.received = fromMillis(1'795'000'000'000);
    event.queueId = "4bXk12";
    event.subject = "s";
    event.rule = "risky";
    event.queue = "attachments";
    event.recipients = {"b@y.example"};
    event.size = 12;
    event.sha256 = std::string(64, 'b');
    event.copy = true;
    event.command.value = "0190a000-0000-7000-8000-000000000021";
    return event;
}

Json parsed(const std::string& text) {
    auto json = parseJson(text);
    INFO(text);
    REQUIRE(json);
    return *json;
}

}  // namespace

TEST_CASE("a mail event comes back as it was written") {
    const MailEvent before = sampleMail();
    const auto after = readEventAs<MailEvent>(toJsonText(before));
    CHECK(after.id == before.id);
    CHECK(after.time == before.time);
    CHECK(after.envelope.sender == before.envelope.sender);
    CHECK(after.envelope.direction == Direction::kOutbound);
    CHECK(after.envelope.tlsVersion == "TLSv1.3");
    CHECK(after.subject == before.subject);
    CHECK(after.size == before.size);
    CHECK(after.viruses == before.viruses);
    CHECK(after.revision == 42);
    REQUIRE(after.outcomes.size() == 2);
    CHECK(after.outcomes[0].verdict == before.outcomes[0].verdict);
    CHECK(after.outcomes[0].recipients == before.outcomes[0].recipients);
    CHECK(after.outcomes[0].item == before.outcomes[0].item);
    CHECK(after.outcomes[0].rules == before.outcomes[0].rules);
    CHECK(after.outcomes[1].verdict == before.outcomes[1].verdict);
    CHECK(after.outcomes[1].changes == before.outcomes[1].changes);
    CHECK(after.copies == before.copies);
    CHECK(after.alerts == before.alerts);
    CHECK(after.stageMillis == before.stageMillis);
}

TEST_CASE("what a mail adds to a DMARC report is written as the golden text has it") {
    MailEvent event = sampleMail();
    event.dmarc = sampleSighting();
    const Json written = parsed(toJsonText(event));
    CHECK(
        written["dmarc"].dump() ==
        R"({"count":1,"destinations":[{"address":"dmarc@x.example","max_bytes":10485760},{"address":"reports@y.example"}],)"
        R"("disposition":"quarantine","dkim":[{"domain":"x.example","result":"fail","selector":"s1"},)"
        R"({"domain":"y.example","result":"pass"}],"envelope_from":"bounce.x.example","header_from":"x.example",)"
        R"("published":{"adkim":"s","aspf":"r","domain":"x.example","fo":"1","p":"reject","pct":50,"sp":"none"},)"
        R"("reasons":[{"type":"sampled_out"}],"source":"2001:db8::7","spf":[{"domain":"bounce.x.example",)"
        R"("result":"pass","scope":"mfrom"}],"spf_aligned":true})");
    CHECK(readEventAs<MailEvent>(toJsonText(event)).dmarc == event.dmarc);
    CHECK_FALSE(readEventAs<MailEvent>(toJsonText(sampleMail())).dmarc);
}

TEST_CASE("a DMARC report that a mail brought comes back as it was written") {
    MailEvent event = sampleMail();
    AggregateReport report;
    report.organization = "Receiver \"Example\"";
    report.id = "1";
    report.begin = 10;
    report.end = 20;
    report.published.domain = "x.example";
    report.rows = {sampleRow(), sampleRow()};
    report.rows[1].count = 1'000'000;
    report.omittedRows = 3;
    report.omittedMails = 4;
    event.receivedReports = {{report, "receiver.example", true}};
    CHECK(readEventAs<MailEvent>(toJsonText(event)).receivedReports == event.receivedReports);
}

TEST_CASE("hostile words and lengths in what a mail adds to DMARC reports are refused by name") {
    MailEvent event = sampleMail();
    event.dmarc = sampleSighting();
    const Json good = parsed(toJsonText(event));
    const auto problemOf = [&](const char* pointer, const Json& value) {
        Json bad = good;
        bad[Json::json_pointer(pointer)] = value;
        const auto read = eventFromText(bad.dump());
        return read ? std::string() : read.error().text();
    };
    CHECK(problemOf("/dmarc/disposition", "drop").find("/dmarc/disposition") == 0);
    CHECK(problemOf("/dmarc/published/p", "") != "");
    CHECK(problemOf("/dmarc/published/pct", 101) != "");
    CHECK(problemOf("/dmarc/source", std::string(1000, 'x')) != "");
    CHECK(problemOf("/dmarc/dkim", Json::array_t(17, Json::object())) != "");
    CHECK(problemOf("/dmarc", 1) != "");
    CHECK(problemOf("/dmarc/later", 1) == "");
    event.dmarc->row.headerFrom = std::string(5000, 'x') + "\xFF";
    event.dmarc->destinations.resize(100, {"a@b.example", 0});
    const auto read = readEventAs<MailEvent>(toJsonText(event));
    CHECK(read.dmarc->row.headerFrom.size() == 256);
    CHECK(read.dmarc->destinations.size() == 16);
}

TEST_CASE("an item event comes back as it was written") {
    const ItemEvent before = sampleItem();
    const auto after = readEventAs<ItemEvent>(toJsonText(before));
    CHECK(after.item == before.item);
    CHECK(after.version == 3);
    CHECK(after.state == "released");
    CHECK(after.mail == before.mail);
    CHECK(after.received == before.received);
    CHECK(after.recipients == before.recipients);
    CHECK(after.sender.empty());
    CHECK(after.copy);
    CHECK(after.command == before.command);
}

TEST_CASE("in-doubt, gap and fold events come back as they were written") {
    InDoubtEvent doubt{EventId{newTimeUuid()}, fromMillis(5), {7, 9, 12}};
    const auto doubtBack = readEventAs<InDoubtEvent>(toJsonText(doubt));
    CHECK(doubtBack.sequences == doubt.sequences);

    GapEvent gap{EventId{newTimeUuid()}, fromMillis(6), 3, 8, 6, "damaged segment"};
    const auto gapBack = readEventAs<GapEvent>(toJsonText(gap));
    CHECK(gapBack.from == 3);
    CHECK(gapBack.to == 8);
    CHECK(gapBack.count == 6);
    CHECK(gapBack.reason == "damaged segment");

    FoldEvent fold;
    fold.id.value = newTimeUuid();
    fold.from = 1;
    fold.to = 100;
    fold.counters = {{3'600'000, Direction::kOutbound, "quarantine", "r", "q", 4, 5, 6}};
    fold.items = {sampleItem()};
    fold.alerts = {{{"r", "look"}, 7, fromMillis(8), fromMillis(9)}};
    const auto foldBack = readEventAs<FoldEvent>(toJsonText(fold));
    REQUIRE(foldBack.counters.size() == 1);
    CHECK(foldBack.counters[0].hour == 3'600'000);
    CHECK(foldBack.counters[0].direction == Direction::kOutbound);
    CHECK(foldBack.counters[0].bytes == 6);
    REQUIRE(foldBack.items.size() == 1);
    CHECK(foldBack.items[0].item == sampleItem().item);
    REQUIRE(foldBack.alerts.size() == 1);
    CHECK(foldBack.alerts[0].raised == RaisedAlert{"r", "look"});
    CHECK(foldBack.alerts[0].count == 7);
    CHECK(foldBack.alerts[0].first == fromMillis(8));
    CHECK(foldBack.alerts[0].last == fromMillis(9));
}

TEST_CASE("hostile text in an event becomes valid JSON") {
    MailEvent event = sampleMail();
    std::string every;
    for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
    event.subject = every;
    event.envelope.sender = "\xED\xA0\x80\xC0\x80\xF4\x90\x80\x80\xE2\x82\xAC\xE2\x82";
    event.outcomes[0].recipients = {"\xFF\"},{\"", std::string(1, '\0')};
    event.stageMillis["\"\x01"] = 1;
    const auto back = readEventAs<MailEvent>(toJsonText(event));
    CHECK(back.subject == validUtf8(every));
    CHECK(back.envelope.sender == validUtf8(event.envelope.sender));
    CHECK(back.outcomes[0].recipients[0] == "\xEF\xBF\xBD\"},{\"");
    CHECK(back.outcomes[0].recipients[1] == std::string(1, '\0'));
    CHECK(back.stageMillis.count("\"\x01") == 1);
}

TEST_CASE("a text longer than its limit is cut at a character when written") {
    MailEvent event = sampleMail();
    event.envelope.helo = std::string(2047, 'h') + "\xC3\xBC";
    event.outcomes[0].verdict.reason = std::string(1u << 20, '\xFF');
    const auto back = readEventAs<MailEvent>(toJsonText(event));
    CHECK(back.envelope.helo == std::string(2047, 'h'));
    CHECK(back.outcomes[0].verdict.reason.size() <= 3 * 4096);
}

TEST_CASE("a missing field of an event is named") {
    for (const char* field :
         {"kind", "id", "time", "direction", "sender", "size", "revision", "fingerprint", "outcomes"}) {
        Json body = parsed(toJsonText(sampleMail()));
        body.erase(field);
        const auto back = eventFromText(toText(body));
        REQUIRE_FALSE(back);
        CHECK(back.error().where == std::string("/") + field);
    }
    for (const char* field : {"item", "version", "state", "received", "sender", "size"}) {
        Json body = parsed(toJsonText(sampleItem()));
        body.erase(field);
        const auto back = eventFromText(toText(body));
        REQUIRE_FALSE(back);
        CHECK(back.error().where == std::string("/") + field);
    }
}

TEST_CASE("unknown fields of an event are ignored") {
    Json body = parsed(toJsonText(sampleMail()));
    body["added_later"] = {{"deep", {1, 2, 3}}};
    body["outcomes"][0]["also"] = true;
    CHECK(eventFromText(toText(body)));
}

TEST_CASE("an event of a node that knows no alerts has none, and one without a rule is refused") {
    Json body = parsed(toJsonText(sampleMail()));
    body.erase("alerts");
    const auto older = eventFromText(toText(body));
    REQUIRE(older);
    CHECK(std::get<MailEvent>(*older).alerts.empty());
    body["alerts"] = {{{"text", "of no rule"}}};
    const auto odd = eventFromText(toText(body));
    REQUIRE_FALSE(odd);
    CHECK(odd.error().where == "/alerts/rule");
}

TEST_CASE("an event with a field of the wrong type or size is refused") {
    const auto refused = [](const char* field, Json value) {
        Json body = parsed(toJsonText(sampleMail()));
        body[field] = std::move(value);
        const auto back = eventFromText(toText(body));
        return !back && back.error().where.find(std::string("/") + field) == 0;
    };
    CHECK(refused("id", "not-a-uuid"));
    CHECK(refused("id", 5));
    CHECK(refused("time", -1));
    CHECK(refused("time", 1e300));
    CHECK(refused("time", 18446744073709551615ull));
    CHECK(refused("size", -5));
    CHECK(refused("direction", "sideways"));
    CHECK(refused("outcomes", Json::object()));
    CHECK(refused("outcomes", Json::array({5})));
    CHECK(refused("outcomes", Json::array({{{"verdict", "explode"}}})));
    CHECK(refused("sender", std::string(7000, 'x')));
    CHECK(refused("stages", {{"parse", "fast"}}));
    CHECK(refused("viruses", {1}));
    CHECK(refused("kind", "later"));
    for (const char* body : {"", "[]", "null", "{}", "{\"kind\":5}"}) CHECK_FALSE(eventFromText(body));
}

TEST_CASE("a body that is no JSON says where") {
    const auto whole = toJsonText(sampleMail());
    for (std::size_t end = 0; end < whole.size(); ++end) CHECK_FALSE(eventFromText(whole.substr(0, end)));
    CHECK_FALSE(eventFromText(whole + "{}"));
    const auto broken = eventFromText(R"({"kind":"mail","outcomes":[{"rule":tru}]})");
    REQUIRE_FALSE(broken);
    CHECK(broken.error().where == "/outcomes/0/rule");
    CHECK_FALSE(eventFromText(R"({"kind":"mail","subject":")"
                              "\xFF"
                              R"("})"));
    CHECK_FALSE(eventFromText(std::string(100'000, '[')));
}

TEST_CASE("a reader reads large and small bodies in any order") {
    EventReader reader;
    auto mail = sampleMail();
    for (const std::size_t recipients : {1u, 20'000u, 3u, 90'000u, 1u}) {
        mail.outcomes[0].recipients.assign(recipients, "someone@somewhere.example");
        const auto event = reader.read(toJsonText(mail));
        REQUIRE(event);
        CHECK(std::get<MailEvent>(*event).outcomes[0].recipients.size() == recipients);
        CHECK_FALSE(reader.read("{"));
    }
}
