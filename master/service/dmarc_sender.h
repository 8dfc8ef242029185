// Sends the cluster's DMARC reports: one for each domain and day, whatever node saw the mails.
//
// A report is closed some hours after its day, when nodes that were away have told what they have; mails that
// come later make another one. Then it waits for each address that wants it, is sent through the relay, tried
// again for a day where that is refused for now, and never again once it was taken. Each step is in the
// database before it is done: what an end of the master leaves in the middle of being sent is `unsure`, shown
// and not repeated by itself. One sender a cluster; its calls are thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/worker.h"
#include "common/policy/policy_sections.h"
#include "common/smtp/smtp_client.h"
#include "master/db/dmarc_table.h"
#include "master/service/dmarc_rollup.h"

namespace weir {

struct SenderLimits {
    std::chrono::milliseconds grace = std::chrono::hours(2);  // after the end of the day
    std::chrono::milliseconds firstPause =
        std::chrono::minutes(5);  // before the second try; then twice as long
    std::chrono::milliseconds longestPause = std::chrono::hours(4);
    std::int64_t tries = 12;
    int rows = 10'000;  // of one report
};

struct SentNow {
    std::uint64_t closed = 0;   // reports
    std::uint64_t waiting = 0;  // addresses that wait for one of the day
};

class DmarcSender {
  public:
    // `section`: dmarc-reports as published. `relay`: none where master.toml names none; then reports wait.
    DmarcSender(db::Database& database, DmarcRollup& rollup, std::function<DmarcReportsSection()> section,
                std::optional<SmtpClientSettings> relay, SenderLimits limits = {});
    ~DmarcSender();

    void start();  // the threads that add up and send
    void stop();   // returns when the try under way has ended

    // One round: closes what is due, sends what is due. For start()'s thread and for tests.
    void turn(TimePoint time);
    // Closes the open reports of a day, of one domain or all, and wakes the sender. `again`: those that
    // failed, or may have been sent, wait once more. Throws Error kInvalid for a day to come.
    SentNow sendDay(std::int64_t day, const std::string& domain, bool again, TimePoint time);

    bool hasRelay() const { return relay_.has_value(); }

  private:
    std::uint64_t close(db::Connection& connection, const std::vector<db::DmarcReportRow>& open,
                        TimePoint time);
    void closeDue(TimePoint time);
    void settle();
    bool sendNext(TimePoint time);
    void finish(db::DmarcDestinationRow row, const SmtpResult& result, TimePoint time);
    SmtpResult send(const db::DmarcDestinationRow& row, TimePoint time);

    db::Database& database_;
    DmarcRollup& rollup_;
    const std::function<DmarcReportsSection()> section_;
    const std::optional<SmtpClientSettings> relay_;
    const SenderLimits limits_;
    // Only of the thread that sends: what became of a try and is not in the database yet.
    std::optional<db::DmarcDestinationRow> unsettled_;
    bool begun_ = false;
    std::unique_ptr<Worker> adding_, sending_;
};

// The report as it is, or would be sent now; nothing where there is none.
std::optional<AggregateReport> dmarcReportOf(db::Connection& connection, const db::DmarcKey& key,
                                             const DmarcReportsSection& section, int rows);

}  // namespace weir
