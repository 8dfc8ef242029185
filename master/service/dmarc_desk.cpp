#include "master/service/dmarc_desk.h"

#include <nlohmann/json.hpp>

#include "common/dmarc/report_file.h"
#include "common/dmarc/report_writer.h"
#include "common/policy/rule.h"

namespace weir {
namespace {

constexpr std::int64_t kDayMillis = 86'400'000;
constexpr int kRows = 10'000;

std::int64_t seconds(TimePoint time) {
    return toMillis(time) / 1000;
}

}  // namespace

DmarcReportsSection publishedDmarcSection(const PolicyDesk& policies) {
    const PublishedPtr published = policies.published();
    if (!published) return {};
    // Only the section: a policy may have thousands of rules.
    Json sections = Json::object();
    const auto all = published->document->find("sections");
    if (all != published->document->end() && all->contains("dmarc-reports"))
        sections["dmarc-reports"] = all->at("dmarc-reports");
    const auto policy = parsePolicy(Json{{"sections", sections}});
    return policy ? (*policy)->sections.dmarcReports : DmarcReportsSection();
}

std::optional<std::int64_t> dayFromText(const std::string& text) {
    const auto time = text.size() == 10 ? timeFromText(text + "T00:00:00Z") : std::nullopt;
    if (!time || toMillis(*time) < 0) return std::nullopt;
    return toMillis(*time) / kDayMillis;
}

std::string dayText(std::int64_t day) {
    return toText(fromMillis(day * kDayMillis)).substr(0, 10);
}

std::vector<db::DmarcDomainTotal> DmarcDesk::domains(const DmarcPeriod& period, int limit) {
    std::vector<db::DmarcDomainTotal> all;
    database_.read([&](db::Connection& connection) {
        all = db::dmarcDomainTotals(connection, seconds(period.from), seconds(period.to), limit);
    });
    return all;
}

std::vector<db::DmarcSourceTotal> DmarcDesk::sources(const std::string& domain, const DmarcPeriod& period,
                                                     int limit) {
    std::vector<db::DmarcSourceTotal> all;
    database_.read([&](db::Connection& connection) {
        all = db::dmarcSourceTotals(connection, domain, seconds(period.from), seconds(period.to), limit);
    });
    return all;
}

std::vector<db::DmarcReceivedRow> DmarcDesk::received(const std::string& domain, const DmarcPeriod& period,
                                                      int limit) {
    std::vector<db::DmarcReceivedRow> all;
    database_.read([&](db::Connection& connection) {
        all = db::dmarcReceived(connection, domain, seconds(period.from), seconds(period.to), limit);
    });
    return all;
}

Expected<DmarcImport> DmarcDesk::import(const Actor& actor, std::string_view file) {
    auto report = readReportFile(file);
    if (!report) return tl::unexpected<Problem>(report.error());
    DmarcImport result;
    result.report = std::move(*report);
    database_.transaction([&](db::Connection& connection) {
        result.taken = takeReport(connection, {result.report, actor.name, true}, now());
        if (result.taken == ReportTaken::kNew)
            Audit::record(connection, actor, "dmarc.import", "report " + result.report.id, nullptr,
                          {{"organization", result.report.organization},
                           {"domain", result.report.published.domain},
                           {"rows", result.report.rows.size()}});
    });
    return result;
}

std::vector<DmarcSentReport> DmarcDesk::sent(std::optional<std::int64_t> day,
                                             const std::optional<db::DmarcKey>& after, int limit) {
    std::vector<DmarcSentReport> all;
    database_.read([&](db::Connection& connection) {
        all.clear();
        for (auto& report : db::dmarcReports(connection, day, after, limit)) {
            auto destinations = db::dmarcDestinations(connection, report.key);
            all.push_back({std::move(report), std::move(destinations)});
        }
    });
    return all;
}

std::optional<std::string> DmarcDesk::xml(const db::DmarcKey& key) {
    const DmarcReportsSection section = publishedDmarcSection(policies_);
    std::optional<AggregateReport> report;
    database_.read(
        [&](db::Connection& connection) { report = dmarcReportOf(connection, key, section, kRows); });
    if (!report) return std::nullopt;
    return toXml(*report);
}

SentNow DmarcDesk::sendDay(const Actor& actor, std::int64_t day, const std::string& domain, bool again) {
    if (const std::string why = hindrance(); !why.empty()) throw Error(ErrorCode::kConflict, why);
    const SentNow result = sender_.sendDay(day, domain, again, now());
    database_.transaction([&](db::Connection& connection) {
        Audit::record(
            connection, actor, "dmarc.send", "day " + dayText(day), nullptr,
            {{"domain", domain}, {"again", again}, {"closed", result.closed}, {"waiting", result.waiting}});
    });
    return result;
}

std::string DmarcDesk::hindrance() const {
    if (!publishedDmarcSection(policies_).enabled) return "the section dmarc-reports is not enabled";
    if (!sender_.hasRelay()) return "no mail relay is set: mail.relay in master.toml";
    return {};
}

}  // namespace weir
