#include "master/service/retention.h"

#include <chrono>
#include <thread>

#include "common/base/log.h"
#include "master/db/dmarc_received_table.h"
#include "master/db/dmarc_table.h"
#include "master/db/retention_table.h"

namespace weir {
namespace {

using namespace std::chrono_literals;

constexpr int kRowsTogether = 500;
constexpr auto kBetweenRounds = 10min;
constexpr auto kLongestPause = std::chrono::milliseconds(200);
constexpr std::int64_t kDayMillis = 86'400'000;
constexpr int kDoubtDays = 6;  // a sender gives up after five (RFC 5321, section 4.5.4.1)

std::int64_t daysBefore(TimePoint time, int days) {
    return toMillis(time) - std::int64_t{days} * 86'400'000;
}

}  // namespace

Retention::Retention(db::Database& database, std::function<RetentionDays()> days)
    : database_(database), days_(std::move(days)) {}

Retention::~Retention() = default;

void Retention::start() {
    worker_ = std::make_unique<Worker>(
        "retention",
        [this] {
            const auto gone = sweep(now());
            if (gone > 0) logInfo("retention.swept", {{"rows", gone}});
            return std::chrono::duration_cast<std::chrono::milliseconds>(kBetweenRounds);
        },
        1min);
}

void Retention::stop() {
    stopping_ = true;
    worker_.reset();
}

std::uint64_t Retention::sweep(TimePoint time) {
    std::uint64_t gone = 0;
    // Piece after piece, and after each as long a pause as it took, so that intake gets its turn.
    const auto all = [&](const std::function<std::uint64_t(db::Connection&)>& piece) {
        for (std::uint64_t rows = 1; rows > 0 && !stopping_;) {
            const auto start = std::chrono::steady_clock::now();
            database_.transaction([&](db::Connection& connection) { rows = piece(connection); });
            gone += rows;
            const auto took = std::chrono::steady_clock::now() - start;
            if (rows > 0)
                std::this_thread::sleep_for(
                    std::min<std::chrono::steady_clock::duration>(took, kLongestPause));
        }
    };
    const auto days = days_();
    const auto mails = daysBefore(time, days.mailLog);
    all([&](db::Connection& c) { return db::deleteOldTerms(c, mails, kRowsTogether); });
    all([&](db::Connection& c) { return db::deleteOldMails(c, mails, kRowsTogether); });
    all([&](db::Connection& c) { return db::deleteGoneItems(c, mails, kRowsTogether); });
    all([&](db::Connection& c) { return db::deleteOldAlerts(c, mails, kRowsTogether); });
    all([&](db::Connection& c) { return db::deleteOldUnreadable(c, mails, kRowsTogether); });
    all([&](db::Connection& c) { return db::deleteOldDoubts(c, daysBefore(time, kDoubtDays)); });
    const auto counters = [&](db::CounterKind kind, int kept) {
        all([&](db::Connection& c) {
            return db::deleteOldCounters(c, kind, daysBefore(time, kept), kRowsTogether);
        });
    };
    counters(db::CounterKind::kMinute, days.minutes);
    counters(db::CounterKind::kHour, days.hours);
    counters(db::CounterKind::kDay, days.days);
    all([&](db::Connection& c) { return db::deleteOldTops(c, daysBefore(time, days.days), kRowsTogether); });
    const std::int64_t dmarc = daysBefore(time, days.dmarc), dmarcRows = daysBefore(time, days.dmarcRows);
    all([&](db::Connection& c) {
        return db::deleteOldDmarc(c, dmarcRows / kDayMillis, dmarc / kDayMillis, kRowsTogether);
    });
    all([&](db::Connection& c) { return db::deleteOldDmarcReceived(c, dmarc / 1000, kRowsTogether / 10); });
    return gone;
}

}  // namespace weir
