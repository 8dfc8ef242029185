// DMARC reports inside the sandbox: what expat and libarchive open at first use must be allowed there.
#include <catch2/catch.hpp>

#include "common/dmarc/report_file.h"
#include "common/dmarc/report_parser.h"
#include "common/dmarc/report_writer.h"
#include "slave/parser/parse_codec.h"
#include "slave/parser/parser_pool.h"
#include "tests/support/archive_maker.h"

using namespace weir;

namespace {

AggregateReport sample() {
    AggregateReport report;
    report.organization = "Receiver";
    report.id = "1";
    report.begin = 10;
    report.end = 20;
    report.published.domain = "sender.example";
    DmarcRow row;
    row.source = "192.0.2.1";
    row.count = 7;
    row.headerFrom = "sender.example";
    row.dkim = {{"sender.example", "s", "pass"}};
    row.spf = {{"sender.example", "mfrom", "fail"}};
    report.rows = {row};
    return report;
}

std::vector<ParseResult> parse(const std::vector<std::string>& files) {
    ParserPoolSettings settings;
    settings.program = WEIR_PARSER_WORKER;
    settings.processes = 1;
    ParserPool pool(settings);
    std::vector<ParseItem> items;
    for (const std::string& file : files) items.push_back({ParseKind::kDmarcReport, file});
    return pool.parse(items, std::chrono::steady_clock::now() + std::chrono::seconds(60));
}

}  // namespace

TEST_CASE("reports of every packing are read in a parser process as they are outside") {
    const std::string xml = toXml(sample());
    const AggregateReport outside = parseAggregateReport(xml).value();
    for (const ParseResult& result :
         parse({xml, gzipped(xml), test::makeArchive("zip", "", {{"report.xml", xml}})})) {
        INFO(result.reason);
        const auto* answer = result.as<DmarcReportAnswer>();
        REQUIRE(answer);
        CHECK(answer->problem == "");
        REQUIRE(answer->report);
        CHECK(*answer->report == outside);
    }
}

TEST_CASE("what is no report is told with the reason, and costs no process") {
    const auto results =
        parse({"<feedback>", "%PDF", "<!DOCTYPE feedback SYSTEM \"file:///etc/passwd\"><feedback/>",
               "<?xml version='1.0' encoding='windows-1252'?><feedback/>", toXml(sample())});
    REQUIRE(results.size() == 5);
    for (std::size_t i = 0; i < 4; ++i) {
        INFO(i << " " << results[i].reason);
        const auto* answer = results[i].as<DmarcReportAnswer>();
        REQUIRE(answer);
        CHECK_FALSE(answer->report);
        CHECK(answer->problem != "");
    }
    REQUIRE(results[4].as<DmarcReportAnswer>());
    CHECK(results[4].as<DmarcReportAnswer>()->report);
}

TEST_CASE("a report that no parser makes is refused as an answer") {
    const auto accepted = [](const DmarcReportAnswer& answer) {
        std::string bytes;
        writeAnswer(answer, bytes);
        return !readAnswer(ParseKind::kDmarcReport, bytes).failed();
    };
    CHECK(accepted({sample(), ""}));
    CHECK(accepted({std::nullopt, "why"}));
    CHECK_FALSE(accepted({std::nullopt, ""}));
    AggregateReport word = sample();
    word.rows[0].disposition = "drop";
    CHECK_FALSE(accepted({word, ""}));
    AggregateReport many = sample();
    many.rows.resize(5'000, many.rows[0]);
    CHECK_FALSE(accepted({many, ""}));
    AggregateReport long_ = sample();
    long_.rows[0].headerFrom = std::string(2u << 20, 'x');
    CHECK_FALSE(accepted({long_, ""}));
    AggregateReport late = sample();
    late.end = UINT64_MAX;
    CHECK_FALSE(accepted({late, ""}));
}
