#include "slave/link/node_health.h"

#include <catch2/catch.hpp>

#include "common/base/utf8.h"
#include "slave/filter/active_policy.h"
#include "slave/quarantine/store.h"
#include "slave/report/report_queue.h"
#include "tests/support/temp_folder.h"

using namespace weir;

TEST_CASE("what a node says of itself goes out whole, and what the wire does not take is cut") {
    const test::TempFolder folder;
    const ActivePolicy policy{folder / "policy"};
    const ReportQueue reports{ReportQueueSettings{.folder = folder / "report"}};
    const QuarantineStore quarantine{folder / "quarantine"};
    const std::string longText = std::string(WireLimits::kTextBytes - 1, 'x') + "\xc3\xbc and more";
    NodeFacts facts;
    facts.health = [&] {
        std::vector<HealthLine> lines = {{"catalog user-lists", true, "3 entries of 2 owners"},
                                         {std::string(1000, 'w'), false, longText},
                                         {"clamd", false, std::string(2000, '\xff')}};
        lines.resize(WireLimits::kHealthLines + 5, {"more", true, ""});
        return lines;
    };
    const NodeHealth health(folder.path(), policy, reports, quarantine, facts);
    const auto said = health.describe({}).health;
    REQUIRE(said.size() == WireLimits::kHealthLines);
    CHECK(said[0] == HealthLine{"catalog user-lists", true, "3 entries of 2 owners"});
    CHECK(said[1].what == std::string(WireLimits::kNameBytes, 'w'));
    CHECK(said[1].detail == std::string(WireLimits::kTextBytes - 1, 'x'));
    CHECK(said[2].detail.size() <= WireLimits::kTextBytes);
    CHECK(isValidUtf8(said[2].detail));
}
