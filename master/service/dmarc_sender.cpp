#include "master/service/dmarc_sender.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/base/ids.h"
#include "common/base/log.h"
#include "common/base/utf8.h"
#include "common/dmarc/report_file.h"
#include "common/dmarc/report_writer.h"
#include "common/mail/address.h"
#include "common/wire/dmarc_fields.h"
#include "common/wire/wire_reader.h"
#include "master/service/dmarc_mail.h"

namespace weir {
namespace {

using Outcome = SmtpResult::Outcome;

constexpr std::int64_t kDayMillis = 86'400'000, kDaySeconds = 86'400;
constexpr int kClosedTogether = 100;
constexpr std::size_t kDetailBytes = 500;
constexpr auto kFoldPause = std::chrono::seconds(1);
constexpr auto kSendPause = std::chrono::seconds(30);
constexpr const char* kUnsure = "the master ended while it was being sent: it may have arrived";

bool isForHeader(const std::string& address) {
    return std::all_of(address.begin(), address.end(), [](char c) {
        return c > ' ' && c <= '~' && c != '<' && c != '>' && c != '"' && c != '\\' && c != ',';
    });
}

std::vector<DmarcDestination> destinationsOf(const db::DmarcReportRow& report) {
    const auto list = parseJson(report.destinations);
    if (!list || !list->is_array()) return {};
    const Json whole = {{"destinations", *list}};
    WireReader in(&whole);
    auto all = DmarcFields<JsonSource>::destinations(in);
    return in.problem() ? std::vector<DmarcDestination>() : all;
}

std::string shown(const db::DmarcKey& key) {
    return toText(fromMillis(key.day * kDayMillis)).substr(0, 10);
}

SmtpResult refused(std::string why) {
    return {Outcome::kNotSent, false, std::move(why)};
}

}  // namespace

std::optional<AggregateReport> dmarcReportOf(db::Connection& connection, const db::DmarcKey& key,
                                             const DmarcReportsSection& section, int rows) {
    const auto row = db::dmarcReport(connection, key);
    if (!row) return std::nullopt;
    AggregateReport report;
    report.organization = section.organization;
    report.email = section.from;
    report.contact = section.contact;
    report.id = row->reportId.empty() ? "open" : row->reportId;
    report.begin = static_cast<std::uint64_t>(key.day * kDaySeconds);
    report.end = report.begin + kDaySeconds - 1;
    if (const auto published = parseJson(row->published); published && published->is_object()) {
        WireReader in(&*published);
        report.published = DmarcFields<JsonSource>::published(in);
    }
    report.published.domain = key.domain;
    std::int64_t told = 0;
    db::eachDmarcRow(connection, key, rows, [&](const std::string& content, std::int64_t mails) {
        const auto json = parseJson(content);
        if (!json || !json->is_object()) return;
        WireReader in(&*json);
        DmarcRow one = DmarcFields<JsonSource>::row(in);
        if (in.problem()) return;
        one.count = static_cast<std::uint64_t>(mails);
        told += mails;
        report.rows.push_back(std::move(one));
    });
    report.omittedMails =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, row->leftOut + row->mails - told));
    return report;
}

DmarcSender::DmarcSender(db::Database& database, DmarcRollup& rollup,
                         std::function<DmarcReportsSection()> section,
                         std::optional<SmtpClientSettings> relay, SenderLimits limits)
    : database_(database),
      rollup_(rollup),
      section_(std::move(section)),
      relay_(std::move(relay)),
      limits_(limits) {}

DmarcSender::~DmarcSender() {
    stop();
}

void DmarcSender::start() {
    using Pause = std::chrono::milliseconds;
    adding_ = std::make_unique<Worker>(
        "dmarc-adding", [this] { return rollup_.fold(now()) ? Pause(0) : Pause(kFoldPause); },
        std::chrono::seconds(5));
    sending_ = std::make_unique<Worker>(
        "dmarc-sending",
        [this] {
            turn(now());
            return Pause(kSendPause);
        },
        std::chrono::seconds(5));
}

void DmarcSender::stop() {
    if (sending_) sending_->stop();
    if (adding_) adding_->stop();
}

void DmarcSender::turn(TimePoint time) {
    settle();
    const DmarcReportsSection section = section_();
    if (!section.enabled) return;
    closeDue(time);
    while (relay_ && sendNext(time)) {
    }
}

// What a try came to is written before anything else happens.
void DmarcSender::settle() {
    database_.transaction([this](db::Connection& connection) {
        if (!begun_) {
            const auto left =
                db::moveDmarcDestinations(connection, "sending", "unsure", kUnsure, toMillis(now()));
            if (left > 0) logWarning("dmarc.unsure", {{"reports", left}, {"reason", kUnsure}});
        }
        if (unsettled_) db::moveDmarcDestination(connection, *unsettled_, "sending");
    });
    begun_ = true;
    unsettled_.reset();
}

