#include "master/service/dmarc_received.h"

#include <algorithm>

#include "common/base/digest.h"
#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/wire/dmarc_fields.h"
#include "master/db/dmarc_received_table.h"

namespace weir {
namespace {

constexpr std::int64_t kMostMails = std::int64_t{1} << 50;  // of a report: sums of many stay numbers
constexpr std::int64_t kDayMillis = 86'400'000;

std::string cut(std::string_view text, std::size_t limit = 255) {
    return std::string(cutUtf8(text, limit));
}

std::string idOf(const AggregateReport& report) {
    std::string text;
    for (const std::string& part :
         {lowered(report.organization), lowered(report.published.domain), report.id})
        text += std::to_string(part.size()) + ":" + part;
    return sha256Hex(text);
}

std::int64_t sum(std::int64_t total, std::uint64_t count) {
    return std::min(kMostMails,
                    total + static_cast<std::int64_t>(std::min<std::uint64_t>(count, kMostMails)));
}

}  // namespace

ReportTaken takeReport(db::Connection& connection, const ReceivedReport& received, TimePoint time,
                       const ReceivedLimits& limits) {
    const AggregateReport& report = received.report;
    const std::int64_t taken = toMillis(time);
    db::DmarcReceivedRow row;
    row.id = idOf(report);
    row.domain = cut(lowered(report.published.domain));
    row.organization = cut(report.organization);
    row.email = cut(report.email);
    row.contact = cut(report.contact);
    row.reportId = cut(report.id);
    row.first = static_cast<std::int64_t>(report.begin);
    row.last = static_cast<std::int64_t>(report.end);
    JsonWriter published;
    writeDmarcPublished(published, report.published);
    row.published = published.take();
    row.taken = taken;
    row.origin = cut(received.from);
    row.authenticated = received.authenticated;
    row.omittedMails = sum(0, report.omittedMails);
    std::vector<db::DmarcReceivedCount> counts;
    for (const DmarcRow& one : report.rows) {
        row.mails = sum(row.mails, one.count);
        if (one.passed()) row.passed = sum(row.passed, one.count);
        if (one.disposition == "quarantine") row.quarantined = sum(row.quarantined, one.count);
        if (one.disposition == "reject") row.rejected = sum(row.rejected, one.count);
        JsonWriter content;
        writeDmarcRow(content, one);
        counts.push_back({cut(one.source, 64), one.disposition, one.dkimAligned, one.spfAligned,
                          cut(one.headerFrom), static_cast<std::int64_t>(one.count), content.take()});
    }
    row.mails = sum(row.mails, report.omittedMails);
    if (db::dmarcReceivedSince(connection, taken / kDayMillis * kDayMillis) >= limits.reportsADay)
        return ReportTaken::kTooMany;
    return db::addDmarcReceived(connection, row, counts) ? ReportTaken::kNew : ReportTaken::kKnown;
}

}  // namespace weir
