#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "common/dmarc/report_file.h"
#include "common/dmarc/report_parser.h"
#include "common/dmarc/report_writer.h"
#include "tests/support/archive_maker.h"

using namespace weir;

namespace {

std::string golden() {
    std::ifstream file(WEIR_SOURCE_DIR "/tests/fuzz/records/report.xml");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

AggregateReport sample() {
    AggregateReport report;
    report.organization = "Receiver Example";
    report.email = "dmarc@receiver.example";
    report.id = "20260101.sender.example";
    report.begin = 1767225600;
    report.end = 1767311999;
    report.published = {"sender.example", "quarantine", "reject", "r", "r", 100, "0"};
    DmarcRow row;
    row.source = "192.0.2.1";
    row.count = 7;
    row.reasons = {{"local_policy", "a & b <c>"}};
    row.headerFrom = "sender.example";
    row.envelopeFrom = "bounce.sender.example";
    row.dkim = {{"other.example", "s1", "pass"}};
    row.spf = {{"bounce.sender.example", "mfrom", "softfail"}};
    report.rows = {row};
    return report;
}

std::string document(const std::string& records, const std::string& head = "") {
    return head +
           "<feedback><report_metadata><org_name>o</org_name><report_id>1</report_id><date_range><begin>10</"
           "begin>"
           "<end>20</end></date_range></report_metadata><policy_published><domain>A.Test</domain><p>none</p>"
           "</policy_published>" +
           records + "</feedback>";
}

std::string record(const std::string& source, const std::string& count, const std::string& more = "") {
    return "<record><row><source_ip>" + source + "</source_ip><count>" + count + "</count></row>" + more +
           "</record>";
}

std::string problemOf(const std::string& xml, const ReportLimits& limits = {}) {
    const auto report = parseAggregateReport(xml, limits);
    return report ? "" : report.error().text();
}

}  // namespace

TEST_CASE("a report is written as the golden file has it") {
    REQUIRE(toXml(sample()) == golden());
}

TEST_CASE("what is written is read as the same") {
    const auto report = parseAggregateReport(golden());
    REQUIRE(report);
    REQUIRE(*report == sample());
}

TEST_CASE("XML, gzip and zip are read alike") {
    const std::string xml = golden();
    for (const std::string& file : {xml, gzipped(xml), test::makeArchive("zip", "", {{"report.xml", xml}}),
                                    test::makeZip({{"r.xml", xml}})}) {
        REQUIRE(looksLikeReport(file));
        const auto report = readReportFile(file);
        REQUIRE(report);
        REQUIRE(*report == sample());
    }
    REQUIRE_FALSE(looksLikeReport("%PDF-1.4"));
    REQUIRE_FALSE(readReportFile("%PDF-1.4"));
    REQUIRE_FALSE(readReportFile(gzipped(xml).substr(0, 100)));
    REQUIRE_FALSE(readReportFile(""));
    REQUIRE(gzipped(xml) == gzipped(xml));
}

TEST_CASE("a packed report unpacks to no more than the limit") {
    const std::string bomb(3u << 20, ' ');
    ReportLimits limits;
    limits.bytes = 1u << 20;
    for (const std::string& file :
         {gzipped("<a>" + bomb), test::makeArchive("zip", "", {{"report.xml", bomb}})}) {
        const auto report = readReportFile(file, limits);
        REQUIRE_FALSE(report);
        REQUIRE(report.error().text().find("more than 1048576 bytes") != std::string::npos);
    }
    REQUIRE(problemOf("<feedback>" + bomb, limits).find("at most 1048576") != std::string::npos);
}

TEST_CASE("a document type is refused before an entity is known") {
    const std::string bomb =
        "<!DOCTYPE feedback [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c SYSTEM \"file:///etc/passwd\">]>";
    REQUIRE(problemOf(document("", bomb)).find("document type is not allowed") != std::string::npos);
    REQUIRE(problemOf("<!DOCTYPE feedback SYSTEM \"http://192.0.2.1/x\"><feedback/>").find("document type") !=
            std::string::npos);
    REQUIRE_FALSE(problemOf(document("<record>&b;</record>")).empty());
}

TEST_CASE("each limit of a report holds") {
    REQUIRE(problemOf(document("")).empty());
    std::string deep;
    for (int i = 0; i < 20; ++i) deep += "<a>";
    REQUIRE(problemOf(document(deep)).find("deeper than 16") != std::string::npos);
    REQUIRE(problemOf(document(record("192.0.2.1", "1", "<x>" + std::string(3000, 'x') + "</x>")))
                .find("over 2048 bytes") != std::string::npos);
    std::string many;
    for (int i = 0; i < 20; ++i) many += "<dkim><domain>d</domain><result>pass</result></dkim><spf/>";
    const auto results =
        parseAggregateReport(document(record("192.0.2.1", "1", "<auth_results>" + many + "</auth_results>")));
    REQUIRE(results);
    REQUIRE(results->rows.at(0).dkim.size() == 8);
    REQUIRE(results->rows.at(0).spf.size() == 8);
    ReportLimits days;
    days.days = 0;
    REQUIRE(problemOf(document(""), days).find("not within 0 days") != std::string::npos);
}

TEST_CASE("of too many rows those with most mails are kept, the others counted") {
    std::string records;
    for (int i = 1; i <= 50; ++i) records += record("192.0.2." + std::to_string(i), std::to_string(i));
    ReportLimits limits;
    limits.rows = 10;
    const auto report = parseAggregateReport(document(records), limits);
    REQUIRE(report);
    REQUIRE(report->rows.size() == 10);
    REQUIRE(report->rows.front().count == 50);
    REQUIRE(report->rows.back().count == 41);
    REQUIRE(report->omittedRows == 40);
    REQUIRE(report->omittedMails == 40 * 41 / 2);
    limits.rows = 100;
    limits.keptBytes = 1000;
    const auto few = parseAggregateReport(document(records), limits);
    REQUIRE(few);
    REQUIRE(few->rows.size() == 4);
    REQUIRE(few->omittedRows == 46);
}

TEST_CASE("values that are none are refused with their line") {
    REQUIRE(problemOf(document(record("192.0.2.300", "1"))) == "line 1: <source_ip>: expected an IP address");
    REQUIRE(problemOf(document(record("192.0.2.1", "-1"))).find("whole number") != std::string::npos);
    REQUIRE(problemOf(document(record("192.0.2.1", "99999999999999999999"))).find("whole number") !=
            std::string::npos);
    REQUIRE(problemOf(document("<record/>")).find("without source_ip") != std::string::npos);
    REQUIRE(problemOf("<rss/>").find("expected <feedback>") != std::string::npos);
    REQUIRE_FALSE(problemOf(document("<record>")).empty());
    REQUIRE(problemOf("<feedback/>").find("no org_name") != std::string::npos);
}

TEST_CASE("what others write differently is understood") {
    const auto latin = parseAggregateReport(
        "<?xml version='1.0' encoding='ISO-8859-1'?><x:feedback xmlns:x='urn:ietf'>"
        "<report_metadata>\n<org_name> M\xFCller "
        "</org_name><report_id>1</report_id><unknown><deep/></unknown>"
        "</report_metadata><policy_published><domain>A.Test</domain><sp></sp><p>Reject</p></policy_published>"
        "<record><row><source_ip>2001:DB8:0::1</source_ip><count> 2 </count><policy_evaluated>"
        "<disposition>None</disposition><dkim>Pass</dkim><spf>FAIL</spf></policy_evaluated></row></record>"
        "</x:feedback>");
    REQUIRE(latin);
    REQUIRE(latin->organization == "M\xC3\xBCller");
    REQUIRE(latin->published.domain == "a.test");
    REQUIRE(latin->published.policy == "reject");
    REQUIRE(latin->rows.at(0).source == "2001:db8::1");
    REQUIRE(latin->rows.at(0).dkimAligned);
    REQUIRE_FALSE(latin->rows.at(0).spfAligned);
    REQUIRE(latin->rows.at(0).headerFrom == "a.test");
}

TEST_CASE("texts of hostile mail stay text in XML") {
    AggregateReport report = sample();
    report.rows[0].headerFrom = "<a>&\"\x01\xFF]]>";
    report.organization = "two\r\nlines";
    const std::string xml = toXml(report);
    REQUIRE(xml.find("&lt;a&gt;&amp;") != std::string::npos);
    const auto again = parseAggregateReport(xml);
    REQUIRE(again);
    REQUIRE(again->rows[0].headerFrom == "<a>&\"\xEF\xBF\xBD\xEF\xBF\xBD]]>");
    REQUIRE(again->organization == "two  lines");
}

TEST_CASE("the file name is that of RFC 7489, of harmless characters") {
    AggregateReport report = sample();
    REQUIRE(reportFileName("receiver.example", report) ==
            "receiver.example!sender.example!1767225600!1767311999!20260101.sender.example.xml.gz");
    report.published.domain = "../x\r\n\"";
    REQUIRE(reportFileName("r", report) == "r!.._x___!1767225600!1767311999!20260101.sender.example.xml.gz");
}
