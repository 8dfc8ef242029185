#include "master/db/mail_search.h"

#include <algorithm>
#include <optional>

#include "common/mail/ascii.h"
#include "master/db/mail_terms.h"
#include "master/db/search_text.h"
#include "master/db/uuid_key.h"

namespace weir::db {
namespace {

constexpr std::int64_t kRowsTogether = 20'000;  // looked at in one statement when no term helps

Conditions conditionsOf(Dialect dialect, const MailFilter& filter) {
    Conditions where(dialect);
    where.equals("m.queue_id", filter.queueId);
    where.equals("m.message_id", filter.messageId);
    where.equals("m.client_address", filter.client);
    where.equals("m.verdict", filter.verdict);
    where.equals("m.rule", filter.rule);
    where.equals("m.queue", filter.queue);
    where.equals("m.direction", filter.direction);
    where.equals("m.node", filter.node);
    where.address("m.sender", filter.sender, false);
    where.address("m.recipients", filter.recipient, true);
    where.contains({"m.subject"}, filter.subject);
    where.contains({"m.sender", "m.recipients", "m.subject"}, filter.text);
    return where;
}

// The term that leaves the fewest mails.
struct Wanted {
    TermKind kind;
    std::string value;
    bool domain = false;
};

std::optional<Wanted> bestTerm(const MailFilter& filter) {
    const auto exact = [](const std::string& address) { return !address.empty() && address.front() != '@'; };
    if (!filter.queueId.empty()) return Wanted{TermKind::kQueueId, filter.queueId};
    if (!filter.messageId.empty()) return Wanted{TermKind::kMessageId, filter.messageId};
    if (exact(filter.sender)) return Wanted{TermKind::kSender, lowered(filter.sender)};
    if (exact(filter.recipient)) return Wanted{TermKind::kRecipient, lowered(filter.recipient)};
    if (!filter.client.empty()) return Wanted{TermKind::kClient, filter.client};
    if (!filter.sender.empty()) return Wanted{TermKind::kSender, lowered(filter.sender).substr(1), true};
    if (!filter.recipient.empty())
        return Wanted{TermKind::kRecipient, lowered(filter.recipient).substr(1), true};
    return std::nullopt;
}

class Scan {
  public:
    Scan(Connection& connection, const MailFilter& filter, int limit, std::chrono::milliseconds patience)
        : connection_(connection),
          where_(conditionsOf(connection.dialect(), filter)),
          limit_(limit),
          deadline_(std::chrono::steady_clock::now() + patience) {}

    MailScan byTerm(const Wanted& wanted, const std::string& high, const std::string& low) {
        const auto first = spanOf(keyMillis(low));
        for (auto span = spanOf(keyMillis(high)); span >= first; --span) {
            const auto range = wanted.domain ? domainTerms(wanted.kind, wanted.value, span)
                                             : TermRange{mailTerm(wanted.kind, wanted.value, span), 0};
            const auto end = std::min(high, reached_.empty() ? high : reached_);
            const std::string keys = " AND mail < ? AND mail >= ?";
            Values values = wanted.domain ? Values{range.first, range.last} : Values{range.first};
            values.emplace_back(Blob{end});
            values.emplace_back(Blob{low});
            const std::string terms = wanted.domain
                                          ? "(SELECT DISTINCT mail FROM mail_terms WHERE term >= ? AND "
                                            "term <= ?" +
                                                keys + ")"
                                          : "(SELECT mail FROM mail_terms WHERE term = ?" + keys + ")";
            collect(terms + " t JOIN mails m ON m.id = t.mail WHERE " + where_.sql(), values);
            if (full()) return result(false);
            reached_ = std::min(end, firstKey(span * kSpanMillis));
            if (late() && span > first) return result(false);
        }
        return result(true);
    }

    // The mails that are linked to it, which are few.
    MailScan byAlert(const std::string& alert, const std::string& high, const std::string& low) {
        collect(
            "alert_mails a JOIN mails m ON m.id = a.mail WHERE a.alert = ? AND m.id < ? AND m.id >= ? AND " +
                where_.sql(),
            {alert, Blob{high}, Blob{low}});
        return result(!full());
    }

    MailScan byRow(std::string high, const std::string& low) {
        for (;;) {
            const auto end = sliceEnd(high, low);
            collect("mails m WHERE m.id < ? AND m.id >= ? AND " + where_.sql(), {Blob{high}, Blob{end}});
            if (full()) return result(false);
            reached_ = high = end;
            if (end <= low) return result(true);
            if (late()) return result(false);
        }
    }

  private:
    std::string sliceEnd(const std::string& high, const std::string& low) {
        auto end = low;
        if (where_.values().empty()) return end;  // every row is wanted
        connection_.query("SELECT id FROM mails WHERE id < ? AND id >= ? ORDER BY id DESC LIMIT 1 OFFSET ?",
                          {Blob{high}, Blob{low}, kRowsTogether}, [&](const Row& row) { end = row.text(0); });
        return end;
    }

    void collect(const std::string& from, Values values) {
        for (const auto& value : where_.values()) values.push_back(value);
        values.emplace_back(static_cast<std::int64_t>(limit_) - static_cast<std::int64_t>(mails_.size()));
        connection_.query(
            "SELECT " + mailColumns("m.", false) + " FROM " + from + " ORDER BY m.id DESC LIMIT ?", values,
            [&](const Row& row) { mails_.push_back(readMail(row, false)); });
    }

    bool full() {
        if (mails_.size() < static_cast<std::size_t>(limit_)) return false;
        reached_ = mails_.back().id;
        return true;
    }
    bool late() const { return std::chrono::steady_clock::now() >= deadline_; }
    MailScan result(bool finished) { return {std::move(mails_), reached_, finished}; }

    Connection& connection_;
    const Conditions where_;
    const int limit_;
    const std::chrono::steady_clock::time_point deadline_;
    std::vector<MailRow> mails_;
    std::string reached_;
};

}  // namespace

MailScan scanMails(Connection& connection, const MailFilter& filter, const std::string& before, int limit,
                   std::chrono::milliseconds patience) {
    std::string oldest, newest;
    // Two statements: SQLite reads the whole index for both in one.
    connection.query("SELECT MIN(id) FROM mails", {}, [&](const Row& row) { oldest = row.text(0); });
    connection.query("SELECT MAX(id) FROM mails", {}, [&](const Row& row) { newest = row.text(0); });
    if (oldest.empty()) return {{}, {}, true};
    // Just above the newest: no search walks through spans that have no mails.
    auto high = std::min(firstKey(keyMillis(newest) + 1), firstKey(filter.to));
    if (!before.empty()) high = std::min(high, before);
    const auto low = std::max(oldest, firstKey(filter.from));
    if (high <= low) return {{}, {}, true};
    Scan scan(connection, filter, limit, patience);
    if (!filter.alert.empty()) return scan.byAlert(filter.alert, high, low);
    const auto wanted = bestTerm(filter);
    return wanted ? scan.byTerm(*wanted, high, low) : scan.byRow(high, low);
}

}  // namespace weir::db
