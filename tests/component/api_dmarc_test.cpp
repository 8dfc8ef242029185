// DMARC reports over the API: what nodes told, import, sending.
#include <catch2/catch.hpp>

#include "common/dmarc/report_file.h"
#include "common/dmarc/report_writer.h"
#include "tests/component/api_case.h"
#include "tests/support/eventually.h"
#include "tests/support/sample_events.h"

using namespace weir;
using namespace weir::test;
using nlohmann::json;

namespace {

AggregateReport sample(const std::string& id) {
    AggregateReport report;
    report.organization = "Receiver";
    report.id = id;
    report.end = static_cast<std::uint64_t>(toMillis(now()) / 1000 - 3600);
    report.begin = report.end - 86'399;
    report.published.domain = "ours.example";
    DmarcRow row;
    row.source = "192.0.2.9";
    row.count = 5;
    row.spfAligned = true;
    row.headerFrom = "ours.example";
    report.rows = {row};
    return report;
}

HttpAnswer import(ApiCase& it, const std::string& file,
                  const std::string& type = "application/octet-stream") {
    return it.askText(it.role("operator"), "POST", "/dmarc/received", file, {{"Content-Type", type}});
}

MailEvent mailOf(const std::string& domain) {
    MailEvent mail = sampleMail("a@" + domain, {"r@company.example"});
    DmarcSighting sighting;
    sighting.published.domain = domain;
    sighting.destinations = {{"dmarc@" + domain, 0}};
    sighting.row.source = "192.0.2.1";
    sighting.row.count = 1;
    sighting.row.headerFrom = domain;
    mail.dmarc = sighting;
    return mail;
}

}  // namespace

TEST_CASE("an imported report shows by domain and by source, once") {
    onEachMaster([](ApiCase& it) {
        REQUIRE(import(it, gzipped(toXml(sample("1")))).status == 201);
        const auto again = import(it, toXml(sample("1")), "application/xml");
        CHECK(again.status == 200);
        CHECK(json::parse(again.body)["new"] == false);
        CHECK(import(it, "no report").status == 422);
        CHECK(import(it, "<!DOCTYPE feedback><feedback/>").body.find("document type") != std::string::npos);
        CHECK(import(it, "{}", "application/json").status == 415);
        const auto domains = it.json(it.role("quarantine"), "/dmarc/received")["items"];
        REQUIRE(domains.size() == 1);
        CHECK(domains[0]["domain"] == "ours.example");
        CHECK(domains[0]["mails"] == 5);
        CHECK(domains[0]["passed"] == 5);
        const auto one = it.json(it.role("auditor"), "/dmarc/received/Ours.Example");
        CHECK(one["sources"][0]["source"] == "192.0.2.9");
        CHECK(one["sources"][0]["spf"] == 5);
        CHECK(one["reports"][0]["origin"] == "operator-token");
        CHECK(
            it.json(it.admin(), "/dmarc/received?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z")["items"]
                .empty());
        CHECK(it.ask(it.admin(), "GET", "/dmarc/received?from=2002-01-01T00:00:00Z&to=2001-01-02T00:00:00Z")
                  .status == 400);
        CHECK(it.json(it.admin(), "/audit?action=dmarc.import")["items"].size() == 1);
    });
}

TEST_CASE("what nodes saw is listed by day and domain, and shown as XML") {
    onEachMaster([](ApiCase& it) {
        const auto node = it.enrollNode("mx1");
        std::vector<std::string> events;
        for (const char* domain : {"b.example", "a.example", "b.example"})
            events.push_back(toJsonText(mailOf(domain)));
        it.sendEvents(node, events);
        const auto items = [&] { return it.json(it.admin(), "/dmarc/sent")["items"]; };
        REQUIRE(eventually([&] { return items().size() == 2; }));
        const auto reports = items();
        CHECK(reports[0]["domain"] == "a.example");
        CHECK(reports[1]["mails"] == 2);
        CHECK(reports[1]["closed"].is_null());
        const auto id = reports[1]["id"].get<std::string>();
        const auto xml = it.ask(it.role("auditor"), "GET", "/dmarc/sent/" + id);
        CHECK(xml.status == 200);
        CHECK(xml.body.find("<count>2</count>") != std::string::npos);
        for (const char* wrong : {"x", "2026-01-01:1", "2026-01-01:x:b.example", "2001-01-01:1:b.example"})
            CHECK(it.ask(it.admin(), "GET", std::string("/dmarc/sent/") + wrong).status == 404);
        const auto page = it.json(it.admin(), "/dmarc/sent?limit=1");
        CHECK(page["items"][0]["domain"] == "a.example");
        const auto next =
            it.json(it.admin(), "/dmarc/sent?limit=1&cursor=" + page["next"].get<std::string>());
        CHECK(next["items"][0]["domain"] == "b.example");
        CHECK(it.ask(it.admin(), "GET", "/dmarc/sent?day=yesterday").status == 400);
        CHECK(it.ask(it.admin(), "GET", "/dmarc/sent?cursor=x").status == 400);
        // Neither the section nor a relay: said, and refused.
        CHECK(it.json(it.admin(), "/dmarc/sent")["hindrance"].get<std::string>().find("dmarc-reports") !=
              std::string::npos);
        const auto day = reports[0]["day"];
        CHECK(it.ask(it.admin(), "POST", "/dmarc/sent", {{"day", day}}).status == 409);
        CHECK(it.ask(it.admin(), "POST", "/dmarc/sent", {{"day", "never"}}).status == 422);
        CHECK(it.ask(it.role("auditor"), "POST", "/dmarc/sent", {{"day", day}}).status == 403);
    });
}
