#include "master/service/dmarc_rollup.h"

#include <map>
#include <nlohmann/json.hpp>

#include "common/base/digest.h"
#include "common/base/log.h"
#include "common/wire/dmarc_fields.h"
#include "common/wire/wire_reader.h"
#include "master/db/dmarc_table.h"
#include "master/db/dmarc_waiting_table.h"

namespace weir {
namespace {

constexpr std::int64_t kDayMillis = 86'400'000;
constexpr std::size_t kDomainBytes = 255;

// What one piece brings for one domain and day.
struct Added {
    std::string published, destinations;  // JSON; the newest
    std::map<std::string, db::DmarcCount> rows;
    std::int64_t mails = 0;
};
using AddedByDomain = std::map<std::pair<std::int64_t, std::string>, Added>;

std::string destinationsText(const std::vector<DmarcDestination>& destinations) {
    JsonWriter out;
    out.beginArray();
    for (const DmarcDestination& one : destinations) writeDmarcDestination(out, one);
    out.endArray();
    return out.take();
}

template <class Read>
auto readText(const std::string& text, Read read) {
    using Result = decltype(read(std::declval<WireReader&>()));
    const auto json = parseJson(text);
    if (json && json->is_object()) {
        WireReader in(&*json);
        auto value = read(in);
        if (!in.problem()) return std::optional<Result>(std::move(value));
    }
    logError("dmarc.unreadable", {{"text", text.substr(0, 200)}});
    return std::optional<Result>();
}

class Piece {
  public:
    Piece(db::Connection& connection, const RollupLimits& limits, TimePoint time)
        : connection_(connection), limits_(limits), time_(time), today_(toMillis(time) / kDayMillis) {}

    // False when nothing waits.
    bool run() {
        const auto waiting = db::lockDmarcWaiting(connection_, limits_.together);
        if (waiting.empty()) return false;
        db::DmarcChanges changes;
        for (const auto& row : waiting) {
            if (row.kind == db::DmarcWaiting::kSightings) changes.addText(row.content);
            if (row.kind == db::DmarcWaiting::kReport) addReport(row.content);
        }
        changes.each([this](std::int64_t day, const std::string& text, std::int64_t times) {
            if (times != 0) addSighting(day, text, times);
        });
        for (const auto& [key, added] : added_) add(key.first, key.second, added);
        if (outOfTime_ != 0)
            logWarning("dmarc.out_of_time",
                       {{"mails", outOfTime_}, {"reason", "their day is no day of these"}});
        db::removeDmarcWaiting(connection_, waiting);
        return true;
    }

  private:
    void addReport(const std::string& text) {
        const auto report =
            readText(text, [](WireReader& in) { return DmarcFields<JsonSource>::received(in); });
        if (!report) return;
        const ReportTaken taken = takeReport(connection_, *report, time_, limits_.received);
        logInfo("dmarc.received", {{"organization", report->report.organization},
                                   {"domain", report->report.published.domain},
                                   {"report", report->report.id},
                                   {"from", report->from},
                                   {"taken", taken == ReportTaken::kNew     ? "new"
                                             : taken == ReportTaken::kKnown ? "known before"
                                                                            : "too many today"}});
    }

    void addSighting(std::int64_t day, const std::string& text, std::int64_t times) {
        if (day > today_ + 1 || day < today_ - limits_.oldestDays) {
            outOfTime_ += times;
            return;
        }
        auto sighting = readText(text, [](WireReader& in) { return DmarcFields<JsonSource>::sighting(in); });
        if (!sighting || sighting->published.domain.empty() ||
            sighting->published.domain.size() > kDomainBytes)
            return;
        Added& added = added_[{day, sighting->published.domain}];
        JsonWriter published;
        writeDmarcPublished(published, sighting->published);
        added.published = published.take();
        if (!sighting->destinations.empty()) added.destinations = destinationsText(sighting->destinations);
        sighting->row.count = 0;
        JsonWriter row;
        writeDmarcRow(row, sighting->row);
        const std::string content = row.take(), key = sha256Hex(content);
        db::DmarcCount& count = added.rows[key];
        count.rowKey = key;
        count.content = content;
        count.mails += times;
        added.mails += times;
    }

    void add(std::int64_t day, const std::string& domain, const Added& added) {
        auto report = db::lastDmarcReport(connection_, day, domain);
        if (!report && db::dmarcDomains(connection_, day) >= limits_.domains) return leaveOut(day, added);
        if (!report || report->closed != 0) {
            db::DmarcReportRow next;
            next.key = {day, domain, report ? report->key.part + 1 : 1};
            next.destinations = report ? report->destinations : "[]";
            report = std::move(next);
        }
        report->published = added.published;
        if (!added.destinations.empty()) report->destinations = added.destinations;
        report->changed = toMillis(time_);
        std::vector<std::string> keys;
        for (const auto& [key, count] : added.rows) keys.push_back(key);
        const auto known = db::knownDmarcRows(connection_, report->key, keys);
        std::vector<db::DmarcCount> counts;
        std::int64_t left = 0;
        for (const auto& [key, count] : added.rows) {
            if (!known.contains(key) && report->rows >= limits_.rows) {
                left += count.mails;
                continue;
            }
            if (!known.contains(key)) ++report->rows;
            report->mails += count.mails;
            counts.push_back(count);
        }
        if (left != 0)
            logWarning("dmarc.rows_left_out", {{"domain", domain}, {"mails", left}, {"limit", limits_.rows}});
        report->leftOut += left;
        db::addDmarcRows(connection_, report->key, counts);
        db::putDmarcReport(connection_, *report);
    }

    void leaveOut(std::int64_t day, const Added& added) {
        logWarning("dmarc.domains_left_out", {{"mails", added.mails}, {"limit", limits_.domains}});
        auto rest = db::lastDmarcReport(connection_, day, "");
        if (!rest) {
            rest.emplace();
            rest->key = {day, "", 0};
            rest->published = "{}";
            rest->destinations = "[]";
        }
        rest->leftOut += added.mails;
        rest->changed = toMillis(time_);
        db::putDmarcReport(connection_, *rest);
    }

    db::Connection& connection_;
    const RollupLimits& limits_;
    const TimePoint time_;
    const std::int64_t today_;
    AddedByDomain added_;
    std::int64_t outOfTime_ = 0;
};

}  // namespace

bool DmarcRollup::fold(TimePoint time) {
    bool more = false;
    database_.transaction([&](db::Connection& connection) { more = Piece(connection, limits_, time).run(); });
    return more;
}

void DmarcRollup::foldAll(TimePoint time) {
    while (fold(time)) {
    }
}

}  // namespace weir
