// DMARC reports as people see them: what others say about our domains, and what the cluster tells others.
//
// Thread-safe. Throws Error kUnavailable when the database is away.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/policy/policy_sections.h"
#include "master/db/dmarc_received_table.h"
#include "master/db/dmarc_table.h"
#include "master/service/audit.h"
#include "master/service/dmarc_sender.h"
#include "master/service/policy_desk.h"

namespace weir {

// The section dmarc-reports of the published policy, at the level of the cluster.
DmarcReportsSection publishedDmarcSection(const PolicyDesk& policies);

struct DmarcPeriod {
    TimePoint from, to;  // reports that end within from <= t < to
};
struct DmarcSentReport {
    db::DmarcReportRow report;
    std::vector<db::DmarcDestinationRow> destinations;
};
struct DmarcImport {
    AggregateReport report;
    ReportTaken taken{};
};

// "2026-01-01": the day since 1970, or nothing.
std::optional<std::int64_t> dayFromText(const std::string& text);
std::string dayText(std::int64_t day);

class DmarcDesk {
  public:
    DmarcDesk(db::Database& database, DmarcSender& sender, PolicyDesk& policies)
        : database_(database), sender_(sender), policies_(policies) {}

    std::vector<db::DmarcDomainTotal> domains(const DmarcPeriod& period, int limit);
    std::vector<db::DmarcSourceTotal> sources(const std::string& domain, const DmarcPeriod& period,
                                              int limit);
    std::vector<db::DmarcReceivedRow> received(const std::string& domain, const DmarcPeriod& period,
                                               int limit);
    // A report in a file: XML, gzip or zip. A Problem where it is none.
    Expected<DmarcImport> import(const Actor& actor, std::string_view file);

    // Newest day first. The domain "" is what was left out of a day beyond the limit of domains.
    std::vector<DmarcSentReport> sent(std::optional<std::int64_t> day,
                                      const std::optional<db::DmarcKey>& after, int limit);
    std::optional<std::string> xml(const db::DmarcKey& key);
    SentNow sendDay(const Actor& actor, std::int64_t day, const std::string& domain, bool again);
    // Why nothing is sent now; empty: it is.
    std::string hindrance() const;

  private:
    db::Database& database_;
    DmarcSender& sender_;
    PolicyDesk& policies_;
};

}  // namespace weir