std::uint64_t DmarcSender::close(db::Connection& connection, const std::vector<db::DmarcReportRow>& open,
                                 TimePoint time) {
    for (db::DmarcReportRow report : open) {
        report.closed = toMillis(time);
        report.reportId = newTimeUuid();
        db::putDmarcReport(connection, report);
        std::vector<db::DmarcDestinationRow> rows;
        if (report.mails > 0)
            for (const DmarcDestination& one : destinationsOf(report)) {
                db::DmarcDestinationRow row;
                row.key = report.key;
                row.place = static_cast<std::int64_t>(rows.size());
                row.address = one.address.substr(0, 320);
                row.maxBytes = static_cast<std::int64_t>(std::min<std::uint64_t>(one.maxBytes, INT64_MAX));
                row.state = "waiting";
                row.nextTry = row.changed = toMillis(time);
                rows.push_back(std::move(row));
            }
        db::addDmarcDestinations(connection, rows);
    }
    return open.size();
}

void DmarcSender::closeDue(TimePoint time) {
    const std::int64_t quietSince = toMillis(time) - limits_.grace.count();
    for (std::uint64_t closed = 1; closed > 0;)
        database_.transaction([&](db::Connection& connection) {
            closed = close(connection,
                           db::openDmarcReports(connection, quietSince / kDayMillis, quietSince, std::nullopt,
                                                kClosedTogether),
                           time);
        });
}

SentNow DmarcSender::sendDay(std::int64_t day, const std::string& domain, bool again, TimePoint time) {
    if (day > toMillis(time) / kDayMillis) throw Error(ErrorCode::kInvalid, "that day has not begun");
    rollup_.foldAll(time);
    SentNow result;
    database_.transaction([&](db::Connection& connection) {
        result = {};
        auto open = db::openDmarcReports(connection, 0, 0, day, 1'000'000);
        const auto isOther = [&](const db::DmarcReportRow& one) {
            return !domain.empty() && one.key.domain != domain;
        };
        std::erase_if(open, isOther);
        result.closed = close(connection, open, time);
        for (const auto& report : db::dmarcReports(connection, day, std::nullopt, 1'000'000)) {
            if (isOther(report)) continue;
            for (db::DmarcDestinationRow row : db::dmarcDestinations(connection, report.key)) {
                const bool repeat = again && (row.state == "failed" || row.state == "unsure");
                if (repeat || row.state == "waiting") {
                    const std::string before = row.state;
                    row.state = "waiting";
                    row.tries = repeat ? 0 : row.tries;
                    row.nextTry = row.changed = toMillis(time);
                    if (db::moveDmarcDestination(connection, row, before)) ++result.waiting;
                }
            }
        }
    });
    if (sending_) sending_->wake();
    return result;
}

bool DmarcSender::sendNext(TimePoint time) {
    std::optional<db::DmarcDestinationRow> next;
    database_.read(
        [&](db::Connection& connection) { next = db::nextDmarcDestination(connection, toMillis(time)); });
    if (!next) return false;
    db::DmarcDestinationRow row = *next;
    ++row.tries;
    row.state = "sending";
    row.changed = toMillis(time);
    bool claimed = false;
    // Were this commit uncertain, nothing is sent, and settle() makes it wait again.
    unsettled_ = next;
    database_.transaction(
        [&](db::Connection& connection) { claimed = db::moveDmarcDestination(connection, row, "waiting"); });
    unsettled_.reset();
    if (!claimed) return true;
    SmtpResult result;
    try {
        result = send(row, time);
    } catch (const Error& error) {
        // Reading the report, before anything went out.
        result = {Outcome::kNotSent, error.code() != ErrorCode::kInvalid, error.what()};
    }
    finish(std::move(row), result, now());
    settle();
    return true;
}

SmtpResult DmarcSender::send(const db::DmarcDestinationRow& row, TimePoint time) {
    const DmarcReportsSection section = section_();
    if (!isForHeader(row.address) || !isForHeader(section.from))
        return refused("cannot be written as an address");
    std::optional<AggregateReport> report;
    database_.read([&](db::Connection& connection) {
        report = dmarcReportOf(connection, row.key, section, limits_.rows);
    });
    if (!report) return refused("the report is gone");
    const std::string packed = gzipped(toXml(*report));
    if (row.maxBytes > 0 && packed.size() > static_cast<std::uint64_t>(row.maxBytes))
        return refused("the report has " + std::to_string(packed.size()) + " bytes, the domain takes " +
                       std::to_string(row.maxBytes));
    std::istringstream content(dmarcMail(*report, packed, section.from, row.address, time));
    return SmtpClient(*relay_).send(section.from, {row.address}, "", content);
}

void DmarcSender::finish(db::DmarcDestinationRow row, const SmtpResult& result, TimePoint time) {
    row.changed = toMillis(time);
    row.detail = validUtf8(result.text, kDetailBytes);
    if (result.outcome == Outcome::kSent) {
        row.state = "sent";
    } else if (result.outcome == Outcome::kUnknown) {
        row.state = "unsure";
    } else if (result.temporary && row.tries < limits_.tries) {
        row.state = "waiting";
        const std::int64_t doubled = limits_.firstPause.count() << std::min<std::int64_t>(row.tries - 1, 20);
        row.nextTry = row.changed + std::min<std::int64_t>(doubled, limits_.longestPause.count());
    } else {
        row.state = "failed";
    }
    log(row.state == "sent" ? LogLevel::kInfo : LogLevel::kWarning, "dmarc.report",
        {{"domain", row.key.domain},
         {"day", shown(row.key)},
         {"to", row.address},
         {"state", row.state},
         {"tries", row.tries},
         {"detail", row.detail}});
    unsettled_ = std::move(row);
}

}  // namespace weir
